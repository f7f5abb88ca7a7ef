package io.standpipe.jdbc;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the name that was probably meant. */
final class Suggestion {
  private Suggestion() {}

  /** {@code Did you mean 'x'?}, or the known names if none is near. */
  static String of(String wanted, Collection<String> known) {
    Optional<String> nearest =
        known.stream()
            .filter(name -> distance(wanted, name) <= Math.max(1, wanted.length() / 3))
            .min(Comparator.comparingInt(name -> distance(wanted, name)));
    return nearest
        .map(name -> "Did you mean '" + name + "'?")
        .orElse(
            known.isEmpty() ? "There are none." : "Known are: " + String.join(", ", known) + ".");
  }

  private static int distance(String left, String right) {
    String a = left.toLowerCase(Locale.ROOT);
    String b = right.toLowerCase(Locale.ROOT);
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(change, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
