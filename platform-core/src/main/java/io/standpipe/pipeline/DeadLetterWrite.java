package io.standpipe.pipeline;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.when;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.util.OptionalLong;
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
  private long rejected;

  DeadLetterWrite(Step.Write write, Storages storages, SparkSession spark, RunIdentity run) {
    this.write = write;
    this.letters = write.deadLetters().orElseThrow();
    this.storages = storages;
    this.spark = spark;
    this.run = run;
  }

  /** How many rows were wrong. */
  long rejected() {
    return rejected;
  }

  WriteResult run(Dataset<Row> rows, WriteRequest request) {
    DeadLetterRows.unkept(rows.schema())
        .ifPresent(
            field -> {
              throw unkept(field);
            });
    if (letters.where().isEmpty()) {
      return written(rows, request, OptionalLong.empty());
    }
    Column fits = coalesce(expr(letters.where().get()), lit(false));
    Row counts = rows.agg(count(lit(1)).as("all"), count(when(not(fits), 1)).as("unfit")).head();
    long all = counts.getLong(0);
    long unfit = counts.getLong(1);
    requireFew(unfit, all, "the condition is not true: " + letters.where().get());
    if (unfit > 0) {
      keep(
          DeadLetterRows.unfit(rows.filter(not(fits)), letters.where().get(), run, write), "where");
    }
    rejected = unfit;
    WriteResult result = written(rows.filter(fits), request, OptionalLong.of(all));
    requireSame(request, result, all - rejected);
    return result;
  }

  /**
   * @param all how many rows there are, if that is known, those that do not get here included
   */
  private WriteResult written(Dataset<Row> rows, WriteRequest request, OptionalLong all) {
    Storage storage = storages.require(write.storage());
    if (!isolates(storage, request)) {
      return storage.write(spark, rows, request);
    }
    return storage.writeIsolating(
        spark,
        rows,
        request,
        (refused, count, sent) -> {
          requireFew(
              rejected + count, all.orElse(sent), refused.schema().isEmpty() ? "" : first(refused));
          keep(DeadLetterRows.refused(refused, run, write), "refused");
          rejected += count;
        });
  }

  /** Whether rows that the storage refuses can be told from others. */
  static boolean isolates(Storage storage, WriteRequest request) {
    return storage.abilities().contains(Ability.ROW_ISOLATION)
        && request.mode() != WriteMode.DELETE
        && request.replaceWhere().isEmpty();
  }

  private static String first(Dataset<Row> refused) {
    Row row = refused.select(io.standpipe.spi.RefusedRows.MESSAGE).head();
    return row.getString(0);
  }

  private void requireFew(long wrong, long all, String example) {
    letters
        .tooMany(wrong, all)
        .ifPresent(
            problem -> {
              throw new ConnectorException(
                  problem + ", so nothing was written (one of them: " + example + ")",
                  "Correct the rows at their source, or allow more in 'deadLetters'.");
            });
  }

  private void keep(Dataset<Row> rows, String kind) {
    CommitToken token = new CommitToken(run.id(), write.name() + "/" + kind);
    storages
        .require(letters.storage())
        .write(spark, rows, WriteRequest.of(WriteMode.APPEND).withToken(token));
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
