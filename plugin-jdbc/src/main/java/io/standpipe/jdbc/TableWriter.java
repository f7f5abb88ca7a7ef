package io.standpipe.jdbc;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneId;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecution$;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.Tuple2;

/**
 * Writes rows so that they become visible all at once and exactly once. In general the tasks fill a
 * staging table ({@link StageTask}), then one transaction moves the rows of the task attempts that
 * Spark accepted ({@link Publication}). Rows that one task computes fast enough are sent straight
 * into the target ({@link DirectWriter}). A process that is killed leaves at most a staging table
 * or a permit behind.
 */
final class TableWriter {
  private final JdbcConfig config;
  private final ConnectionSettings settings;
  private final TableName name;
  private final Clock clock;

  TableWriter(JdbcConfig config, ConnectionSettings settings, TableName name, Clock clock) {
    this.config = config;
    this.settings = settings;
    this.name = name;
    this.clock = clock;
  }

  /** Writes, upserts or deletes, as the request's mode says. */
  WriteResult run(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    return SqlErrors.translate(
        action(request),
        settings,
        () ->
            // An embedded database closes with its last connection: this one spares the tasks that.
            settings.use(
                connection -> {
                  WritePlan plan = plan(connection, session, rows.schema(), request);
                  Optional<WriteResult> settled = settled(connection, plan);
                  return settled.isPresent() ? settled.get() : write(connection, rows, plan);
                }));
  }

  /** What is being done, for messages. */
  String action(WriteRequest request) {
    return (request.mode() == WriteMode.DELETE ? "delete from" : "write to")
        + " table '"
        + name
        + "'";
  }

  /** The result of a write of which there is nothing left to do. */
  Optional<WriteResult> settled(Connection connection, WritePlan plan) throws SQLException {
    Optional<CommitToken> token = plan.request().commitToken();
    CommitLog log = new CommitLog(connection, settings.dialect(), plan.target());
    if (token.isPresent() && log.contains(token.get())) {
      return Optional.of(WriteResult.unchanged(WriteResult.Outcome.ALREADY_COMMITTED));
    }
    WriteMode mode = plan.request().mode();
    Catalog catalog = new Catalog(connection, settings.dialect());
    boolean wantsEmpty = mode == WriteMode.ERROR_IF_EXISTS || mode == WriteMode.IGNORE;
    return wantsEmpty && catalog.exists(plan.target()) && !catalog.isEmpty(plan.target())
        ? Optional.of(Publication.occupied(plan))
        : Optional.empty();
  }

  WritePlan plan(Connection connection, SparkSession session, StructType rows, WriteRequest request)
      throws SQLException {
    return plan(connection, rows, request, zone(session));
  }

  WritePlan plan(Connection connection, StructType rows, WriteRequest request, ZoneId zone)
      throws SQLException {
    Catalog catalog = new Catalog(connection, settings.dialect());
    Optional<TableId> found =
        request.mode() == WriteMode.DELETE
            ? Optional.of(catalog.require(name))
            : catalog.find(name);
    TableId target = found.isPresent() ? found.get() : catalog.place(name);
    ColumnMatch match = new ColumnMatch(settings.dialect(), config.columnTypes());
    StructType sent = request.mode() == WriteMode.DELETE ? keysOf(rows, request.keys()) : rows;
    List<ColumnInfo> known = found.isPresent() ? catalog.columns(target) : List.of();
    List<StageColumn> columns =
        found.isPresent()
            ? match.matching(sent, target, known, request.schemaEvolution())
            : match.creating(sent);
    if (request.mode() != WriteMode.DELETE) {
      ColumnMatch.requireComplete(target, known, columns);
    }
    List<String> names = columns.stream().map(StageColumn::target).toList();
    List<String> keys = ColumnMatch.resolve("key", request.keys(), names);
    checkCondition(request, known, names, zone);
    if (request.mode() == WriteMode.UPSERT
        && found.isPresent()
        && !catalog.hasUniqueKey(target, keys)) {
      throw notUnique(target, keys);
    }
    return new WritePlan(
        target,
        Staging.name(target, clock.instant()),
        columns,
        keys,
        config.onConflict(),
        config.overwriteBy(),
        request,
        zone);
  }

  private static StructType keysOf(StructType rows, List<String> keys) {
    List<String> names = List.of(rows.fieldNames());
    return ColumnMatch.resolve("key", keys, names).stream()
        .map(key -> rows.fields()[names.indexOf(key)])
        .reduce(new StructType(), StructType::add, (left, right) -> left);
  }

  /** Refuses, before anything runs, a condition that the transaction would stumble over. */
  private void checkCondition(
      WriteRequest request, List<ColumnInfo> known, List<String> sent, ZoneId zone) {
    List<ColumnInfo> usable = sent.stream().map(ColumnInfo::named).toList();
    request
        .replaceWhere()
        .ifPresent(condition -> ConditionSql.of(condition, usable, settings.dialect(), zone));
    if (request.replaceWhere().isPresent() && !known.isEmpty()) {
      ConditionSql.of(request.replaceWhere().get(), known, settings.dialect(), zone);
    }
  }

  private static ConnectorException notUnique(TableId target, List<String> keys) {
    String columns = TableId.quoteAll(keys);
    return new ConnectorException(
        "table '" + target + "' has no primary key or unique constraint on (" + columns + ")",
        "Run: ALTER TABLE " + target.sql() + " ADD UNIQUE (" + columns + ")");
  }

  private WriteResult write(Connection connection, Dataset<Row> rows, WritePlan plan)
      throws SQLException {
    QueryExecution sent = sent(rows, plan);
    DirectWriter direct = new DirectWriter(settings, connection, plan);
    if (direct.takes(sent)) {
      String action = action(plan.request());
      return direct.write(task -> collect(sent, action, rdd -> rdd.coalesce(1), task));
    }
    return stageAndPublish(
        connection, rows, plan, plan.columns(), new WholeMove(settings.dialect()));
  }

  private static QueryExecution sent(Dataset<Row> rows, WritePlan plan) {
    return rows.select(
            plan.columns().stream().map(column -> column.of(rows)).toArray(Column[]::new))
        .queryExecution();
  }

  /**
   * Writes by way of a staging table.
   *
   * @param staging the columns that the staging table gets
   */
  WriteResult stageAndPublish(
      Connection connection,
      Dataset<Row> rows,
      WritePlan plan,
      List<StageColumn> staging,
      RowMove move)
      throws SQLException {
    Staging.dropAbandoned(connection, settings.dialect(), plan.target(), clock.instant());
    try {
      Staging.create(connection, settings.dialect(), plan.stage(), plan.target(), staging);
      StageTask task =
          new StageTask(
              settings, settings.dialect().loader(config.batchSize()), plan.into(plan.stage()));
      List<Tuple2<Long, Long>> staged =
          collect(sent(rows, plan), action(plan.request()), rdd -> rdd, task);
      return settings.transact(
          (transaction, commit) ->
              new Publication(settings, transaction, plan, staged, move).run(commit));
    } finally {
      Staging.discard(settings, plan.stage());
    }
  }

  /** Runs the tasks; what fails in them is ours or that of whoever computes the rows. */
  private <T> List<T> collect(
      QueryExecution sent,
      String action,
      UnaryOperator<JavaRDD<InternalRow>> partitioning,
      FlatMapFunction<Iterator<InternalRow>, T> task) {
    try {
      return SQLExecution$.MODULE$.withNewExecutionId(
          sent,
          Option.apply(action),
          () -> partitioning.apply(sent.toRdd().toJavaRDD()).mapPartitions(task).collect());
    } catch (Exception e) {
      // Spark throws checked exceptions undeclared.
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      Optional<StageException> ours = SqlErrors.find(e, StageException.class);
      if (ours.isPresent()) {
        throw SqlErrors.translated(action, settings, e);
      }
      throw new ConnectorException(
          "cannot " + action + ": the rows could not be computed: " + SqlErrors.text(root(e)),
          "Nothing was written. See the cause for details.",
          e);
    }
  }

  private static Throwable root(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** Deletes the rows for which the condition is true. */
  WriteResult deleteWhere(SparkSession session, Condition condition) {
    return SqlErrors.translate(
        "delete from table '" + name + "'",
        settings,
        () ->
            settings.transact(
                (connection, commit) -> {
                  connection.setAutoCommit(false);
                  Catalog catalog = new Catalog(connection, settings.dialect());
                  TableId target = catalog.require(name);
                  ConditionSql where =
                      ConditionSql.of(
                          condition, catalog.columns(target), settings.dialect(), zone(session));
                  long rows = Publication.deleteWhere(connection, target, where);
                  Publication.commit(settings, connection, commit, target);
                  return WriteResult.committed(rows);
                }));
  }

  private static ZoneId zone(SparkSession session) {
    return ZoneId.of(session.conf().get("spark.sql.session.timeZone"));
  }
}
