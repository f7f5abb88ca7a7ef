package io.standpipe.cassandra;

import com.datastax.oss.driver.api.core.metadata.schema.RelationMetadata;
import com.datastax.oss.driver.api.core.metadata.schema.TableMetadata;
import com.datastax.oss.driver.api.core.metadata.schema.ViewMetadata;
import com.datastax.spark.connector.datasource.CassandraTable;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/** Writes rows. Each is an upsert by primary key, whatever the mode. */
final class Writes {
  static final String FORMAT = "org.apache.spark.sql.cassandra";

  private final CassandraConfig config;
  private final Cluster cluster;

  Writes(CassandraConfig config, Cluster cluster) {
    this.config = config;
    this.cluster = cluster;
  }

  WriteResult write(Dataset<Row> rows, WriteRequest request) {
    WriteMode mode = request.mode();
    if ((mode == WriteMode.ERROR_IF_EXISTS || mode == WriteMode.IGNORE) && hasRows()) {
      if (mode == WriteMode.IGNORE) {
        return WriteResult.unchanged(WriteResult.Outcome.IGNORED);
      }
      throw new Problem.Refusal(
          "cannot write to " + config.label() + ": it has rows", "Choose another mode.");
    }
    Optional<Commits> commits = mode == WriteMode.APPEND ? commits(request) : Optional.empty();
    boolean overwrite = mode == WriteMode.OVERWRITE;
    TableShape table = target(rows.schema(), mode);
    if (commits.isPresent() && commits.get().has(request.commitToken().orElseThrow())) {
      return WriteResult.unchanged(WriteResult.Outcome.ALREADY_COMMITTED);
    }
    if (overwrite && reads(rows, table)) {
      throw new Problem.Refusal(
          "cannot overwrite "
              + config.label()
              + ": its own rows are read to do so, and they would be gone by then",
          "Write to another table first.");
    }
    WriteResult result =
        save(overwrite ? "overwrite" : "append to", countedOnce(rows, table), overwrite);
    commits.ifPresent(log -> log.add(request.commitToken().orElseThrow()));
    return result;
  }

  /** Where the request's token is kept, if it has one and the storage keeps them. */
  private Optional<Commits> commits(WriteRequest request) {
    return config
        .commitTable()
        .filter(table -> request.commitToken().isPresent())
        .map(table -> new Commits(config, cluster, table));
  }

  private Dataset<Row> countedOnce(Dataset<Row> rows, TableShape table) {
    Dataset<Row> matched = matched(rows, table);
    return table.counts()
        ? matched.mapPartitions(new FirstAttempt(config.label()), matched.encoder())
        : matched;
  }

  WriteResult upsert(Dataset<Row> rows, WriteRequest request) {
    TableShape table = target(rows.schema(), WriteMode.UPSERT);
    table.requireExactPartitionKey("upsert into");
    List<String> keys = table.resolve("upsert into", request.keys());
    if (!List.copyOf(keys).containsAll(table.primaryKey())
        || !table.primaryKey().containsAll(keys)) {
      throw new Problem.Refusal(
          "cannot upsert into "
              + config.label()
              + " by the keys "
              + request.keys()
              + ": its primary key is "
              + table.primaryKey(),
          "Use exactly the columns of the primary key as keys.");
    }
    Dataset<Row> matched = matched(rows, table);
    return save("upsert into", RowChecks.uniqueKeys(matched, table.primaryKey()), false);
  }

  /** The shape of the table, which is created if it is missing and may be. */
  private TableShape target(StructType rows, WriteMode mode) {
    Optional<TableMetadata> found = cluster.find();
    Tables tables = new Tables(config, cluster);
    if (found.isEmpty() && tables.mayCreate()) {
      CqlTypes.requireWritable(config.label(), rows);
      tables.create(withoutOptions(rows));
      found = cluster.find();
    }
    TableMetadata table = found.orElseThrow(this::notWritable);
    if (mode != WriteMode.APPEND || config.commitTable().isPresent()) {
      TableShape.requireNoCounters(config.label(), table);
    }
    return TableShape.of(config.label(), table);
  }

  private Problem.Refusal notWritable() {
    return cluster.view().isPresent()
        ? new Problem.Refusal(
            "cannot write to " + config.label() + ": it is a materialized view",
            "Write to the table that it shows.")
        : cluster.missing();
  }

  private StructType withoutOptions(StructType rows) {
    return new StructType(
        List.of(rows.fields()).stream()
            .filter(column -> !isOption(column.name()))
            .toArray(StructField[]::new));
  }

  /** Whether the column says how a row is written, and is not stored. */
  private boolean isOption(String column) {
    return config.ttlColumn().filter(column::equals).isPresent()
        || config.writeTimeColumn().filter(column::equals).isPresent();
  }

  /** The rows as they are stored, with the table's names of their columns. */
  private Dataset<Row> matched(Dataset<Row> rows, TableShape table) {
    CqlTypes.requireWritable(config.label(), rows.schema());
    List<String> stored =
        List.of(rows.columns()).stream().filter(column -> !isOption(column)).toList();
    List<String> names = table.resolve("write to", stored);
    List<String> missing = table.missingKeys(names);
    if (!missing.isEmpty()) {
      throw new Problem.Refusal(
          "cannot write to "
              + config.label()
              + ": the rows lack the columns "
              + missing
              + " of its primary key",
          "Add them to the rows.");
    }
    requireOptions(rows);
    requireUnique(names);
    StoredForm form =
        new StoredForm(
            "write to " + config.label(),
            table.primaryKey().stream().map(key -> stored.get(names.indexOf(key))).toList());
    StructType given = rows.schema();
    List<Column> all = new ArrayList<>();
    for (int i = 0; i < stored.size(); i++) {
      String name = names.get(i);
      all.add(form.of(given.apply(stored.get(i)), table.types().get(name)).as(name));
    }
    config.ttlColumn().ifPresent(column -> all.add(form.timeToLive(given.apply(column))));
    config.writeTimeColumn().ifPresent(column -> all.add(form.writeTime(given.apply(column))));
    return RowChecks.knownTuples(
        RowChecks.storableDates(rows.select(all.toArray(Column[]::new))),
        table.tuples().stream().filter(names::contains).toList());
  }

  private void requireUnique(List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new Problem.Refusal(
            "cannot write to " + config.label() + ": two columns of the rows mean '" + name + "'",
            "Drop one of them.");
      }
    }
  }

  private void requireOptions(Dataset<Row> rows) {
    List<String> columns = List.of(rows.columns());
    List<String> absent = new ArrayList<>();
    config.ttlColumn().filter(column -> !columns.contains(column)).ifPresent(absent::add);
    config.writeTimeColumn().filter(column -> !columns.contains(column)).ifPresent(absent::add);
    if (!absent.isEmpty()) {
      throw new Problem.Refusal(
          "cannot write to "
              + config.label()
              + ": the rows lack "
              + absent
              + ", which ttlColumn and writeTimeColumn name",
          "Add them to the rows, or remove the options.");
    }
  }

  @SuppressWarnings("CatchingUnchecked")
  private WriteResult save(String action, Dataset<Row> rows, boolean truncate) {
    try (RowCount count = new RowCount(rows.sparkSession())) {
      count
          .counted(rows)
          .write()
          .format(FORMAT)
          .options(Options.write(config))
          .option("confirm.truncate", truncate)
          .mode(truncate ? "overwrite" : "append")
          .save();
      return new WriteResult(WriteResult.Outcome.COMMITTED, count.rows(), Optional.empty());
    } catch (Exception e) {
      // Scala declares no checked exceptions.
      throw Problem.of(action + " " + config.label(), e);
    }
  }

  private boolean hasRows() {
    return cluster.find().isPresent()
        && cluster.ask(
            "read " + config.label(),
            session ->
                session.execute("SELECT * FROM " + config.qualifiedTable() + " LIMIT 1").one()
                    != null);
  }

  /** Whether the rows come from the same table or a view of it, as far as their plan tells. */
  private boolean reads(Dataset<Row> rows, TableShape target) {
    for (LogicalPlan leaf :
        JavaConverters.seqAsJavaList(rows.queryExecution().analyzed().collectLeaves())) {
      if (leaf instanceof DataSourceV2Relation relation
          && relation.table() instanceof CassandraTable table
          && shows(table.metadata(), target)) {
        return true;
      }
    }
    return false;
  }

  /** A table of the same name may be another one, in another cluster. */
  private boolean shows(RelationMetadata read, TableShape target) {
    return read instanceof ViewMetadata view
        ? view.getKeyspace().asInternal().equals(config.keyspace())
            && view.getBaseTable().asInternal().equals(config.table())
        : read.getId().equals(target.id());
  }
}
