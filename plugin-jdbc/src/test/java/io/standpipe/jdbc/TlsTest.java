package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Key;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A PostgreSQL that takes encrypted connections only, with a certificate of its own making. */
class TlsTest {
  private static final char[] WORD = "changeit".toCharArray();

  @TempDir static Path directory;
  private static EmbeddedPostgres server;

  @BeforeAll
  static void startServer() throws Exception {
    certificate("server", "CN=localhost", "san=dns:localhost");
    certificate("other", "CN=localhost", "san=dns:localhost");
    Path data = directory.resolve("data");
    server =
        EmbeddedPostgres.builder()
            .setDataDirectory(data)
            .setServerConfig("ssl", "on")
            .setServerConfig("ssl_cert_file", directory.resolve("server.pem").toString())
            .setServerConfig("ssl_key_file", directory.resolve("server.key").toString())
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

  /** Makes a key and a certificate that is its own root, as the files that the server wants. */
  private static void certificate(String name, String subject, String extension) throws Exception {
    Path store = directory.resolve(name + ".p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "RSA",
                "-dname",
                subject,
                "-ext",
                extension,
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(WORD),
                "-keystore",
                store.toString())
            .redirectErrorStream(true)
            .redirectOutput(new File(directory.toFile(), name + ".log"))
            .start();
    assertThat(keytool.waitFor()).isZero();
    KeyStore keys = KeyStore.getInstance(store.toFile(), WORD);
    Key key = keys.getKey(name, WORD);
    Path file = directory.resolve(name + ".key");
    Files.writeString(file, pem("PRIVATE KEY", key.getEncoded()));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.writeString(
        directory.resolve(name + ".pem"),
        pem("CERTIFICATE", keys.getCertificate(name).getEncoded()));
  }

  private static String pem(String type, byte[] bytes) {
    return "-----BEGIN "
        + type
        + "-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes)
        + "\n-----END "
        + type
        + "-----\n";
  }

  private static JdbcConnector connector(String host, Map<String, String> properties) {
    Map<String, Object> options = new HashMap<>();
    options.put("url", "jdbc:postgresql://" + host + ":" + server.getPort() + "/postgres");
    options.put("user", "postgres");
    options.put("table", "secure");
    options.put("properties", properties);
    return new JdbcConnector(Options.of(options));
  }

  private static Map<String, String> verified(String root) {
    return Map.of("sslmode", "verify-full", "sslrootcert", directory.resolve(root).toString());
  }

  @Test
  void write_verifiedServer_worksForDriverAndTasks() {
    JdbcConnector connector = connector("localhost", verified("server.pem"));

    connector.write(SPARK, SPARK.range(100).toDF("id"), WriteRequest.of(WriteMode.OVERWRITE));

    assertThat(connector.read(SPARK).count()).isEqualTo(100);
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
