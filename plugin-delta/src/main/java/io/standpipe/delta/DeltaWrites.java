package io.standpipe.delta;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.Identifiers;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.CreateTableWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import scala.collection.JavaConverters;

/** Append, overwrite, error-if-exists and ignore: each is one commit. */
final class DeltaWrites {
  private final DeltaConfig config;
  private final TableAddress address;
  private final SparkSession session;
  private final Committer committer;

  DeltaWrites(DeltaConfig config, TableAddress address, SparkSession session) {
    this.config = config;
    this.address = address;
    this.session = session;
    this.committer = new Committer(address, session);
  }

  WriteResult write(Dataset<Row> rows, WriteRequest request) {
    return switch (request.mode()) {
      case APPEND -> append(rows, request);
      case OVERWRITE -> overwrite(rows, request);
      case ERROR_IF_EXISTS -> intoEmpty(rows, request, WriteResult.Outcome.COMMITTED);
      case IGNORE -> intoEmpty(rows, request, WriteResult.Outcome.IGNORED);
      default ->
          throw new Problem.Refusal(
              "cannot write " + address.label() + " with mode " + request.mode().id(),
              "Use append, overwrite, errorIfExists or ignore.");
    };
  }

  private WriteResult append(Dataset<Row> rows, WriteRequest request) {
    return committer.commit(
        "append to",
        request.commitToken(),
        (mark, before) -> {
          Map<String, String> options = options(mark, request);
          if (before.isEmpty()) {
            create(rows, options);
          } else {
            requireFit(before.get(), rows, request);
            new TableWrite(session, before.get()).run(rows, SaveMode.Append, List.of(), options);
          }
        });
  }

  private WriteResult overwrite(Dataset<Row> rows, WriteRequest request) {
    Optional<String> where = request.replaceWhere().map(this::sql);
    if (where.isPresent() && request.schemaEvolution() == SchemaEvolution.REPLACE) {
      throw new Problem.Refusal(
          "cannot overwrite a part of " + address.label() + " and replace its schema",
          "Leave out replaceWhere, or use schemaEvolution addColumns.");
    }
    return committer.commit(
        "overwrite",
        request.commitToken(),
        (mark, before) -> {
          Map<String, String> options = options(mark, request);
          // Whatever the session says: all rows are replaced, not only touched partitions.
          options.put("partitionOverwriteMode", "static");
          if (before.isEmpty()) {
            create(checked(rows, request, where), options);
          } else if (request.schemaEvolution() == SchemaEvolution.REPLACE) {
            replaceSchema(before.get(), rows, options);
          } else {
            requireFit(before.get(), rows, request);
            where.ifPresent(sql -> options.put("replaceWhere", sql));
            new TableWrite(session, before.get()).run(rows, SaveMode.Overwrite, List.of(), options);
          }
        });
  }

  /**
   * An empty table is overwritten rather than appended to: an overwrite has read the table, so that
   * of two such writes only one can commit.
   */
  private WriteResult intoEmpty(
      Dataset<Row> rows, WriteRequest request, WriteResult.Outcome ifNotEmpty) {
    Optional<OpenTable> table = address.find(session);
    boolean repeated = request.commitToken().filter(token -> committed(table, token)).isPresent();
    if (!repeated && table.isPresent() && !address.rows(session).isEmpty()) {
      if (ifNotEmpty == WriteResult.Outcome.IGNORED) {
        return WriteResult.unchanged(WriteResult.Outcome.IGNORED);
      }
      throw new Problem.Refusal(
          "cannot write to " + address.label() + " with mode errorIfExists: it has rows",
          "Delete them, or use mode append, overwrite or ignore.");
    }
    return overwrite(
        rows,
        new WriteRequest(
            WriteMode.OVERWRITE,
            List.of(),
            Optional.empty(),
            request.schemaEvolution(),
            request.commitToken()));
  }

  private boolean committed(Optional<OpenTable> table, CommitToken token) {
    return table.filter(open -> open.hasToken(session, token)).isPresent();
  }

  /**
   * Creates the table with these rows, in one commit. Fails if somebody else creates it meanwhile.
   */
  void create(Dataset<Row> rows, Map<String, String> options) throws Exception {
    Columns.requireStorable(rows.schema(), address);
    if (address instanceof TableAddress.InFolder folder) {
      rows.write()
          .format("delta")
          .mode(SaveMode.ErrorIfExists)
          .options(options)
          .options(config.properties())
          .partitionBy(config.partitionBy().toArray(String[]::new))
          .save(folder.path());
      return;
    }
    CreateTableWriter<Row> writer = rows.writeTo(address.identifier()).using("delta");
    for (Map.Entry<String, String> property : config.properties().entrySet()) {
      writer = writer.tableProperty(property.getKey(), property.getValue());
    }
    List<Column> partitions = config.partitionBy().stream().map(Identifiers::column).toList();
    if (!partitions.isEmpty()) {
      writer =
          writer.partitionedBy(
              partitions.get(0),
              JavaConverters.asScalaBuffer(partitions.subList(1, partitions.size())).toSeq());
    }
    writer.options(options).create();
  }

  private void replaceSchema(OpenTable table, Dataset<Row> rows, Map<String, String> options) {
    Columns.requireStorable(rows.schema(), address);
    List<String> kept =
        table.partitionColumns().stream()
            .filter(column -> Columns.of(rows.schema()).contains(column))
            .toList();
    List<String> partitions = config.partitionBy().isEmpty() ? kept : config.partitionBy();
    options.put("overwriteSchema", "true");
    new TableWrite(session, table).run(rows, SaveMode.Overwrite, partitions, options);
  }

  private void requireFit(OpenTable table, Dataset<Row> rows, WriteRequest request) {
    Columns.requireNoNew(table, rows.schema(), request.schemaEvolution(), address);
    List<String> partitions = lowerCase(table.partitionColumns());
    if (!config.partitionBy().isEmpty() && !lowerCase(config.partitionBy()).equals(partitions)) {
      throw new Problem.Refusal(
          address.label()
              + " is partitioned by "
              + table.partitionColumns()
              + ", but the storage says partitionBy "
              + config.partitionBy(),
          "Correct partitionBy, or overwrite the table with schemaEvolution replace.");
    }
  }

  private static List<String> lowerCase(List<String> names) {
    return names.stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
  }

  private Dataset<Row> checked(Dataset<Row> rows, WriteRequest request, Optional<String> where) {
    return where.isEmpty()
        ? rows
        : RowChecks.matching(rows, request.replaceWhere().orElseThrow().toColumn(), where.get());
  }

  private String sql(Condition condition) {
    if (!(condition instanceof Condition.Expression)) {
      RowChecks.requireEscapes(session);
    }
    return ConditionSql.of(condition);
  }

  /** Options of every write: Delta's own defaults depend on session properties. */
  static Map<String, String> options(String mark, WriteRequest request) {
    Map<String, String> options = new HashMap<>();
    options.put("userMetadata", mark);
    options.put(
        "mergeSchema", Boolean.toString(request.schemaEvolution() == SchemaEvolution.ADD_COLUMNS));
    request.commitToken().map(Transaction::of).ifPresent(it -> it.describe(options::put));
    return options;
  }
}
