package io.standpipe.resilience;

import io.standpipe.config.ResilienceSection;
import io.standpipe.config.RetrySection;
import io.standpipe.config.RetrySection.Jitter;
import io.standpipe.spi.Verdict;
import io.standpipe.storage.Storage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Calls storages, and repeats what failed as far as that may help and harms nobody. A storage that
 * keeps failing is left alone for a while; meanwhile its callers wait.
 *
 * <p>Thread-safe. A platform has one, so that what a call finds out about a storage holds for all.
 */
public final class Resilience {
  private static final Duration POLL = Duration.ofMillis(100);

  private final Map<String, Protection> byStorage = new HashMap<>();
  private final Clock clock;
  private final Sleeper sleeper;

  /** Waits. */
  @FunctionalInterface
  interface Sleeper {
    void sleep(Duration duration) throws InterruptedException;
  }

  /**
   * @param settings of each storage, by its name
   */
  public Resilience(Map<String, ResilienceSection> settings, Clock clock) {
    this(settings, clock, duration -> Thread.sleep(duration.toMillis()));
  }

  Resilience(Map<String, ResilienceSection> settings, Clock clock, Sleeper sleeper) {
    this.clock = clock;
    this.sleeper = sleeper;
    settings.forEach((name, section) -> byStorage.put(name, new Protection(name, section, clock)));
  }

  /** How many steps may use the storage at the same time. */
  public int concurrency(String storage) {
    return byStorage.get(storage).settings().concurrency();
  }

  /** Makes the call, again and again as far as the settings of the failing storage go. */
  public <T> Outcome<T> call(Call<T> call) {
    return new Calling<>(call).make();
  }

  /** One call, over all its attempts. */
  private final class Calling<T> {
    private final Call<T> call;
    private final List<Protection> protections;
    private final Instant began = clock.instant();

    Calling(Call<T> call) {
      this.call = call;
      this.protections =
          call.storages().stream().map(Storage::name).distinct().map(byStorage::get).toList();
    }

    Outcome<T> make() {
      int attempt = 0;
      while (true) {
        Optional<Outcome<T>> ended = attempt(++attempt);
        if (ended.isPresent()) {
          return ended.get();
        }
      }
    }

    /** Empty if it is to be done again. */
    private Optional<Outcome<T>> attempt(int attempt) {
      try {
        awaitAdmission();
      } catch (LeftAloneException e) {
        return Optional.of(Outcome.failed(e, e.diagnosis(), attempt - 1, ""));
      } catch (InterruptedException e) {
        return Optional.of(gaveUp(e, attempt - 1, ""));
      }
      try {
        T value = call.run(attempt);
        protections.forEach(call.callsStorages() ? Protection::succeeded : Protection::unknown);
        return Optional.of(Outcome.of(value, attempt));
      } catch (Exception | LinkageError e) { // Scala throws checked exceptions undeclared
        return failed(e, attempt);
      } catch (Error e) {
        protections.forEach(Protection::unknown);
        throw e;
      }
    }

    private Outcome<T> gaveUp(Throwable error, int attempts, String end) {
      if (error instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      return Outcome.failed(error, Diagnosis.of(error, call.storages()), attempts, end);
    }

    private Optional<Outcome<T>> failed(Throwable error, int attempt) {
      Diagnosis diagnosis = Diagnosis.of(error, call.storages());
      charge(diagnosis, error);
      if (error instanceof InterruptedException || call.isCancelled()) {
        return Optional.of(gaveUp(error, attempt, ""));
      }
      Optional<RetrySection> retry = retry(diagnosis);
      Optional<String> end = retry.map(it -> end(it, diagnosis, attempt)).orElse(Optional.of(""));
      if (end.isPresent()) {
        return Optional.of(gaveUp(error, attempt, end.get()));
      }
      Duration delay = delay(retry.orElseThrow(), diagnosis.verdict(), attempt);
      call.repeating(
          new Call.Repeat(attempt, diagnosis.verdict(), diagnosis.storage(), delay, error));
      try {
        sleeper.sleep(delay);
        return Optional.empty();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.of(gaveUp(error, attempt, ""));
      }
    }

    /** Only the storage whose error it is was surely called. */
    private void charge(Diagnosis diagnosis, Throwable error) {
      Optional<Protection> charged =
          diagnosis.verdict().chargesStorage() ? responsible(diagnosis) : Optional.empty();
      for (Protection protection : protections) {
        if (charged.filter(it -> it == protection).isPresent()) {
          protection.failed(error);
        } else {
          protection.unknown();
        }
      }
    }

    /** Who pays for repeats of an error that nobody recognises is the written storage. */
    private Optional<Protection> responsible(Diagnosis diagnosis) {
      return diagnosis.storage().map(byStorage::get).or(() -> protections.stream().findFirst());
    }

    private Optional<RetrySection> retry(Diagnosis diagnosis) {
      return call.retry().or(() -> responsible(diagnosis).map(it -> it.settings().retry()));
    }

    /** Why it is not done again; empty if it is. */
    private Optional<String> end(RetrySection retry, Diagnosis diagnosis, int attempt) {
      int attempts = retry.attempts(diagnosis.verdict());
      if (attempts == 1) {
        return Optional.of("");
      }
      if (call.unrepeatable().isPresent()) {
        return Optional.of("Not repeated: " + call.unrepeatable().get());
      }
      Duration elapsed = Duration.between(began, clock.instant());
      if (attempt >= (diagnosis.once() ? Math.min(2, attempts) : attempts)) {
        return Optional.of(tried(attempt, elapsed) + ".");
      }
      if (elapsed.compareTo(retry.within()) >= 0) {
        return Optional.of(
            tried(attempt, elapsed) + ", which is all the time there is for repeats.");
      }
      boolean affordable = responsible(diagnosis).map(it -> it.budget().take()).orElse(true);
      return affordable
          ? Optional.empty()
          : Optional.of(
              tried(attempt, elapsed)
                  + "; the storage's budget of repeats is used up (resilience.retry.budget).");
    }

    /** Waits as long as a storage is left alone, but not longer than for repeats. */
    private void awaitAdmission() throws InterruptedException, LeftAloneException {
      while (true) {
        Optional<Protection> closed = closed();
        if (closed.isEmpty()) {
          return;
        }
        RetrySection retry = call.retry().orElse(closed.get().settings().retry());
        Duration elapsed = Duration.between(began, clock.instant());
        if (retry.attempts(Verdict.TRANSIENT) == 1 || elapsed.compareTo(retry.within()) >= 0) {
          throw closed.get().leftAlone();
        }
        sleeper.sleep(POLL);
      }
    }

    /** A storage that is left alone; if there is none, all have admitted the call. */
    private Optional<Protection> closed() {
      for (int i = 0; i < protections.size(); i++) {
        if (!protections.get(i).admits()) {
          protections.subList(0, i).forEach(Protection::unknown);
          return Optional.of(protections.get(i));
        }
      }
      return Optional.empty();
    }
  }

  private static String tried(int attempts, Duration elapsed) {
    return attempts == 1 ? "Tried once" : "Tried " + attempts + " times in " + seconds(elapsed);
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
  }

  private static Duration delay(RetrySection retry, Verdict verdict, int failures) {
    long longest = retry.longestDelay(verdict, failures).toMillis();
    long least = retry.jitter() == Jitter.EQUAL ? longest / 2 : 0;
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(least, longest + 1));
  }
}
