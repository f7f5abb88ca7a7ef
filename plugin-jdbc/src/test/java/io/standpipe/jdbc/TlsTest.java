package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL that takes encrypted connections only, with a certificate of its own making. */
class TlsTest {
  @TempDir static Path directory;
  private static EmbeddedPostgres server;

  @BeforeAll
  static void startServer() throws Exception {
    Certificate certificate = Certificate.make(directory, "server");
    Certificate.make(directory, "other");
    Path data = directory.resolve("data");
    server =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setServerConfig("ssl", "on")
            .setServerConfig("ssl_cert_file", certificate.file().toString())
            .setServerConfig("ssl_key_file", certificate.key().toString())
            .setPGStartupWait(Duration.ofSeconds(60))
            .start();
    Files.writeString(data.resolve("pg_hba.conf"), "hostssl all all all trust\n");
    try (var connection = server.getPostgresDatabase().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("SELECT pg_reload_conf()");
    }
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  private static JdbcConnector connector(String host, Map<String, String> properties) {
    return new JdbcConnector(
        Options.of(
            "url", url(host), "user", "postgres", "table", "secure", "properties", properties));
  }

  private static String url(String host) {
    return "jdbc:postgresql://" + host + ":" + server.getPort() + "/postgres";
  }

  private static Map<String, String> verified(String root) {
    return Map.of("sslmode", "verify-full", "sslrootcert", directory.resolve(root).toString());
  }

  @Test
  void write_verifiedServer_worksForDriverAndTasks() {
    JdbcConnector connector = connector("localhost", verified("server.pem"));

    connector.write(SPARK, SPARK.range(100).toDF("id"), WriteRequest.of(WriteMode.OVERWRITE));

    assertThat(connector.read(SPARK).as(Encoders.LONG()).collectAsList())
        .hasSize(100)
        .doesNotHaveDuplicates();
  }

  @Test
  void read_verifiedServer_isEncryptedInEveryTask() {
    String query =
        "SELECT i AS id, s.ssl, s.version FROM generate_series(1, 40) i, pg_stat_ssl s"
            + " WHERE s.pid = pg_backend_pid()";
    Dataset<Row> rows =
        new JdbcQueryConnector(
                Options.of(
                    "url",
                    url("localhost"),
                    "user",
                    "postgres",
                    "query",
                    query,
                    "partitionColumn",
                    "id",
                    "partitions",
                    4,
                    "properties",
                    verified("server.pem")))
            .read(SPARK);

    assertThat(rows.rdd().getNumPartitions()).isEqualTo(4);
    assertThat(rows.select("ssl", "version").collectAsList())
        .hasSize(40)
        .containsOnly(RowFactory.create(true, "TLSv1.3"));
  }

  @Test
  void connect_otherRoot_isRefusedWithTheRemedy() {
    assertThatThrownBy(() -> connector("localhost", verified("other.pem")).exists(SPARK))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith(
            "cannot connect to jdbc:postgresql://localhost:"
                + server.getPort()
                + "/postgres: SSL error: PKIX path")
        .hasMessageEndingWith(
            "Check 'sslmode' and 'sslrootcert' in 'properties': the server's certificate must be"
                + " signed by that root, and for its host name.");
  }

  @Test
  void connect_otherHostName_isRefused() {
    assertThatThrownBy(() -> connector("127.0.0.1", verified("server.pem")).exists(SPARK))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("The hostname 127.0.0.1 could not be verified");
  }

  @Test
  void connect_withoutTls_isRefusedByTheServer() {
    assertThatThrownBy(() -> connector("localhost", Map.of("sslmode", "disable")).exists(SPARK))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("no encryption");
  }
}
