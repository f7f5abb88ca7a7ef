package io.standpipe.config;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/** Finds what a misspelt name was probably meant to be. */
public final class Suggestions {
  private static final int FARTHEST = 3;

  private Suggestions() {}

  /**
   * The known name that is nearest by Damerau-Levenshtein distance, ignoring case; empty if none is
   * within a third of the length.
   */
  public static Optional<String> nearest(String name, Collection<String> known) {
    String best = null;
    int limit = Math.max(1, Math.min(FARTHEST, name.length() / 3));
    int bestDistance = limit + 1;
    for (String candidate : known) {
      int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
      if (distance < bestDistance) {
        best = candidate;
        bestDistance = distance;
      }
    }
    return Optional.ofNullable(best);
  }

  /**
   * A sentence for the end of a message: {@code Did you mean 'table'?}, or if nothing is near
   * {@code Known keys: table, url.}
   *
   * @param noun the plural of what is named, for example {@code keys}
   */
  public static String sentence(String name, Collection<String> known, String noun) {
    if (known.isEmpty()) {
      return "There are no " + noun + " here.";
    }
    return nearest(name, known)
        .map(near -> "Did you mean '" + near + "'?")
        .orElseGet(() -> "Known " + noun + ": " + String.join(", ", known) + ".");
  }

  /** Insertions, deletions, replacements and swaps of neighbours that turn one into the other. */
  private static int distance(String left, String right) {
    int[] beforeLast = new int[right.length() + 1];
    int[] last = new int[right.length() + 1];
    for (int j = 0; j <= right.length(); j++) {
      last[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] row = new int[right.length() + 1];
      row[0] = i;
      for (int j = 1; j <= right.length(); j++) {
        int replace = last[j - 1] + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(replace, Math.min(last[j], row[j - 1]) + 1);
        if (i > 1
            && j > 1
            && left.charAt(i - 1) == right.charAt(j - 2)
            && left.charAt(i - 2) == right.charAt(j - 1)) {
          row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
        }
      }
      beforeLast = last;
      last = row;
    }
    return last[right.length()];
  }
}
