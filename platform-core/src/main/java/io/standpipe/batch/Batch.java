package io.standpipe.batch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What became of many items, files for example, that were worked on one after the other: one that
 * fails does not keep the others from their turn.
 *
 * <pre>{@code
 * Batch<Path, Long> batch = Batch.of(files, file -> load(file));
 * batch.successes().forEach(done -> log.info("{}: {} rows", done.item(), done.value()));
 * batch.throwIfFailed();
 * }</pre>
 *
 * @param <T> the items
 * @param <R> what is made of each
 * @param successes in the order of the items
 * @param failures in the order of the items
 */
public record Batch<T, R>(List<Success<T, R>> successes, List<Failure<T>> failures) {
  public Batch {
    successes = List.copyOf(successes);
    failures = List.copyOf(failures);
  }

  /** An item that was done. */
  public record Success<T, R>(T item, R value) {}

  /** An item that failed. */
  public record Failure<T>(T item, Exception reason) {}

  /** What is done with an item. */
  @FunctionalInterface
  public interface Work<T, R> {
    /** Returns what came of it, not null. */
    R on(T item) throws Exception;
  }

  /**
   * Works on all items in the calling thread.
   *
   * @throws InterruptedException if the thread is interrupted, or the work was; the rest is left
   */
  public static <T, R> Batch<T, R> of(Collection<T> items, Work<T, R> work)
      throws InterruptedException {
    List<Success<T, R>> successes = new ArrayList<>();
    List<Failure<T>> failures = new ArrayList<>();
    for (T item : items) {
      if (Thread.interrupted()) {
        throw new InterruptedException(
            (successes.size() + failures.size()) + " of " + items.size() + " items were worked on");
      }
      try {
        successes.add(new Success<>(item, work.on(item)));
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        failures.add(new Failure<>(item, e));
      }
    }
    return new Batch<>(successes, failures);
  }

  /** Whether every item was done. */
  public boolean succeeded() {
    return failures.isEmpty();
  }

  /** How many failed, of which kind, and the first ones with their reasons. */
  public String summary() {
    int all = successes.size() + failures.size();
    if (failures.isEmpty()) {
      return "all " + all + " items were done";
    }
    Map<String, Long> kinds =
        failures.stream()
            .collect(
                Collectors.groupingBy(
                    failure -> failure.reason().getClass().getSimpleName(),
                    TreeMap::new,
                    Collectors.counting()));
    String first =
        failures.stream()
            .limit(BatchException.SHOWN)
            .map(failure -> failure.item() + ": " + reason(failure.reason()))
            .collect(Collectors.joining("; "));
    int more = failures.size() - BatchException.SHOWN;
    return failures.size()
        + " of "
        + all
        + " items failed ("
        + kinds.entrySet().stream()
            .map(kind -> kind.getValue() + " " + kind.getKey())
            .collect(Collectors.joining(", "))
        + "): "
        + first
        + (more > 0 ? "; and " + more + " more" : "");
  }

  private static String reason(Exception error) {
    return error.getMessage() == null ? error.toString() : error.getMessage();
  }

  /**
   * Raises one error for all that failed.
   *
   * @throws BatchException if any did
   */
  public void throwIfFailed() {
    if (!succeeded()) {
      throw new BatchException(this);
    }
  }
}
