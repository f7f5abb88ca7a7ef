package io.standpipe.builtin;

import static io.standpipe.builtin.Spark.rows;
import static io.standpipe.builtin.Spark.session;
import static io.standpipe.builtin.Spark.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Spark.class)
class SqlConnectorTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final WriteRequest OVERWRITE = WriteRequest.of(WriteMode.OVERWRITE);

  @TempDir Path folder;

  @BeforeEach
  void createDatabase() {
    sql("CREATE DATABASE shop LOCATION '" + folder + "/shop'");
  }

  @AfterEach
  void dropDatabase() {
    sql("DROP DATABASE shop CASCADE");
  }

  private static SqlTableConnector table(String name) {
    return table(new Config().with("table", name));
  }

  private static SqlTableConnector table(Config config) {
    return new SqlTableConnector(config.sql());
  }

  private static WriteResult write(SqlTableConnector table, String query, WriteRequest request) {
    return table.write(session(), sql(query), request);
  }

  private static List<String> read(SupportsRead storage) {
    return rows(storage.read(session()));
  }

  @Test
  void modes_doWhatTheySay() {
    SqlTableConnector table = table("shop.orders");

    assertThat(write(table, "SELECT 1 AS id, 'a' AS name", APPEND))
        .isEqualTo(WriteResult.committed(1));
    assertThat(write(table, "SELECT 'b' AS name, 2 AS id", APPEND))
        .isEqualTo(WriteResult.committed(1));
    assertThat(read(table)).containsExactly("[1,a]", "[2,b]");
    assertThat(write(table, "SELECT 3 AS id", OVERWRITE)).isEqualTo(WriteResult.committed(1));
    assertThat(read(table)).containsExactly("[3,null]");
    assertThat(write(table, "SELECT 4 AS id", WriteRequest.of(WriteMode.IGNORE)).outcome())
        .isEqualTo(Outcome.IGNORED);
    assertThatThrownBy(
            () -> write(table, "SELECT 5 AS id", WriteRequest.of(WriteMode.ERROR_IF_EXISTS)))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot write to table 'shop.orders' with mode errorIfExists: it has rows. Choose"
                + " another mode, or drop the table first.");
  }

  @Test
  void table_isCreatedAndDropped() {
    SqlTableConnector table = table("shop.orders");
    StructType schema = StructType.fromDDL("id INT, name STRING");

    assertThat(table.exists(session())).isFalse();
    table.create(session(), schema);
    assertThat(table.exists(session())).isTrue();
    assertThat(table.read(session()).schema()).isEqualTo(schema);
    assertThatThrownBy(() -> table.create(session(), schema))
        .hasMessage(
            "cannot create table 'shop.orders': it is there already. Drop it first, or write to"
                + " it.");
    assertThat(write(table, "SELECT 1 AS id", WriteRequest.of(WriteMode.ERROR_IF_EXISTS)).outcome())
        .isEqualTo(Outcome.COMMITTED);
    table.drop(session());
    assertThat(table.exists(session())).isFalse();
    assertThatThrownBy(() -> table.drop(session()))
        .hasMessage("cannot drop table 'shop.orders': it is not there. Check 'table'.");
  }

  @Test
  void partitionedExternalTable_isWrittenAndOverwrittenWhole() {
    SqlTableConnector table =
        table(
            new Config()
                .with("table", "shop.sales")
                .with("format", "json")
                .with("partitionBy", List.of("year"))
                .with("path", folder + "/sales"));
    write(table, "SELECT 2001 AS year, 1 AS id UNION ALL SELECT 2002, 2", APPEND);
    write(table, "SELECT 2003 AS year, 3 AS id", APPEND);

    assertThat(folder.resolve("sales/year=2001")).isDirectory();
    assertThat(read(table)).containsExactly("[1,2001]", "[2,2002]", "[3,2003]");
    write(table, "SELECT 2004 AS year, 4 AS id", OVERWRITE);
    assertThat(read(table)).containsExactly("[4,2004]");
    table.drop(session());
    assertThat(folder.resolve("sales")).isDirectory();
  }

  @Test
  void overwrite_thatSparkWouldDoInPart_isRefused() {
    SqlTableConnector table = table("shop.sales");
    session().conf().set("spark.sql.sources.partitionOverwriteMode", "dynamic");
    try {
      assertThatThrownBy(() -> write(table, "SELECT 1 AS id", OVERWRITE))
          .hasMessage(
              "cannot overwrite table 'shop.sales': with"
                  + " spark.sql.sources.partitionOverwriteMode=dynamic Spark would keep the"
                  + " partitions that have no new rows. Remove that property from spark.conf.");
    } finally {
      session().conf().unset("spark.sql.sources.partitionOverwriteMode");
    }
  }

  @Test
  void requestsThatItCannotServe_areRefused() {
    SqlTableConnector table = table("shop.orders");
    write(table, "SELECT 1 AS id", APPEND);

    assertThatThrownBy(() -> write(table, "SELECT 1 AS id, 2 AS other", APPEND))
        .hasMessage(
            "cannot write to table 'shop.orders': it has no column 'other'. Its columns are id."
                + " Select them, or allow new columns with schemaEvolution.");
    assertThat(read(table)).containsExactly("[1]");
  }

  @Test
  void newColumns_areAddedWhenAllowed() {
    SqlTableConnector table = table("shop.orders");
    write(table, "SELECT 1 AS id", APPEND);
    write(table, "SELECT 2 AS id, 'b' AS `new one`", APPEND.evolving(SchemaEvolution.ADD_COLUMNS));

    assertThat(read(table)).containsExactly("[1,null]", "[2,b]");
  }

  @Test
  void failingTask_leavesTheOldRows() {
    SqlTableConnector table = table("shop.orders");
    write(table, "SELECT 1L AS id", APPEND);

    assertThatThrownBy(
            () ->
                table.write(
                    session(),
                    session()
                        .range(0, 100, 1, 4)
                        .selectExpr("if(id = 99, raise_error('bad row'), id) AS id"),
                    APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot write table 'shop.orders': ")
        .hasMessageContaining("bad row");
    assertThat(read(table)).containsExactly("[1]");
  }

  /** The first of them makes the table. */
  @Test
  void writersOfOneTable_takeTurns() {
    List<String> spellings = List.of("shop.orders", "SHOP.Orders", "spark_catalog.shop.orders");

    IntStream.range(0, 24)
        .parallel()
        .forEach(
            i -> write(table(spellings.get(i % 3)), "SELECT id FROM range(0, 4, 1, 4)", APPEND));

    assertThat(session().table("shop.orders").count()).isEqualTo(96);
  }

  @Test
  void name_isOnlyEverAName() {
    sql("CREATE TABLE shop.victim (id INT) USING parquet");

    for (String name : List.of("shop.x; DROP TABLE shop.victim", "shop.x WHERE 1=1", "a b")) {
      assertThatThrownBy(() -> table(name).read(session())).isInstanceOf(ConnectorException.class);
      assertThatThrownBy(() -> table(name).drop(session()))
          .isInstanceOf(ConnectorException.class)
          .hasMessageStartingWith("cannot parse the table's name '" + name + "': ");
    }
    SqlTableConnector odd = table("shop.`select`");
    write(odd, "SELECT 1 AS id", APPEND);
    assertThat(odd.exists(session())).isTrue();
    assertThat(read(odd)).containsExactly("[1]");
    odd.drop(session());
    assertThat(table("shop.victim").exists(session())).isTrue();
  }

  @Test
  void missingTable_isNamed() {
    assertThatThrownBy(() -> table("shop.nowhere").read(session()))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith(
            "cannot read table 'shop.nowhere': [TABLE_OR_VIEW_NOT_FOUND] The table or view"
                + " `shop`.`nowhere` cannot be found.")
        .hasMessageEndingWith("Correct the table, column or type that the message names.");
  }

  @Test
  void viewAndQuery_areReadOnly() {
    sql("SELECT 1 AS id").createOrReplaceTempView("ones");
    SupportsRead view =
        (SupportsRead)
            new SqlFactory()
                .create(new ConnectorContext("v", "sql"), new Config().with("view", "ones").sql());
    SupportsRead query =
        new SqlQueryConnector(
            new Config()
                .with("query", "WITH t AS (SELECT id + 1 AS id FROM ones) SELECT * FROM t")
                .sql());

    assertThat(read(view)).containsExactly("[1]");
    assertThat(read(query)).containsExactly("[2]");
    assertThat(view).isInstanceOf(SqlQueryConnector.class);
  }

  @Test
  void query_thatIsACommand_isRefusedAndNotRun() {
    sql("CREATE TABLE shop.victim (id INT) USING parquet");

    for (String command :
        List.of(
            "DROP TABLE shop.victim",
            "INSERT INTO shop.victim VALUES (1)",
            "WITH t AS (SELECT 1 AS id) INSERT INTO shop.victim SELECT * FROM t",
            "FROM (SELECT 1 AS id) INSERT INTO shop.victim SELECT id",
            "SET spark.x=1")) {
      SqlQueryConnector query = new SqlQueryConnector(new Config().with("query", command).sql());
      assertThatThrownBy(() -> query.read(session()))
          .as(command)
          .isInstanceOf(ConnectorException.class)
          .hasMessage(
              "the query is a command, not a query: "
                  + command
                  + ". Write a SELECT; a storage is read without changing anything.");
    }
    assertThat(sql("SELECT * FROM shop.victim").count()).isZero();
  }

  @Test
  void config_isExactlyOneOfThree() {
    assertThatThrownBy(new Config()::sql)
        .hasMessage("give exactly one of table, view and query, got 0");
    assertThatThrownBy(new Config().with("table", "t").with("view", "v")::sql)
        .hasMessage("give exactly one of table, view and query, got 2");
    assertThatThrownBy(new Config().with("query", " ").with("partitionBy", List.of("a"))::sql)
        .hasMessage(
            "table, view or query must not be blank; partitionBy, path and options go with table"
                + " only");
  }
}
