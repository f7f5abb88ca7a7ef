package io.standpipe.cassandra;

import com.datastax.spark.connector.ColumnName;
import com.datastax.spark.connector.ColumnRef;
import com.datastax.spark.connector.ColumnSelector;
import com.datastax.spark.connector.RDDFunctions;
import com.datastax.spark.connector.SomeColumns;
import com.datastax.spark.connector.writer.SqlRowWriter;
import com.datastax.spark.connector.writer.WriteConf;
import io.standpipe.spi.Condition;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import scala.Option;
import scala.collection.JavaConverters;

/** Deletes rows, always by the primary key or a prefix of it. */
final class Deletes {
  private final CassandraConfig config;
  private final Cluster cluster;

  Deletes(CassandraConfig config, Cluster cluster) {
    this.config = config;
    this.cluster = cluster;
  }

  /**
   * Deletes by key. A prefix of the primary key that has the partition key is deleted as it is; for
   * other columns the table is read to find the rows.
   *
   * @param stored the rows of the table
   */
  WriteResult byKeys(Dataset<Row> keys, WriteRequest request, Dataset<Row> stored) {
    TableShape table = shape();
    List<String> names = table.resolve("delete from", request.keys());
    requireColumns(keys, request.keys());
    StoredForm form = new StoredForm("delete from " + config.label(), request.keys());
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      StructField given = keys.schema().apply(request.keys().get(i));
      columns.add(form.of(given, table.types().get(name)).as(name));
    }
    Dataset<Row> wanted =
        RowChecks.knownKeys(keys.select(columns.toArray(Column[]::new)), names).distinct();
    if (table.isKeyPrefix(names)) {
      return delete(wanted, names);
    }
    Dataset<Row> found =
        stored.join(wanted, JavaConverters.asScalaBuffer(names).toSeq(), "left_semi");
    return delete(found.select(RowChecks.columns(table.primaryKey())), table.primaryKey());
  }

  private void requireColumns(Dataset<Row> rows, List<String> keys) {
    List<String> columns = List.of(rows.columns());
    for (String key : keys) {
      if (!columns.contains(key)) {
        throw new Problem.Refusal(
            "cannot delete from " + config.label() + ": the rows have no key column '" + key + "'",
            "Correct the keys of the write.");
      }
    }
  }

  /** Deletes the rows for which the condition is true; the table is read to find them. */
  WriteResult where(Condition condition, Dataset<Row> stored) {
    TableShape table = shape();
    return delete(
        stored.where(condition.toColumn()).select(RowChecks.columns(table.primaryKey())),
        table.primaryKey());
  }

  private TableShape shape() {
    var table = cluster.require();
    TableShape.requireNoCounters(config.label(), table);
    TableShape shape = TableShape.of(config.label(), table);
    shape.requireExactPartitionKey("delete from");
    return shape;
  }

  @SuppressWarnings("CatchingUnchecked")
  private WriteResult delete(Dataset<Row> keys, List<String> names) {
    try {
      new RDDFunctions<>(keys.rdd())
          .deleteFromCassandra(
              config.keyspace(),
              config.table(),
              columns(List.of()),
              columns(names),
              WriteConf.fromSparkConf(cluster.conf()),
              cluster.connector(),
              SqlRowWriter.Factory$.MODULE$);
    } catch (Exception e) {
      // Scala declares no checked exceptions.
      throw Problem.of("delete from " + config.label(), e);
    }
    return WriteResult.committed();
  }

  private static ColumnSelector columns(List<String> names) {
    List<ColumnRef> columns =
        names.stream().<ColumnRef>map(name -> new ColumnName(name, Option.empty())).toList();
    return new SomeColumns(JavaConverters.asScalaBuffer(columns).toList());
  }
}
