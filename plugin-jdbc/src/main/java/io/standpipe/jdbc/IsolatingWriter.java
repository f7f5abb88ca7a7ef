package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.IsolatedWrite;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Writes what the table accepts and leaves the other rows in a table of their own. The tasks stage
 * into columns that take any value of the rows' types, texts as bytes; only the transaction that
 * moves the rows into the target ({@link RowIsolation}) meets the target's types and constraints.
 */
record IsolatingWriter(TableWriter writer, JdbcConfig config, ConnectionSettings settings) {

  /** Writes the rows that the table accepts. */
  IsolatedWrite write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    if (request.replaceWhere().isPresent()) {
      throw new ConnectorException(
          "rows cannot be set aside by an overwrite with replaceWhere",
          "Write them without isolation, or without replaceWhere.");
    }
    return SqlErrors.translate(
        writer.action(request),
        settings,
        () ->
            settings.use(
                connection -> {
                  WritePlan plan = writer.plan(connection, session, rows.schema(), request);
                  Optional<WriteResult> settled = writer.settled(connection, plan);
                  return settled.isPresent()
                      ? none(session, rows.schema(), settled.get())
                      : write(connection, session, rows, plan);
                }));
  }

  private IsolatedWrite write(
      Connection connection, SparkSession session, Dataset<Row> rows, WritePlan plan)
      throws SQLException {
    List<StageColumn> lenient = plan.columns().stream().map(this::lenient).toList();
    TableId refused = plan.stage().sibling(plan.stage().name() + "_refused");
    // In some databases a transaction cannot create it.
    Staging.create(connection, settings.dialect(), refused, plan.target(), withError(lenient));
    IsolatingMove move = new IsolatingMove(plan, refused, settings.dialect());
    Runnable release = () -> Staging.discard(settings, refused);
    try {
      WriteResult result = writer.stageAndPublish(connection, rows, plan, lenient, move);
      if (result.outcome() == WriteResult.Outcome.COMMITTED && move.refused() > 0) {
        return new IsolatedWrite(
            result, move.refused(), refusedRows(session, plan, refused), release);
      }
      release.run();
      return none(session, rows.schema(), result);
    } catch (SQLException | RuntimeException e) {
      release.run();
      throw e;
    }
  }

  /** The column with a type that takes whatever Spark has. */
  private StageColumn lenient(StageColumn column) {
    return new StageColumn(
        column.source(),
        column.target(),
        column.type(),
        settings.dialect().isolation().lenient(column.type()),
        StageColumn.Nullability.NULLABLE);
  }

  private List<StageColumn> withError(List<StageColumn> lenient) {
    return Stream.concat(
            lenient.stream(),
            IsolatingMove.ERROR.stream()
                .map(
                    name ->
                        new StageColumn(
                            name,
                            name,
                            DataTypes.StringType,
                            settings.dialect().typeFor(DataTypes.StringType),
                            StageColumn.Nullability.NULLABLE)))
        .toList();
  }

  private static StructType withError(StructType rows) {
    return rows.add(IsolatedWrite.CODE, DataTypes.StringType)
        .add(IsolatedWrite.MESSAGE, DataTypes.StringType);
  }

  private static IsolatedWrite none(SparkSession session, StructType schema, WriteResult result) {
    return new IsolatedWrite(
        result, 0, session.createDataFrame(List.of(), withError(schema)), () -> {});
  }

  private Dataset<Row> refusedRows(SparkSession session, WritePlan plan, TableId refused) {
    Dataset<Row> rows = new JdbcConnector(config.withTable(refused.sql())).read(session);
    Column[] columns =
        Stream.concat(
                plan.columns().stream()
                    .map(c -> quoted(rows, c.target()).cast(c.type()).as(c.source())),
                IsolatingMove.ERROR.stream().map(name -> quoted(rows, name)))
            .toArray(Column[]::new);
    return rows.select(columns);
  }

  private static Column quoted(Dataset<Row> rows, String name) {
    return rows.col("`" + name.replace("`", "``") + "`");
  }
}
