package io.standpipe.jdbc;

import static io.standpipe.jdbc.Numbers.failing;
import static io.standpipe.jdbc.Numbers.numbers;
import static io.standpipe.jdbc.Numbers.range;
import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.time.LocalDate;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.class)
class WriteModesTest extends DatabaseTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final WriteRequest OVERWRITE = WriteRequest.of(WriteMode.OVERWRITE);

  private List<Long> ids() {
    return Numbers.in(connector);
  }

  @Test
  void append_missingTable_createsIt() {
    WriteResult result = connector.write(SPARK, numbers(0, 10), APPEND);
    connector.write(SPARK, numbers(10, 15), APPEND);

    assertThat(result).isEqualTo(WriteResult.committed(10));
    assertThat(ids()).isEqualTo(range(0, 15));
  }

  @Test
  void append_schemaNamedInOtherCase_createsTheTableThere() {
    JdbcConnector named = database.table("Public." + table);

    named.write(SPARK, numbers(0, 3), APPEND);

    assertThat(ids()).isEqualTo(range(0, 3));
    assertThat(
            database.texts(
                "SELECT table_schema FROM information_schema.tables WHERE table_name = '"
                    + table
                    + "'"))
        .containsExactly(database.defaultSchema());
  }

  @Test
  void append_noRows_createsAnEmptyTable() {
    assertThat(connector.write(SPARK, numbers(0, 0), APPEND)).isEqualTo(WriteResult.committed(0));
    assertThat(connector.exists(SPARK)).isTrue();
    assertThat(ids()).isEmpty();
    assertThat(connector.write(SPARK, rows("id BIGINT"), APPEND))
        .isEqualTo(WriteResult.committed(0));
  }

  @Test
  void overwrite_tableWithRows_replacesThem() {
    connector.write(SPARK, numbers(0, 10), APPEND);

    assertThat(connector.write(SPARK, numbers(5, 7), OVERWRITE))
        .isEqualTo(WriteResult.committed(2));
    assertThat(ids()).isEqualTo(range(5, 7));
  }

  @Test
  void overwrite_tableFromItself_keepsItsRows() {
    connector.write(SPARK, numbers(0, 100), APPEND);

    connector.write(SPARK, connector.read(SPARK).selectExpr("id + 1000 AS id"), OVERWRITE);

    assertThat(ids()).isEqualTo(range(1000, 1100));
  }

  @Test
  void overwrite_referencedTable_works() {
    database.execute(
        "CREATE TABLE \"" + table + "\" (\"id\" bigint PRIMARY KEY)",
        "CREATE TABLE \"" + table + "_ref\" (\"id\" bigint REFERENCES \"" + table + "\" (\"id\"))",
        "INSERT INTO \"" + table + "\" VALUES (1)");

    connector.write(SPARK, numbers(2, 4), OVERWRITE);

    assertThat(ids()).isEqualTo(range(2, 4));
  }

  @Test
  void overwrite_replaceWhere_replacesOnlyTheseRows() {
    connector.write(SPARK, numbers(0, 10), APPEND);
    WriteRequest request = OVERWRITE.replacing(Condition.column("ID").atLeast(5));

    connector.write(SPARK, numbers(7, 9), request);
    connector.write(SPARK, numbers(7, 9), request);

    assertThat(ids()).containsExactly(0L, 1L, 2L, 3L, 4L, 7L, 8L);
  }

  @Test
  void overwrite_replaceWhereOrdersText_selectsAsSparkDoes() {
    String collation = database == Database.POSTGRESQL ? " COLLATE \"en-x-icu\"" : "";
    database.execute("CREATE TABLE \"" + table + "\" (\"code\" varchar(9)" + collation + ")");
    connector.write(SPARK, SPARK.sql("VALUES ('A1'), ('b7'), ('B2') AS t(code)"), APPEND);

    connector.write(
        SPARK,
        SPARK.sql("VALUES ('A9') AS t(code)"),
        OVERWRITE.replacing(
            Condition.column("code").atLeast("A").and(Condition.column("code").lessThan("C"))));

    assertThat(connector.read(SPARK).as(Encoders.STRING()).collectAsList())
        .containsExactlyInAnyOrder("A9", "b7");
  }

  @Test
  void overwrite_replaceWhereDayOfATimestamp_beginsInTheSessionsZone() {
    SparkSession tokyo = SPARK.newSession();
    tokyo.conf().set("spark.sql.session.timeZone", "Asia/Tokyo");
    String rows =
        "VALUES (TIMESTAMP '2001-01-01 23:59:00'), (TIMESTAMP '2001-01-02 00:00:00') AS t(at)";
    connector.write(tokyo, tokyo.sql(rows), OVERWRITE);

    connector.write(
        tokyo,
        tokyo.sql(rows).limit(0),
        OVERWRITE.replacing(Condition.column("at").atLeast(LocalDate.of(2001, 1, 2))));

    assertThat(
            connector
                .read(tokyo)
                .selectExpr("CAST(at AS STRING)")
                .as(Encoders.STRING())
                .collectAsList())
        .containsExactly("2001-01-01 23:59:00");
  }

  @Test
  void overwrite_rowOutsideReplaceWhere_isRefused() {
    connector.write(SPARK, numbers(0, 10), APPEND);

    assertThatThrownBy(
            () ->
                connector.write(
                    SPARK, numbers(4, 9), OVERWRITE.replacing(Condition.column("id").atLeast(5))))
        .isInstanceOf(RefusedRowsException.class)
        .hasMessage(
            "a row for table '"
                + database.defaultSchema()
                + "."
                + table
                + "' does not fulfil"
                + " replaceWhere. Write only rows that the condition selects, so that a repeat"
                + " replaces them.");
    assertThat(ids()).isEqualTo(range(0, 10));
  }

  @Test
  void overwrite_replaceWhereWithExpressionOrUnknownColumn_isRefusedBeforeAnyJob() {
    connector.write(SPARK, numbers(0, 2), APPEND);
    Dataset<Row> untouchable = failing(numbers(0, 5), attempt -> true);

    assertThatThrownBy(
            () ->
                connector.write(
                    SPARK, untouchable, OVERWRITE.replacing(Condition.expression("id > 5"))))
        .hasMessage(
            "a Spark SQL expression cannot be used as a condition of the database: id > 5. Write"
                + " the condition with columns and values.");
    assertThatThrownBy(
            () ->
                connector.write(
                    SPARK, untouchable, OVERWRITE.replacing(Condition.column("idd").isNull())))
        .hasMessage("the condition's column 'idd' is not a column. Did you mean 'id'?");
  }

  @Test
  void errorIfExists_emptyOrFull_writesOrFails() {
    WriteRequest request = WriteRequest.of(WriteMode.ERROR_IF_EXISTS);

    connector.create(SPARK, new StructType().add("id", "bigint"));
    assertThat(connector.write(SPARK, numbers(0, 2), request)).isEqualTo(WriteResult.committed(2));
    assertThatThrownBy(() -> connector.write(SPARK, numbers(2, 4), request))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "table '"
                + database.defaultSchema()
                + "."
                + table
                + "' exists and has rows, and the"
                + " mode is errorIfExists. Empty or drop the table, or choose another mode.");
    assertThat(ids()).isEqualTo(range(0, 2));
  }

  @Test
  void ignore_emptyOrFull_writesOrDoesNothing() {
    WriteRequest request = WriteRequest.of(WriteMode.IGNORE);

    assertThat(connector.write(SPARK, numbers(0, 2), request)).isEqualTo(WriteResult.committed(2));
    assertThat(connector.write(SPARK, failing(numbers(0, 2), attempt -> true), request))
        .isEqualTo(WriteResult.unchanged(Outcome.IGNORED));
    assertThat(ids()).isEqualTo(range(0, 2));
  }
}
