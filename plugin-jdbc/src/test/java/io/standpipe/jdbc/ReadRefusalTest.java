package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.ConnectorException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What cannot be read, and how that is said. */
@ParameterizedClass
@EnumSource(Database.class)
class ReadRefusalTest extends DatabaseTest {
  @Test
  void read_nameOfTwoTables_isRefused() {
    database.execute(
        "CREATE TABLE \"X" + table + "\" (id integer)",
        "CREATE TABLE \"x" + table + "\" (id integer)");
    String schema = database.defaultSchema();

    assertThatThrownBy(() -> database.table("public.X" + table.toUpperCase()).read(SPARK))
        .hasMessageStartingWith("table 'public.X" + table.toUpperCase() + "' can mean [")
        .hasMessageEndingWith("Write the exact name in double quotes.");
    assertThat(database.table("\"" + schema + "\".\"X" + table + "\"").read(SPARK).count())
        .isZero();
    assertThat(database.table("X" + table).read(SPARK).count()).isZero();
  }

  @Test
  void read_missingTableOrSchema_saysWhich() {
    database.execute("CREATE TABLE \"" + table + "_delays\" (id integer)");
    String schema = database.defaultSchema();

    assertThatThrownBy(() -> database.table(table + "_delayz").read(SPARK))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "table '"
                + table
                + "_delayz' does not exist in schema '"
                + schema
                + "'. Create it, or correct 'table'. Did you mean '"
                + table
                + "_delays'?");
    assertThatThrownBy(() -> database.table("publik.t").read(SPARK))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "schema 'publik' of table 'publik.t' does not exist. Create it (CREATE SCHEMA"
                + " \"publik\"), or correct 'table'. Did you mean '"
                + schema
                + "'?");
  }

  @Test
  void read_typeThatSparkRefuses_namesColumnAndType() {
    if (database == Database.POSTGRESQL) {
      database.execute("CREATE TABLE \"" + table + "\" (\"odd one\" money[])");
      assertThat(database.table(table).read(SPARK).schema().toDDL())
          .as("it has a text of everything")
          .isEqualTo("`odd one` ARRAY<STRING>");
      return;
    }
    database.execute("CREATE TABLE \"" + table + "\" (\"id\" integer, \"odd one\" INTEGER ARRAY)");

    assertThatThrownBy(() -> database.table(table).read(SPARK))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "column 'odd one' of table '"
                + table
                + "' has the type INTEGER ARRAY, which Spark cannot read. Read with 'query' and cast"
                + " it there, for example CAST(\"odd one\" AS varchar).");
    assertThat(
            new JdbcQueryConnector(
                    database.config(
                        "query", "SELECT CAST(\"odd one\" AS varchar) AS x FROM \"" + table + "\""))
                .read(SPARK)
                .count())
        .isZero();
  }

  @Test
  void read_wrongPasswordHostOrDatabase_saysWhich() {
    database.execute("CREATE TABLE \"" + table + "\" (\"id\" integer)");
    assertThatThrownBy(
            () ->
                new JdbcConnector(database.config("table", table, "password", "wr0ng")).read(SPARK))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith(
            "cannot connect to "
                + database.url()
                + ": "
                + (database == Database.POSTGRESQL ? "FATAL: password" : "Wrong user name"))
        .hasMessageEndingWith("Check 'user' and 'password'.")
        .hasMessageNotContaining("wr0ng")
        .hasRootCauseInstanceOf(java.sql.SQLException.class);
    if (database == Database.POSTGRESQL) {
      assertThatThrownBy(
              () ->
                  new JdbcConnector(
                          database.config(
                              "url", "jdbc:postgresql://no.such.host.invalid/x", "table", "t"))
                      .read(SPARK))
          .hasMessage(
              "cannot connect to jdbc:postgresql://no.such.host.invalid/x: unknown host"
                  + " 'no.such.host.invalid'. Check the host name in 'url'.");
      assertThatThrownBy(
              () ->
                  new JdbcConnector(database.config("url", database.url() + "x", "table", "t"))
                      .read(SPARK))
          .hasMessage(
              "cannot connect to "
                  + database.url()
                  + "x: FATAL: database \"postgresx\" does not"
                  + " exist. Check the name of the database in 'url', or create it.");
    }
  }

  @Test
  void ping_tableThereOrNot_tells() {
    database.execute("CREATE TABLE \"" + table + "\" (\"id\" integer)");

    assertThat(database.table(table).ping(java.time.Duration.ofSeconds(5)))
        .matches(
            (database == Database.POSTGRESQL ? "PostgreSQL 16" : "H2 2")
                + "\\.[0-9.]+, table "
                + table);
    assertThatThrownBy(
            () -> database.table("no_such_table_at_all").ping(java.time.Duration.ofSeconds(5)))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("table 'no_such_table_at_all' does not exist in schema");
  }

  @Test
  void read_unknownDriver_saysWhatToDo() {
    assertThatThrownBy(
            () ->
                new JdbcConnector(
                        database.config(
                            "table", table, "driver", "no.such.Driver", "properties", Map.of()))
                    .read(SPARK))
        .hasMessage(
            "cannot load the JDBC driver no.such.Driver. Correct 'driver', or put the driver's JAR on"
                + " the class path.");
  }
}
