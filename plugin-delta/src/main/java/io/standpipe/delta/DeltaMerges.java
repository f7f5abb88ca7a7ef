package io.standpipe.delta;

import static org.apache.spark.sql.functions.expr;

import io.delta.tables.DeltaMergeBuilder;
import io.delta.tables.DeltaTable;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.Identifiers;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.LogicalRDD;

/**
 * Changes in place: upsert, delete and update.
 *
 * <p>The rows of a merge are materialised first, by the executors: a merge reads its source more
 * than once, and rows must be computed once, be the same each time, and be counted by those who
 * observe them. Delta would do the same, but lazily, where observed metrics get lost.
 */
final class DeltaMerges {
  private static final String TARGET = "standpipe_target";
  private static final String SOURCE = "standpipe_source";

  private final TableAddress address;
  private final SparkSession session;
  private final Committer committer;
  private final DeltaWrites writes;

  DeltaMerges(DeltaConfig config, TableAddress address, SparkSession session) {
    this.address = address;
    this.session = session;
    this.committer = new Committer(address, session);
    this.writes = new DeltaWrites(config, address, session);
  }

  WriteResult upsert(Dataset<Row> rows, WriteRequest request) {
    Columns.requireKeys(request.keys(), rows.schema(), "the upsert into " + address.label());
    Dataset<Row> known = RowChecks.knownKeys(rows, request.keys());
    return committer.commit(
        "upsert into",
        request.commitToken(),
        (mark, before) -> {
          if (before.isPresent()) {
            Columns.requireKeys(request.keys(), before.get().schema(), address.label());
            Columns.requireNoNew(before.get(), rows.schema(), request.schemaEvolution(), address);
          }
          withSource(
              known,
              source -> {
                RowChecks.requireUniqueKeys(source, request.keys());
                if (before.isEmpty()) {
                  writes.create(source, DeltaWrites.options(mark, request));
                } else {
                  merge(mark, source, request);
                }
              });
        });
  }

  private void merge(String mark, Dataset<Row> source, WriteRequest request) {
    DeltaMergeBuilder merge = on(mark, request, source);
    if (request.schemaEvolution() == SchemaEvolution.ADD_COLUMNS) {
      merge.withSchemaEvolution().whenMatched().updateAll().whenNotMatched().insertAll().execute();
      return;
    }
    Map<String, Column> all = assignments(source, Set.of());
    Map<String, Column> values = assignments(source, caseless(request.keys()));
    if (!values.isEmpty()) {
      merge = merge.whenMatched().update(values);
    }
    merge.whenNotMatched().insert(all).execute();
  }

  WriteResult delete(Dataset<Row> keys, WriteRequest request) {
    Columns.requireKeys(request.keys(), keys.schema(), "the delete from " + address.label());
    Column[] columns = request.keys().stream().map(Identifiers::column).toArray(Column[]::new);
    Dataset<Row> distinct = RowChecks.knownKeys(keys.select(columns), request.keys()).distinct();
    return committer.commit(
        "delete from",
        request.commitToken(),
        (mark, before) -> {
          OpenTable table = address.require(session);
          Columns.requireKeys(request.keys(), table.schema(), address.label());
          withSource(
              distinct, source -> on(mark, request, source).whenMatched().delete().execute());
        });
  }

  WriteResult deleteWhere(Condition condition) {
    return inPlace("delete from", table -> table.delete(condition.toColumn()));
  }

  WriteResult update(Condition condition, Map<String, String> assignments) {
    if (assignments.isEmpty()) {
      throw new Problem.Refusal(
          "cannot update " + address.label() + ": there are no assignments",
          "Name at least one column and its new value.");
    }
    Map<String, Column> set = new LinkedHashMap<>();
    assignments.forEach((column, sql) -> set.put(Identifiers.quoted(column), expr(sql)));
    return inPlace("update", table -> table.update(condition.toColumn(), set));
  }

  private WriteResult inPlace(String action, Consumer<DeltaTable> change) {
    Optional<CommitToken> none = Optional.empty();
    return committer.commit(
        action,
        none,
        (mark, before) -> {
          address.require(session);
          change.accept(address.handle(committer.privateSession(mark, none)));
        });
  }

  private DeltaMergeBuilder on(String mark, WriteRequest request, Dataset<Row> source) {
    SparkSession own = committer.privateSession(mark, request.commitToken());
    Column sameKey =
        request.keys().stream()
            .map(key -> RowChecks.qualified(TARGET, key).equalTo(RowChecks.qualified(SOURCE, key)))
            .reduce(Column::and)
            .orElseThrow();
    return address.handle(own).as(TARGET).merge(source.as(SOURCE), sameKey);
  }

  /** Columns of the table, set to the columns of the same name of the source. */
  private static Map<String, Column> assignments(Dataset<Row> source, Set<String> except) {
    Map<String, Column> assignments = new LinkedHashMap<>();
    for (String column : source.columns()) {
      if (!except.contains(column)) {
        assignments.put(Identifiers.quoted(column), RowChecks.qualified(SOURCE, column));
      }
    }
    return assignments;
  }

  private static Set<String> caseless(List<String> names) {
    Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    set.addAll(names);
    return set;
  }

  /** What is done with materialised rows. */
  @FunctionalInterface
  private interface Change {
    void with(Dataset<Row> source) throws Exception;
  }

  private void withSource(Dataset<Row> rows, Change change) throws Exception {
    Dataset<Row> source = rows.localCheckpoint(true);
    Optional<RDD<?>> stored =
        source.queryExecution().analyzed() instanceof LogicalRDD plan
            ? Optional.of(plan.rdd())
            : Optional.empty();
    try {
      stored.ifPresent(rdd -> rdd.setName("rows to be merged into " + address.label()));
      change.with(source);
    } finally {
      stored.ifPresent(rdd -> rdd.unpersist(false));
    }
  }
}
