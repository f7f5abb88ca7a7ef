package io.standpipe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsWrite;
import java.util.Map;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JdbcConfigTest {
  private static final String URL = "jdbc:postgresql://db:5432/flights";

  @Test
  void config_minimal_hasTheDocumentedDefaults() {
    JdbcConfig config = Options.of("url", URL, "table", "delays");

    assertThat(config.partitions()).isEqualTo(8);
    assertThat(config.fetchSize()).isEqualTo(5000);
    assertThat(config.batchSize()).isEqualTo(1000);
    assertThat(config.connectTimeout()).hasSeconds(10);
    assertThat(config.queryTimeout()).isEmpty();
  }

  @Test
  void config_file_becomesAnH2Url() {
    assertThat(Options.of("file", "/data/flights", "table", "t").databaseUrl())
        .isEqualTo("jdbc:h2:file:/data/flights");
    assertThat(Options.of("file", "file:///data/flights", "table", "t").databaseUrl())
        .isEqualTo("jdbc:h2:file:/data/flights");
    assertThatThrownBy(() -> Options.of("file", "s3a://bucket/flights", "table", "t"))
        .hasMessage("'file' must be a local file, got 's3a://bucket/flights'");
  }

  @Test
  void config_severalMistakes_areReportedTogether() {
    assertThatThrownBy(
            () ->
                Options.of(
                    "lowerBound", "1",
                    "schema", "id BIGNT(",
                    "properties", Map.of("sslpassword", "hush", "user", "me"),
                    "connectTimeout", "0s"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("give either 'url' or 'file'; give either 'table' or 'query'")
        .hasMessageContaining(
            "'properties' must not contain 'sslpassword', because properties are shown: use the"
                + " option 'password'")
        .hasMessageContaining("'properties' must not contain 'user': use the option 'user'")
        .hasMessageContaining("lowerBound and upperBound need a 'partitionColumn'")
        .hasMessageContaining(
            "'schema' is not Spark DDL such as id BIGINT, name STRING: 'id BIGNT('")
        .hasMessageContaining("connectTimeout must be longer than 0")
        .hasMessageNotContaining("hush");
  }

  @Test
  void config_tableAndQuery_isRefused() {
    assertThatThrownBy(() -> Options.of("url", URL, "table", "t", "query", "SELECT 1"))
        .hasMessage("give either 'table' or 'query', not both");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:postgresql://db/flights?user=me&password=hush",
        "jdbc:postgresql://db/flights?sslpassword=hush",
        "jdbc:postgresql://me:hush@db/flights",
        "jdbc:h2:file:/data/flights;USER=me;PASSWORD=hush"
      })
  void config_passwordInUrl_isRefusedWithoutShowingIt(String url) {
    assertThatThrownBy(() -> Options.of("url", url, "table", "t"))
        .hasMessage("'url' contains a password: take it out and use the option 'password'");
  }

  @Test
  void config_otherDatabase_isRefused() {
    assertThatThrownBy(() -> Options.of("url", "jdbc:mysql://db/flights", "table", "t"))
        .hasMessage(
            "'url' must start with jdbc:postgresql:, jdbc:mariadb: or jdbc:h2:, got 'jdbc:mysql://db/flights'");
  }

  @Test
  void config_tableWithThreeParts_isRefused() {
    assertThatThrownBy(() -> Options.of("url", URL, "table", "a.b.c"))
        .hasMessage(
            "'table' must be name or schema.name, got 'a.b.c'. Put a name that contains a dot or a"
                + " quote into double quotes");
  }

  @Test
  void toString_ofConfigAndSettings_hidesThePassword() {
    JdbcConfig config = Options.of("url", URL, "table", "t", "password", "hush");

    assertThat(config.toString()).doesNotContain("hush");
    assertThat(ConnectionSettings.of(config).toString())
        .isEqualTo("ConnectionSettings[jdbc:postgresql://db:5432/flights]");
  }

  @Test
  void create_withQuery_givesAConnectorThatCannotWrite() {
    JdbcFactory factory = new JdbcFactory();
    ConnectorContext context = new ConnectorContext("orders", "jdbc");

    assertThat(factory.create(context, Options.of("url", URL, "query", "SELECT 1")))
        .isInstanceOf(SupportsRead.class)
        .isNotInstanceOf(SupportsWrite.class);
    assertThat(factory.create(context, Options.of("url", URL, "table", "t")))
        .isInstanceOf(factory.connectorType());
  }

  @Test
  void knownSchema_declared_needsNoConnection() {
    JdbcConfig config = Options.of("url", URL, "table", "t", "schema", "id BIGINT, name STRING");

    assertThat(new JdbcConnector(config).knownSchema())
        .contains(StructType.fromDDL("id BIGINT, name STRING"));
  }

  @Test
  void parse_tableName_keepsQuotedPartsExact() {
    TableName name = TableName.parse("Sales.\"My.\"\"Table\"");

    assertThat(name.matches(new TableId("sales", "My.\"Table"))).isTrue();
    assertThat(name.matches(new TableId("sales", "my.\"table"))).isFalse();
    assertThat(TableName.parse("delays").matches(new TableId("PUBLIC", "DELAYS"))).isTrue();
  }

  @Test
  void quote_nameWithQuote_cannotLeaveItsQuotes() {
    assertThat(new TableId("s", "x\"; DROP TABLE y; --").sql())
        .isEqualTo("\"s\".\"x\"\"; DROP TABLE y; --\"");
  }

  @Test
  void session_settings_areThoseOfEveryConnection() throws Exception {
    ConnectionSettings settings =
        ConnectionSettings.of(
            Database.POSTGRESQL.config(
                "table", "t", "session", Map.of("work_mem", "17MB", "search_path", "a, public")));
    try (var connection = settings.open();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT current_setting('work_mem') || ' ' || current_setting('search_path')")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("17MB a, public");
    }
    assertThat(
            ConnectionSettings.of(
                    Database.H2.config(
                        "table", "t", "session", Map.of("LOCK_TIMEOUT", "7", "SCHEMA", "A b")))
                .sessionStatements())
        .endsWith("SET LOCK_TIMEOUT 7", "SET SCHEMA 'A b'");
    assertThatThrownBy(
            () ->
                Database.POSTGRESQL.config("table", "t", "session", Map.of("a; DROP TABLE t", "1")))
        .hasMessage("'session' has the name 'a; DROP TABLE t', which is none");
  }
}
