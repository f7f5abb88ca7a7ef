package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.nio.file.Path;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A MariaDB user who may connect encrypted only. */
class MariaDbTlsTest extends MariaDbTable {
  @TempDir static Path directory;

  @BeforeAll
  static void createUserAndOtherRoot() throws Exception {
    SERVER.execute(
        "CREATE USER IF NOT EXISTS secure IDENTIFIED BY 's3cr3t-w0rd' REQUIRE SSL",
        "GRANT ALL ON test.* TO secure");
    Certificate.make(directory, "other");
  }

  private static Map<String, String> verified(Path root) {
    return Map.of("sslMode", "verify-full", "serverSslCert", root.toString());
  }

  private static String url(String host) {
    return SERVER.url("test").replace("127.0.0.1", host);
  }

  private JdbcConnector connector(String host, Map<String, String> properties) {
    return connector(
        "url", url(host), "user", "secure", "password", "s3cr3t-w0rd", "properties", properties);
  }

  @Test
  void writeAndRead_verifiedServer_work() {
    JdbcConnector secure = connector("localhost", verified(SERVER.certificate()));

    secure.write(SPARK, SPARK.range(100).toDF("id"), WriteRequest.of(WriteMode.APPEND));
    secure.upsert(SPARK, SPARK.range(50, 60).toDF("id"), upsertWithKey());

    assertThat(secure.read(SPARK).as(Encoders.LONG()).collectAsList())
        .hasSize(100)
        .doesNotHaveDuplicates();
  }

  private WriteRequest upsertWithKey() {
    SERVER.execute("ALTER TABLE " + table + " ADD PRIMARY KEY (id)");
    return WriteRequest.upsert("id");
  }

  @Test
  void read_verifiedServer_isEncryptedInTheTask() {
    Dataset<Row> rows =
        new JdbcQueryConnector(
                Options.of(
                    "url",
                    url("localhost"),
                    "user",
                    "secure",
                    "password",
                    "s3cr3t-w0rd",
                    "properties",
                    verified(SERVER.certificate()),
                    "query",
                    "SELECT variable_value AS cipher FROM information_schema.session_status"
                        + " WHERE variable_name = 'Ssl_version'"))
            .read(SPARK);

    assertThat(rows.as(Encoders.STRING()).collectAsList()).containsExactly("TLSv1.3");
  }

  /** The driver takes an unknown certificate only from a server that proves to know a password. */
  @Test
  void connect_otherRootWithoutPassword_isRefusedWithTheRemedy() {
    requireRefused(
        connector("url", url("localhost"), "properties", verified(directory.resolve("other.pem"))));
  }

  @Test
  void connect_otherHostName_isRefusedWithTheRemedy() {
    requireRefused(connector("127.0.0.1", verified(SERVER.certificate())));
  }

  private static void requireRefused(JdbcConnector connector) {
    Throwable refused = catchThrowable(() -> connector.exists(SPARK));

    assertThat(refused)
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot connect to jdbc:mariadb://")
        .hasMessageEndingWith(
            "Check 'sslMode' and 'serverSslCert' in 'properties': the server's certificate must"
                + " be signed by that root, and for its host name.");
    assertThat(Verdicts.of(refused)).isEqualTo(Verdict.PERMANENT);
  }

  @Test
  void connect_withoutTls_isRefusedByTheServer() {
    assertThatThrownBy(() -> connector("localhost", Map.of("sslMode", "disable")).exists(SPARK))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot connect to " + url("localhost") + ": ")
        .hasMessageContaining("Access denied for user 'secure'")
        .hasMessageEndingWith("Check 'user' and 'password'.");
  }
}
