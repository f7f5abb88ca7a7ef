package io.standpipe.hudi;

import io.standpipe.hudi.RowShape.Missing;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.Identifiers;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.types.StructType;

/** Upsert and delete. */
final class HudiChanges {
  /** Rows that were read from the table tell by themselves in which file they are. */
  private static final Map<String, String> LOCATED =
      Map.of("_hoodie.spark.sql.writes.prepped", "true");

  private final HudiConfig config;
  private final TableAddress address;
  private final SparkSession session;
  private final Committer committer;
  private final HudiWrites writes;
  private final HudiReads reads;

  HudiChanges(HudiConfig config, TableAddress address, SparkSession session) {
    this.config = config;
    this.address = address;
    this.session = session;
    this.committer = new Committer(config, address, session);
    this.writes = new HudiWrites(config, address, session);
    this.reads = new HudiReads(config, address, session);
  }

  WriteResult upsert(Dataset<Row> rows, WriteRequest request) {
    return committer.commit(
        "upsert into",
        "upsert",
        Map.of(),
        request.commitToken(),
        before -> {
          RowShape.requireColumns("key", request.keys(), rows.schema(), "the upsert");
          requireIdentifying(request.keys(), before);
          Dataset<Row> fit = writes.fit(before, rows, request.schemaEvolution(), Missing.REFUSED);
          return RowChecks.uniqueKeys(fit, RowShape.spelled(request.keys(), fit.schema()));
        });
  }

  /** Refuses keys by which Hudi does not tell rows apart: it would update other rows, or none. */
  private void requireIdentifying(List<String> keys, Optional<OpenTable> before) {
    List<String> recordKey = writes.recordKey(before);
    if (recordKey.isEmpty()) {
      throw new Problem.Refusal(
          "cannot upsert into " + address.label() + ": it has no record key",
          "Name the key in recordKey before the table is created.");
    }
    List<String> partitions = before.map(OpenTable::partitionColumns).orElse(config.partitionBy());
    List<String> identity = new ArrayList<>(recordKey);
    if (!config.index().global()) {
      identity.addAll(partitions);
    }
    if (!RowShape.caseless(keys).equals(RowShape.caseless(identity))) {
      boolean globalWouldDo = RowShape.caseless(keys).equals(RowShape.caseless(recordKey));
      throw new Problem.Refusal(
          "cannot upsert into "
              + address.label()
              + " by the keys "
              + keys
              + ": what identifies its rows is "
              + identity,
          globalWouldDo
              ? "Add the partition columns to the keys, or set index to globalSimple."
              : "Use these keys.");
    }
  }

  /**
   * Deletes by what identifies the rows, where Hudi's index finds them and nothing else, and by any
   * other columns through a look at the rows.
   */
  WriteResult delete(Dataset<Row> keys, WriteRequest request) {
    RowShape.requireColumns("key", request.keys(), keys.schema(), "the delete");
    OpenTable table = address.require(session);
    RowShape.requireColumns(
        "key", request.keys(), RowShape.columns(Optional.of(table)), address.label());
    Dataset<Row> known =
        RowChecks.knownKeys(keys.select(RowChecks.columns(request.keys())), request.keys())
            .distinct();
    List<String> identity = new ArrayList<>(table.recordKey());
    identity.addAll(table.partitionColumns());
    if (indexFinds(known.schema(), identity, table)) {
      return committer.commit(
          "delete from",
          "delete",
          Map.of(),
          request.commitToken(),
          before -> shaped(known, identity, before));
    }
    return deleteRead(
        request.commitToken(),
        rows -> rows.join(known, sameKey(rows, known, request), "left_semi"));
  }

  /**
   * Whether the index finds the rows with these keys. A global one looks for the record key alone,
   * and would delete a row of another partition. A value that the column cannot have would become
   * another one.
   */
  private boolean indexFinds(StructType keys, List<String> identity, OpenTable table) {
    StructType columns = RowShape.columns(Optional.of(table));
    boolean partitioned = !table.partitionColumns().isEmpty();
    return !table.recordKey().isEmpty()
        && !(config.index().global() && partitioned)
        && RowShape.caseless(List.of(keys.fieldNames())).equals(RowShape.caseless(identity))
        && identity.stream()
            .allMatch(
                name ->
                    Cast.canUpCast(
                        keys.apply(RowShape.spelled(List.of(name), keys).get(0)).dataType(),
                        columns.apply(name).dataType()));
  }

  private static Dataset<Row> shaped(
      Dataset<Row> keys, List<String> identity, Optional<OpenTable> table) {
    var columns = RowShape.columns(table);
    return keys.select(
        identity.stream()
            .map(name -> Identifiers.column(name).cast(columns.apply(name).dataType()).as(name))
            .toArray(Column[]::new));
  }

  private static Column sameKey(Dataset<Row> rows, Dataset<Row> keys, WriteRequest request) {
    return request.keys().stream()
        .map(key -> rows.col(Identifiers.quoted(key)).equalTo(keys.col(Identifiers.quoted(key))))
        .reduce(Column::and)
        .orElseThrow();
  }

  WriteResult deleteWhere(Condition condition) {
    address.require(session);
    return deleteRead(Optional.empty(), rows -> rows.where(condition.toColumn()));
  }

  private WriteResult deleteRead(
      Optional<CommitToken> token, Function<Dataset<Row>, Dataset<Row>> selection) {
    return committer.commit(
        "delete from",
        "delete",
        LOCATED,
        token,
        before -> selection.apply(reads.withMetaColumns()));
  }
}
