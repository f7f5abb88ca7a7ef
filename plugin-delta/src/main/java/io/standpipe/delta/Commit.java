package io.standpipe.delta;

import io.standpipe.spi.WriteResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.delta.actions.CommitInfo;
import scala.collection.JavaConverters;

/**
 * One commit of a table's log.
 *
 * @param version the version that it made
 * @param operation Delta's name of the operation, for example {@code MERGE}
 * @param metrics what the operation did, as Delta reports it; empty if that is switched off
 */
record Commit(long version, String operation, Map<String, String> metrics) {

  /** What counts as rows written, by operation; any other operation writes its output rows. */
  private static final Map<String, List<String>> ROW_METRICS =
      Map.of(
          "MERGE",
          List.of("numTargetRowsInserted", "numTargetRowsUpdated", "numTargetRowsDeleted"),
          "DELETE",
          List.of("numDeletedRows"),
          "UPDATE",
          List.of("numUpdatedRows"));

  static Commit of(long version, CommitInfo info) {
    Map<String, String> metrics =
        info.operationMetrics().isDefined()
            ? Map.copyOf(JavaConverters.mapAsJavaMap(info.operationMetrics().get()))
            : Map.of();
    return new Commit(version, info.operation(), metrics);
  }

  /** The commit as the result of the write that made it. */
  WriteResult result() {
    return new WriteResult(
        WriteResult.Outcome.COMMITTED, rows(), Optional.of(Long.toString(version)));
  }

  private OptionalLong rows() {
    long rows = 0;
    for (String name : ROW_METRICS.getOrDefault(operation, List.of("numOutputRows"))) {
      String value = metrics.get(name);
      if (value == null) {
        return OptionalLong.empty();
      }
      rows += Long.parseLong(value);
    }
    // An overwrite by condition counts the rows that it keeps, but has to copy, as output.
    String kept = operation.equals("WRITE") ? metrics.get("numCopiedRows") : null;
    return OptionalLong.of(kept == null ? rows : rows - Long.parseLong(kept));
  }
}
