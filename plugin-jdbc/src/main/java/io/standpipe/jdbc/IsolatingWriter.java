package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Identifiers;
import io.standpipe.spi.RefusedRows;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;

/**
 * Writes what the table accepts and leaves the other rows in a table of their own. The tasks stage
 * into columns that take any value of the rows' types, texts as bytes; only the transaction that
 * moves the rows into the target ({@link RowIsolation}) meets the target's types and constraints.
 */
record IsolatingWriter(TableWriter writer, JdbcConfig config, ConnectionSettings settings) {

  /** Writes the rows that the table accepts. */
  WriteResult write(
      SparkSession session, Dataset<Row> rows, WriteRequest request, RefusedRows taker) {
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
                      ? settled.get()
                      : write(connection, session, rows, plan, taker);
                }));
  }

  private WriteResult write(
      Connection connection,
      SparkSession session,
      Dataset<Row> rows,
      WritePlan plan,
      RefusedRows taker)
      throws SQLException {
    // Who takes the refused rows may write to this database, and would wait for a table that the
    // transaction creates, which waits for him.
    if (plan.request().commitToken().isPresent()) {
      new CommitLog(connection, settings.dialect(), plan.target()).createNow();
    }
    List<StageColumn> lenient = plan.columns().stream().map(this::lenient).toList();
    TableId refused = plan.stage().sibling(plan.stage().name() + "_refused");
    try {
      // In some databases a transaction cannot create it.
      Staging.create(connection, settings.dialect(), refused, plan.target(), withError(lenient));
      // The transaction leaves this connection alone, so what it sets aside is there for others.
      IsolatingMove move =
          new IsolatingMove(
              plan,
              new IsolatingMove.Refused(
                  refused, connection, new Taken(taker, () -> refusedRows(session, plan, refused))),
              settings.dialect());
      return writer.stageAndPublish(connection, rows, plan, lenient, move);
    } finally {
      Staging.discard(settings, refused);
    }
  }

  /** Hands refused rows over. */
  private record Taken(RefusedRows taker, Supplier<Dataset<Row>> rows)
      implements IsolatingMove.Taker {
    @Override
    public void take(long refused, long sent) {
      taker.take(rows.get(), refused, sent);
    }

    @Override
    public long limit(long sent) {
      return taker.limit(sent);
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

  private Dataset<Row> refusedRows(SparkSession session, WritePlan plan, TableId refused) {
    Dataset<Row> rows = new JdbcConnector(config.withTable(refused.sql())).read(session);
    Column[] columns =
        Stream.concat(
                plan.columns().stream()
                    .map(c -> Identifiers.column(c.target()).cast(c.type()).as(c.source())),
                IsolatingMove.ERROR.stream().map(Identifiers::column))
            .toArray(Column[]::new);
    return rows.select(columns);
  }
}
