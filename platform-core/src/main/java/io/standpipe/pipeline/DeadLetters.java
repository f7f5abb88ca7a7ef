package io.standpipe.pipeline;

import io.standpipe.spi.Description;
import java.util.Objects;
import java.util.Optional;
import javax.validation.constraints.PositiveOrZero;

/**
 * What becomes of rows that a write cannot take: they go to another storage, with the reason, and
 * the others are written.
 *
 * @param storage where they go; gets rows of {@link DeadLetterRows#SCHEMA}
 * @param where an SQL condition; rows for which it is not true are not written
 * @param malformed a column that has the record as it came where it could not be read; such rows
 *     are wrong, and the column is not written
 * @param maxRows the write fails if there are more of them
 * @param maxFraction the write fails if they are more than this share of all rows, 0 to 1
 */
@Description("Where rows go that are wrong, with the reason. The others are written.")
public record DeadLetters(
    @Description("The storage that gets them.") String storage,
    @Description(
            "Only rows for which this SQL condition is true are written. Besides, rows go there that the written storage refuses, if it can set them aside.")
        Optional<String> where,
    @Description(
            "A column that has a record as it came if it could not be read, as 'corruptRecords: keep' of files makes it. Such rows are wrong, and the column is not written.")
        Optional<String> malformed,
    @Description("The write fails if more rows than this are wrong. By default any number may be.")
        Optional<@PositiveOrZero Long> maxRows,
    @Description(
            "The write fails if more than this share of all rows is wrong, from 0 to 1. By default any share may be.")
        Optional<Double> maxFraction) {
  public DeadLetters {
    Objects.requireNonNull(storage, "storage");
    Objects.requireNonNull(where, "where");
    Objects.requireNonNull(malformed, "malformed");
    Objects.requireNonNull(maxRows, "maxRows");
    Objects.requireNonNull(maxFraction, "maxFraction");
    if (maxFraction.filter(share -> !(share >= 0 && share <= 1)).isPresent()) {
      throw new IllegalArgumentException(
          "maxFraction must be from 0 to 1, got " + maxFraction.get());
    }
  }

  /** Rows that the written storage refuses go to this one. */
  public static DeadLetters to(String storage) {
    return new DeadLetters(
        storage, Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The same, with rows for which the condition is not true. */
  public DeadLetters unless(String condition) {
    return new DeadLetters(storage, Optional.of(condition), malformed, maxRows, maxFraction);
  }

  /** The same, with records that could not be read, which are in this column then. */
  public DeadLetters malformedIn(String column) {
    return new DeadLetters(storage, where, Optional.of(column), maxRows, maxFraction);
  }

  /** The same, failing if there are more than so many. */
  public DeadLetters atMost(long rows) {
    return new DeadLetters(storage, where, malformed, Optional.of(rows), maxFraction);
  }

  /** The same, failing if they are more than this share of all rows. */
  public DeadLetters atMost(double fraction) {
    return new DeadLetters(storage, where, malformed, maxRows, Optional.of(fraction));
  }

  /** Whether it says itself which rows are wrong, besides those that the storage refuses. */
  boolean selects() {
    return where.isPresent() || malformed.isPresent();
  }

  /** How many of so many rows may be wrong. */
  long limit(long all) {
    long share = maxFraction.map(it -> (long) (it * all)).orElse(Long.MAX_VALUE);
    return Math.min(share, maxRows.orElse(Long.MAX_VALUE));
  }

  /** Why so many wrong rows are too many; empty if they are not. */
  Optional<String> tooMany(long wrong, long all) {
    if (maxRows.isPresent() && wrong > maxRows.get()) {
      return Optional.of(
          "%,d of %,d rows are wrong, more than maxRows %,d allows"
              .formatted(wrong, all, maxRows.get()));
    }
    return maxFraction
        .filter(share -> wrong > share * all)
        .map(
            share ->
                "%,d of %,d rows are wrong, more than maxFraction %s allows"
                    .formatted(wrong, all, share));
  }
}
