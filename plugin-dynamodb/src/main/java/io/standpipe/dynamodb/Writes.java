package io.standpipe.dynamodb;

import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Identifiers;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Append, upsert and delete: Spark's tasks send the rows. */
record Writes(DynamoDbConfig config, SparkSession session) {

  WriteResult append(Dataset<Row> rows, WriteRequest request) {
    Optional<Commits> commits =
        config
            .commitTable()
            .filter(any -> request.commitToken().isPresent())
            .map(name -> new Commits(config, name));
    if (commits.filter(log -> log.has(request.commitToken().orElseThrow())).isPresent()) {
      return WriteResult.unchanged(WriteResult.Outcome.ALREADY_COMMITTED);
    }
    WriteResult result = put(rows, request);
    commits.ifPresent(log -> log.add(request.commitToken().orElseThrow()));
    return result;
  }

  /** Writes into a table that is missing or has no items, else fails or does nothing. */
  WriteResult intoEmpty(Dataset<Row> rows, WriteRequest request) {
    if (!hasItems()) {
      return put(rows, request);
    } else if (request.mode() == WriteMode.IGNORE) {
      return WriteResult.unchanged(WriteResult.Outcome.IGNORED);
    }
    throw new Refusal(
        "cannot write to " + config.label() + ": it has items", "Choose another mode.");
  }

  private boolean hasItems() {
    try (Calls calls = Access.of(config).open()) {
      return new Tables(config, calls).exists()
          && !calls
              .call(
                  "read " + config.label(),
                  client ->
                      client.scan(
                          scan -> scan.tableName(config.table()).limit(1).consistentRead(true)))
              .items()
              .isEmpty();
    }
  }

  private WriteResult put(Dataset<Row> rows, WriteRequest request) {
    TableInfo table = table(rows.schema());
    Dataset<Row> fitting = fitting(rows, table, request.schemaEvolution());
    config.condition().ifPresent(condition -> requireColumns(condition, fitting.schema()));
    RowAction action = config.condition().isPresent() ? RowAction.PUT_IF : RowAction.PUT;
    return WriteResult.committed(write(fitting, table, action, false));
  }

  /** Of a column that the rows lack, DynamoDB would see a NULL. */
  private void requireColumns(String condition, StructType rows) {
    List<String> unknown = new ArrayList<>(SingleWriter.columns(condition));
    unknown.removeAll(List.of(rows.fieldNames()));
    config.ttlAfter().flatMap(any -> config.ttlAttribute()).ifPresent(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new Refusal(
          "cannot write to "
              + config.label()
              + ": its condition names ':"
              + unknown.get(0)
              + "', which is none of the columns "
              + List.of(rows.fieldNames()),
          "Correct 'condition'.");
    }
  }

  WriteResult upsert(Dataset<Row> rows, WriteRequest request) {
    TableInfo table = table(rows.schema());
    requireKeys(table, request.keys());
    Dataset<Row> fitting = fitting(rows, table, request.schemaEvolution());
    Column[] keys = keys(table);
    // Rows of one key end up side by side in one task, which then notices a repeated key.
    Dataset<Row> sorted = fitting.repartition(keys).sortWithinPartitions(keys);
    RowAction action =
        switch (config.upsertBy()) {
          case UPDATE -> RowAction.UPDATE;
          case PUT -> RowAction.PUT;
        };
    return WriteResult.committed(write(sorted, table, action, true));
  }

  /** DynamoDB does not tell which of the keys it had: no number is reported. */
  WriteResult delete(Dataset<Row> keys, WriteRequest request) {
    TableInfo table = existing();
    requireKeys(table, request.keys());
    write(onlyKeys(keys, table), table, RowAction.DELETE, false);
    return WriteResult.committed();
  }

  WriteResult deleteWhere(Condition condition) {
    TableInfo table = existing();
    Dataset<Row> selected = new Reads(config, session, true).withKeys().where(condition.toColumn());
    Dataset<Row> keys = RawKeys.only(selected, table);
    return WriteResult.committed(write(keys, table, RowAction.DELETE, false));
  }

  private Dataset<Row> onlyKeys(Dataset<Row> rows, TableInfo table) {
    Dataset<Row> renamed = renamed(rows, table);
    requireKeyTypes(renamed.schema(), table);
    return renamed.select(keys(table));
  }

  private TableInfo existing() {
    try (Calls calls = Access.of(config).open()) {
      return TableInfo.require(calls, config.table());
    }
  }

  /** The table, created if it is missing and its key is configured. */
  private TableInfo table(StructType schema) {
    try (Calls calls = Access.of(config).open()) {
      return new Tables(config, calls).orCreated(schema);
    }
  }

  private static Column[] keys(TableInfo table) {
    return table.keyNames().stream().map(Identifiers::column).toArray(Column[]::new);
  }

  private void requireKeys(TableInfo table, List<String> given) {
    boolean same =
        given.size() == table.keys().size()
            && table.keyNames().stream()
                .allMatch(name -> given.stream().anyMatch(name::equalsIgnoreCase));
    if (!same) {
      throw new Refusal(
          "cannot use the keys "
              + given
              + " for "
              + config.label()
              + ": items are identified by "
              + table.keyNames(),
          "Set the keys to " + table.keyNames() + ".");
    }
  }

  private Dataset<Row> fitting(Dataset<Row> rows, TableInfo table, SchemaEvolution evolution) {
    Dataset<Row> renamed = renamed(rows, table);
    Kinds.requireStorable(config.label(), renamed.schema());
    requireKeyTypes(renamed.schema(), table);
    requireDeclared(renamed.schema(), evolution);
    for (String name : config.sets()) {
      if (Arrays.asList(renamed.schema().fieldNames()).contains(name)
          && !(renamed.schema().apply(name).dataType() instanceof ArrayType)) {
        throw new Refusal(
            "cannot write column '" + name + "' as a set: it is no array", "Correct 'sets'.");
      }
    }
    return renamed;
  }

  /** Attribute names are case-sensitive: columns get those of the keys and of the schema. */
  private Dataset<Row> renamed(Dataset<Row> rows, TableInfo table) {
    List<String> known = new ArrayList<>(table.keyNames());
    config.declaredSchema().ifPresent(schema -> known.addAll(List.of(schema.fieldNames())));
    String[] names =
        Arrays.stream(rows.schema().fieldNames())
            .map(
                name ->
                    known.contains(name)
                        ? name
                        : known.stream().filter(name::equalsIgnoreCase).findFirst().orElse(name))
            .toArray(String[]::new);
    if (new HashSet<>(List.of(names)).size() < names.length) {
      throw new Refusal(
          "cannot write to " + config.label() + ": two columns have one name, of " + List.of(names),
          "Rename or drop one.");
    }
    return Arrays.equals(names, rows.columns()) ? rows : rows.toDF(names);
  }

  private void requireKeyTypes(StructType schema, TableInfo table) {
    for (TableInfo.Key key : table.keys()) {
      Optional<StructField> field =
          Arrays.stream(schema.fields()).filter(f -> f.name().equals(key.name())).findFirst();
      if (field.isEmpty()) {
        throw new Refusal(
            "the rows for " + config.label() + " lack its key '" + key.name() + "'",
            "Add the column.");
      }
      if (Kinds.stored(field.get().dataType()).filter(key.type()::equals).isEmpty()) {
        throw new Refusal(
            "the key '"
                + key.name()
                + "' of "
                + config.label()
                + " has the type "
                + key.type()
                + ", the rows have "
                + field.get().dataType().simpleString(),
            "Cast the column.");
      }
    }
  }

  private void requireDeclared(StructType rows, SchemaEvolution evolution) {
    if (config.declaredSchema().isEmpty()) {
      return;
    }
    StructType declared = config.declaredSchema().get();
    List<String> names = List.of(declared.fieldNames());
    List<String> added = new ArrayList<>(List.of(rows.fieldNames()));
    added.removeAll(names);
    if (!added.isEmpty() && evolution == SchemaEvolution.NONE) {
      throw new Refusal(
          "cannot write to "
              + config.label()
              + ": the rows have columns that its 'schema' lacks: "
              + added,
          "Drop them, or set schemaEvolution to addColumns.");
    }
    for (StructField field : rows.fields()) {
      if (names.contains(field.name())
          && !Kinds.stored(field.dataType())
              .equals(Kinds.stored(declared.apply(field.name()).dataType()))) {
        throw new Refusal(
            "column '"
                + field.name()
                + "' of "
                + config.label()
                + " is declared as "
                + declared.apply(field.name()).dataType().simpleString()
                + ", the rows have "
                + field.dataType().simpleString(),
            "Cast the column.");
      }
    }
  }

  private long write(Dataset<Row> rows, TableInfo table, RowAction action, boolean sorted) {
    long expiry =
        config
            .ttlAfter()
            .map(Writes::secondsFromNow)
            .filter(any -> action != RowAction.DELETE)
            .orElse(0L);
    ItemShape shape =
        new ItemShape(
            config.label(),
            table,
            rows.schema(),
            config.sets(),
            config.ttlAttribute().orElse(""),
            expiry);
    WriteTask task =
        new WriteTask(
            Access.of(config),
            shape,
            action,
            config.condition().orElse(""),
            sorted,
            Units.ofWrite(config, table),
            Units.tasksAtOnce(session));
    try {
      return ExactTimes.of(rows).mapPartitions(task, Encoders.LONG()).collectAsList().stream()
          .mapToLong(Long::longValue)
          .sum();
    } catch (Exception e) {
      // Spark throws checked exceptions undeclared, and wraps those of tasks.
      throw ours(e).orElseThrow(() -> sneaky(e));
    }
  }

  private static long secondsFromNow(Duration lifetime) {
    return Instant.now().plus(lifetime).getEpochSecond();
  }

  /** The failure of this table; that of a source which the rows come from is not ours. */
  private Optional<ConnectorException> ours(Throwable error) {
    for (Throwable link = error; link != null; link = link.getCause()) {
      boolean own =
          link instanceof RequestFailure || link instanceof BadRow || link instanceof Refusal;
      if (own && link.getMessage().contains(config.label())) {
        return Optional.of((ConnectorException) link);
      }
    }
    return Optional.empty();
  }

  @SuppressWarnings("unchecked")
  private static <E extends Throwable> RuntimeException sneaky(Throwable error) throws E {
    throw (E) error;
  }
}
