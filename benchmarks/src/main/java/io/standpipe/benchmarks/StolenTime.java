package io.standpipe.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The time for which this machine wanted its processors, and its host had given them to others:
 * {@code steal} in Linux's {@code /proc/stat}. Elsewhere it is none.
 */
final class StolenTime {
  private static final Path STATISTICS = Path.of("/proc/stat");

  /** Clock ticks of user, nice, system, idle, iowait, irq, softirq and steal. */
  private final long[] before = ticks();

  private StolenTime() {}

  static StolenTime begin() {
    return new StolenTime();
  }

  /** The stolen share of what the processors could have done since the beginning. */
  double share() {
    long[] now = ticks();
    long all = 0;
    for (int i = 0; i < now.length; i++) {
      all += now[i] - before[i];
    }
    return all == 0 ? 0 : (double) (now[7] - before[7]) / all;
  }

  private static long[] ticks() {
    long[] ticks = new long[8];
    if (Files.exists(STATISTICS)) {
      try {
        String[] words = Files.readString(STATISTICS).lines().findFirst().orElseThrow().split(" +");
        for (int i = 0; i < ticks.length; i++) {
          ticks[i] = Long.parseLong(words[i + 1]);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return ticks;
  }
}
