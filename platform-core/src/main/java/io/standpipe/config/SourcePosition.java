package io.standpipe.config;

import java.io.Serializable;
import java.util.Comparator;
import java.util.Objects;

/**
 * Where something stands in the configuration.
 *
 * @param file the file as the user named it, or what else the text comes from, for example {@code
 *     --set spark.master}
 * @param line counted from 1; 0 if the place as a whole is meant
 * @param column counted from 1 in characters; 0 if the place as a whole is meant
 */
public record SourcePosition(String file, int line, int column)
    implements Comparable<SourcePosition>, Serializable {
  private static final Comparator<SourcePosition> ORDER =
      Comparator.comparing(SourcePosition::file)
          .thenComparingInt(SourcePosition::line)
          .thenComparingInt(SourcePosition::column);

  public SourcePosition {
    Objects.requireNonNull(file, "file");
  }

  /** A place that has no lines, for example a whole file or an option of the command line. */
  public static SourcePosition whole(String place) {
    return new SourcePosition(place, 0, 0);
  }

  @Override
  public int compareTo(SourcePosition other) {
    return ORDER.compare(this, other);
  }

  /** {@code file:line:column}, or only the file where there is no line. */
  @Override
  public String toString() {
    return line == 0 ? file : file + ":" + line + ":" + column;
  }
}
