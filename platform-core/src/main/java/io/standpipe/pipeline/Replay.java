package io.standpipe.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Writes dead letters to where they were to go, once what kept them from it is repaired. They stay
 * where they are; each run and step is written once, however often it is replayed.
 *
 * @param run only those of this run
 * @param step only those of this step
 * @param to another storage than the one that they were meant for
 * @param request how they are written, without a commit token
 */
public record Replay(
    Optional<String> run, Optional<String> step, Optional<String> to, WriteRequest request) {

  /**
   * What became of the letters of one step of a run.
   *
   * @param rows how many there are
   */
  public record Replayed(
      String run, String step, String storage, long rows, WriteResult.Outcome outcome) {}

  /**
   * Replays.
   *
   * @param letters the storage with the dead letters
   * @throws IllegalArgumentException if it has no dead letters
   */
  public List<Replayed> of(Storage letters, Storages storages, SparkSession spark) {
    Dataset<Row> all = letters.read(spark);
    List<String> missing =
        Arrays.stream(DeadLetterRows.SCHEMA.fieldNames())
            .filter(name -> Arrays.stream(all.columns()).noneMatch(name::equalsIgnoreCase))
            .toList();
    if (!missing.isEmpty()) {
      throw new IllegalArgumentException(
          letters
              + " has no dead letters: it lacks the columns "
              + String.join(", ", missing)
              + ". Name the storage of 'deadLetters'.");
    }
    Dataset<Row> chosen = chosen("step", step, chosen("run", run, all));
    List<Row> groups =
        letters.act(
            () ->
                chosen
                    .groupBy("run", "step", "storage", "row_schema")
                    .count()
                    .orderBy("run", "step", "row_schema")
                    .collectAsList());
    List<Replayed> replayed = new ArrayList<>();
    for (Row group : groups) {
      replayed.add(replay(chosen, group, storages, spark));
    }
    return replayed;
  }

  private static Dataset<Row> chosen(String column, Optional<String> value, Dataset<Row> letters) {
    return value.map(it -> letters.filter(col(column).equalTo(lit(it)))).orElse(letters);
  }

  private Replayed replay(Dataset<Row> letters, Row group, Storages storages, SparkSession spark) {
    String ofRun = group.getString(0);
    String ofStep = group.getString(1);
    String target = to.orElseGet(() -> group.getString(2));
    String schema = group.getString(3);
    Dataset<Row> rows =
        DeadLetterRows.original(
            letters.filter(
                col("run")
                    .equalTo(ofRun)
                    .and(col("step").equalTo(ofStep))
                    .and(col("storage").equalTo(group.getString(2)))
                    .and(col("row_schema").equalTo(schema))),
            StructType.fromDDL(schema));
    CommitToken token =
        new CommitToken("replay " + ofRun, ofStep + "/" + Integer.toHexString(schema.hashCode()));
    WriteResult result = storages.require(target).write(spark, rows, request.withToken(token));
    return new Replayed(ofRun, ofStep, target, group.getLong(4), result.outcome());
  }
}
