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

  /** What a call begins from that asks for repeats, and uses no storage. */
  private final RetrySection withoutStorage;

  private final Clock clock;
  private final Sleeper sleeper;

  /** Waits. */
  @FunctionalInterface
  interface Sleeper {
    void sleep(Duration duration) throws InterruptedException;
  }

  /**
   * @param settings of each storage, by its name
   * @param general of all storages that have none of their own
   */
  public Resilience(
      Map<String, ResilienceSection> settings, ResilienceSection general, Clock clock) {
    this(settings, general, clock, duration -> Thread.sleep(duration.toMillis()));
  }

  Resilience(
      Map<String, ResilienceSection> settings,
      ResilienceSection general,
      Clock clock,
      Sleeper sleeper) {
    this.withoutStorage = general.retry();
    this.clock = clock;
    this.sleeper = sleeper;
    settings.forEach((name, section) -> byStorage.put(name, new Protection(name, section, clock)));
  }

  /** How many steps may use the storage at the same time; fewer after it has asked for less. */
  public int concurrency(String storage) {
    return byStorage.get(storage).concurrency();
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

    /** No attempt begins later after the first one. */
    private Duration limit = Duration.ofSeconds(Long.MAX_VALUE);

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
      } catch (Throwable e) { // an assertion of Spark's, or a stack overflow, ends the step only
        return failed(e, attempt);
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
      boolean damaged = error instanceof Error && !(error instanceof LinkageError);
      if (damaged || error instanceof InterruptedException || call.isCancelled()) {
        return Optional.of(gaveUp(error, attempt, ""));
      }
      Optional<RetrySection> retry = retry(diagnosis);
      Optional<String> end = retry.map(it -> end(it, diagnosis, attempt)).orElse(Optional.of(""));
      if (end.isPresent()) {
        return Optional.of(gaveUp(error, attempt, end.get()));
      }
      limit = retry.orElseThrow().within();
      // The last repeat begins at the limit rather than never.
      Duration left = limit.minus(elapsed());
      Duration delay =
          shorter(
              delay(retry.orElseThrow(), diagnosis.verdict(), attempt),
              left.isNegative() ? Duration.ZERO : left);
      call.repeating(new Call.Repeat(attempt, diagnosis, delay, error));
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
          if (diagnosis.verdict() == Verdict.THROTTLED) {
            protection.throttled();
          }
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
      return responsible(diagnosis)
          .map(it -> it.settings().retry())
          .or(() -> call.retry().map(own -> withoutStorage))
          .map(this::settings);
    }

    private RetrySection settings(RetrySection storage) {
      return call.retry().map(own -> own.over(storage)).orElse(storage);
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
      Duration elapsed = elapsed();
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
        RetrySection retry = settings(closed.get().settings().retry());
        Duration left = shorter(limit, retry.within()).minus(elapsed());
        if (retry.attempts(Verdict.TRANSIENT) == 1 || left.isNegative() || left.isZero()) {
          throw closed.get().leftAlone();
        }
        sleeper.sleep(shorter(POLL, left));
      }
    }

    private Duration elapsed() {
      return Duration.between(began, clock.instant());
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

  private static Duration shorter(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  private static Duration delay(RetrySection retry, Verdict verdict, int failures) {
    long longest = retry.longestDelay(verdict, failures).toMillis();
    long least = retry.jitter() == Jitter.EQUAL ? longest / 2 : 0;
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(least, longest + 1));
  }
}
