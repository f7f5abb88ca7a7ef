package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;
import static io.standpipe.spi.Condition.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.Condition;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Conditions distinguish texts that a column's collation takes for equal. */
class TextEqualityTest {
  private static final String[] REGIONS = {"de", "DE", "dé", "de ", "fr"};

  private static MariaDbServer server;

  /** A table with a loose column {@code region}, its connector, and its rows' ids. */
  private interface Store {
    JdbcConnector create(String table);

    List<String> ids(String table);
  }

  @BeforeAll
  static void startServer() throws Exception {
    server = MariaDbServer.shared();
  }

  private static Store mariaDb(String type) {
    return new Store() {
      @Override
      public JdbcConnector create(String table) {
        server.execute("CREATE TABLE " + table + " (id integer, region " + type + ")");
        return new JdbcConnector(server.config(table));
      }

      @Override
      public List<String> ids(String table) {
        return server.texts("SELECT id FROM " + table + " ORDER BY id");
      }

      @Override
      public String toString() {
        return "MariaDB " + type;
      }
    };
  }

  private static Store store(Database database, String type, String... before) {
    return new Store() {
      @Override
      public JdbcConnector create(String table) {
        database.execute(before);
        database.execute(
            "CREATE TABLE \"" + table + "\" (\"id\" integer, \"region\" " + type + ")");
        return database.table(table);
      }

      @Override
      public List<String> ids(String table) {
        return database.texts("SELECT \"id\" FROM \"" + table + "\" ORDER BY 1");
      }

      @Override
      public String toString() {
        return database + " " + type;
      }
    };
  }

  static Stream<Store> stores() {
    return Stream.of(
        mariaDb("varchar(20) CHARACTER SET utf8mb4 COLLATE utf8mb4_uca1400_ai_ci"),
        mariaDb("varchar(20) CHARACTER SET latin1"),
        store(
            Database.POSTGRESQL,
            "text COLLATE loose",
            "CREATE COLLATION IF NOT EXISTS loose (provider = icu, locale = 'und-u-ks-level1',"
                + " deterministic = false)"),
        store(Database.H2, "VARCHAR_IGNORECASE"));
  }

  /** What is left of the rows after those were deleted for which the condition holds. */
  private static List<String> left(Store store, Condition condition) {
    String table = Database.newTable();
    JdbcConnector connector = store.create(table);
    Row[] rows = new Row[REGIONS.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = RowFactory.create(i, REGIONS[i]);
    }
    connector.write(
        SPARK, rows("id INT, region STRING", rows).coalesce(1), WriteRequest.of(WriteMode.APPEND));
    connector.deleteWhere(SPARK, condition);
    return store.ids(table);
  }

  @ParameterizedTest
  @MethodSource("stores")
  void conditions_takeExactlyTheirText(Store store) {
    assertThat(left(store, column("region").equalTo("de"))).containsExactly("1", "2", "3", "4");
    assertThat(left(store, column("region").in(List.of("DE", "fr"))))
        .containsExactly("0", "2", "3");
    assertThat(left(store, column("region").notEqualTo("de"))).containsExactly("0");
    assertThat(left(store, column("region").like("d_"))).containsExactly("1", "3", "4");
    assertThat(left(store, column("region").equalTo("dé").negate())).containsExactly("2");
    assertThat(left(store, column("region").atLeast("de "))).containsExactly("0", "1");
  }

  @ParameterizedTest
  @MethodSource("stores")
  void replaceWhere_replacesAndTakesExactlyItsText(Store store) {
    String table = Database.newTable();
    JdbcConnector connector = store.create(table);
    connector.write(
        SPARK,
        rows("id INT, region STRING", RowFactory.create(1, "de"), RowFactory.create(2, "DE")),
        WriteRequest.of(WriteMode.APPEND));
    WriteRequest request =
        WriteRequest.of(WriteMode.OVERWRITE).replacing(column("region").equalTo("de"));

    assertThatThrownBy(
            () ->
                connector.write(
                    SPARK, rows("id INT, region STRING", RowFactory.create(3, "De")), request))
        .hasMessageContaining("does not fulfil replaceWhere");
    connector.write(SPARK, rows("id INT, region STRING", RowFactory.create(4, "de")), request);
    assertThat(store.ids(table)).containsExactly("2", "4");
  }

  /** The key is what the table says that it is. */
  @Test
  void keys_areThoseOfTheTablesUniqueKey() {
    String table = Database.newTable();
    server.execute(
        "CREATE TABLE " + table + " (code varchar(20) PRIMARY KEY, n integer)",
        "INSERT INTO " + table + " VALUES ('DE', 1)");
    JdbcConnector connector = new JdbcConnector(server.config(table));

    assertThat(
            connector.upsert(
                SPARK,
                rows("code STRING, n INT", RowFactory.create("de", 2)),
                WriteRequest.upsert("code")))
        .isEqualTo(WriteResult.committed(1));
    assertThat(server.texts("SELECT concat(code, n) FROM " + table)).containsExactly("DE2");
    assertThatThrownBy(
            () ->
                connector.upsert(
                    SPARK,
                    rows(
                        "code STRING, n INT",
                        RowFactory.create("de", 3),
                        RowFactory.create("De", 4)),
                    WriteRequest.upsert("code")))
        .hasMessageStartingWith("several rows for table 'test." + table + "' have the key code=");
  }
}
