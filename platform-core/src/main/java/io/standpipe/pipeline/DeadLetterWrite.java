package io.standpipe.pipeline;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.RefusedRows;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;

/**
 * A write whose wrong rows go to another storage. They are kept there first, under a commit token
 * of their own, and the others are committed then: wherever it is interrupted, a repeat keeps each
 * row once, here or there.
 */
final class DeadLetterWrite {
  private final Step.Write write;
  private final DeadLetters letters;
  private final Storages storages;
  private final SparkSession spark;
  private final RunIdentity run;
  private final LongSupplier written;
  private long rejected;
  private boolean recognised;
  private long counted;

  /**
   * @param written how many rows the tasks of the step have written so far
   */
  DeadLetterWrite(
      Step.Write write,
      Storages storages,
      SparkSession spark,
      RunIdentity run,
      LongSupplier written) {
    this.write = write;
    this.letters = write.deadLetters().orElseThrow();
    this.storages = storages;
    this.spark = spark;
    this.run = run;
    this.written = written;
  }

  /** How many rows were wrong; empty if an earlier try knew, whose commit was recognised. */
  OptionalLong rejected() {
    return recognised ? OptionalLong.empty() : OptionalLong.of(rejected);
  }

  /** How many of the rows that tasks have written were dead letters. */
  long counted() {
    return counted;
  }

  WriteResult run(Dataset<Row> rows, WriteRequest request) {
    DeadLetterRows.unkept(rows.schema())
        .ifPresent(
            field -> {
              throw unkept(field);
            });
    if (!letters.selects()) {
      return written(rows, request, OptionalLong.empty());
    }
    letters.malformed().ifPresent(column -> requireColumn(rows, column));
    Column fits = DeadLetterRows.fits(letters);
    Row counts = rows.agg(count(lit(1)).as("all"), count(when(not(fits), 1)).as("unfit")).head();
    long all = counts.getLong(0);
    long unfit = counts.getLong(1);
    Dataset<Row> wrong = DeadLetterRows.unfit(rows.filter(not(fits)), letters, run, write);
    requireFew(unfit, all, () -> wrong.select("error").head().getString(0));
    if (unfit > 0) {
      keep(wrong, "where");
    }
    rejected = unfit;
    Dataset<Row> right = letters.malformed().map(rows.filter(fits)::drop).orElse(rows.filter(fits));
    WriteResult result = written(right, request, OptionalLong.of(all));
    requireSame(request, result, all - rejected);
    return result;
  }

  /**
   * @param all how many rows there are, if that is known, those that do not get here included
   */
  private WriteResult written(Dataset<Row> rows, WriteRequest request, OptionalLong all) {
    Storage storage = storages.require(write.storage());
    if (whyNotIsolating(write, storage).isPresent()) {
      return storage.write(spark, rows, request);
    }
    WriteResult result =
        storage.writeIsolating(
            spark,
            rows,
            request,
            new RefusedRows() {
              @Override
              public void take(Dataset<Row> refused, long count, long sent) {
                requireFew(rejected + count, all.orElse(sent), () -> first(refused));
                keep(DeadLetterRows.refused(refused, run, write), "refused");
                rejected += count;
              }

              @Override
              public long limit(long sent) {
                return letters.limit(all.orElse(sent)) - rejected;
              }
            });
    recognised = result.outcome() == WriteResult.Outcome.ALREADY_COMMITTED;
    return result;
  }

  /** Why rows that a storage refuses cannot go to dead letters; empty if they can. */
  static Optional<String> whyNotIsolating(Step.Write write, Storage storage) {
    String remedy = " Say with 'where' which rows are right, or leave out 'deadLetters'.";
    if (!storage.abilities().contains(Ability.ROW_ISOLATION)) {
      return Optional.of(storage + " does not tell the rows that it refuses from others." + remedy);
    } else if (write.mode() == WriteMode.DELETE || write.replaceWhere().isPresent()) {
      return Optional.of(
          "with "
              + (write.mode() == WriteMode.DELETE ? "mode delete" : "'replaceWhere'")
              + " the rows that the storage refuses are not told from others."
              + remedy);
    }
    return Optional.empty();
  }

  private static String first(Dataset<Row> refused) {
    return refused.select(RefusedRows.MESSAGE).head().getString(0);
  }

  /**
   * @param example why one of them is wrong, which may take a while to find out
   */
  private void requireFew(long wrong, long all, Supplier<String> example) {
    letters
        .tooMany(wrong, all)
        .ifPresent(
            problem -> {
              throw new ConnectorException(
                  problem
                      + ", so the others were not written either (one of them: "
                      + example.get()
                      + ")",
                  "Correct the rows at their source, or allow more in 'deadLetters'.");
            });
  }

  private void keep(Dataset<Row> rows, String kind) {
    // A repeat that finds other rows wrong, because its source was changed, keeps those, too.
    String name = write.name() + "/" + kind + "/" + DeadLetterRows.contents(rows);
    CommitToken token = new CommitToken(run.id(), name);
    long before = written.getAsLong();
    storages
        .require(letters.storage())
        .write(spark, rows, WriteRequest.of(WriteMode.APPEND).withToken(token));
    counted += written.getAsLong() - before;
  }

  /** Rows are read once to be counted and once to be written; an upsert counts in another way. */
  private void requireSame(WriteRequest request, WriteResult result, long expected) {
    boolean comparable =
        result.outcome() == WriteResult.Outcome.COMMITTED
            && (request.mode() == WriteMode.APPEND || request.mode() == WriteMode.OVERWRITE)
            && request.replaceWhere().isEmpty();
    if (comparable && result.rows().orElse(expected) != expected) {
      throw new ConnectorException(
          "the rows of '"
              + write.from()
              + "' changed while they were written: first "
              + expected
              + " were right, then "
              + result.rows().getAsLong()
              + ", which are written",
          "Compare the storage with its source, and write from a source that does not change.");
    }
  }

  private void requireColumn(Dataset<Row> rows, String column) {
    if (!Arrays.asList(rows.columns()).contains(column)) {
      throw new ConnectorException(
          "the rows of '"
              + write.from()
              + "' have no column '"
              + column
              + "', which 'malformed' of 'deadLetters' names",
          "Let the read keep malformed records, and the steps behind it that column.");
    }
  }

  private ConnectorException unkept(StructField field) {
    return new ConnectorException(
        "rows with the column '"
            + field.name()
            + "' of type "
            + field.dataType().simpleString()
            + " cannot be kept as dead letters",
        "Convert the column to text first, or leave out 'deadLetters'.");
  }
}
