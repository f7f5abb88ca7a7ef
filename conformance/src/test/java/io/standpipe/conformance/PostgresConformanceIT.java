package io.standpipe.conformance;

import io.standpipe.tck.Deviations;
import io.standpipe.tck.Server;
import io.standpipe.tck.server.PostgresServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class PostgresConformanceIT extends ShippedConformance {
  private static final String PASSWORD = "s3cr3t-of-the-suite";
  private static final String PASSWORD = "s3cr3t-of-the-suite";
  private static PostgresServer server;

  @BeforeAll
  static void start() throws SQLException {
    server = PostgresServer.start();
    try (Connection connection =
            DriverManager.getConnection(
                server.url(), PostgresServer.USER, PostgresServer.PASSWORD);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE USER loader PASSWORD '" + PASSWORD + "' SUPERUSER");
    }
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected String type() {
    return "jdbc";
  }

  @Override
  protected String name() {
    return "jdbc-postgresql";
  }

  @Override
  protected Map<String, Object> storage(String name) {
    return Map.of(
        "url",
        server.url(),
        "user",
        "loader",
        "password",
        PASSWORD,
        "table",
        name);
  }

  @Override
  protected Map<String, Object> parallel() {
    return Map.of("partitionColumn", "id", "partitions", 4);
  }

  @Override
  protected Map<String, Object> refusedOptions() {
    return Map.of("query", "SELECT 1");
  }

  @Override
  protected Optional<Server> server() {
    return Optional.of(
        new Server(
            server,
            Map.of("url", "jdbc:postgresql://127.0.0.1:1/postgres"),
            Map.of("password", "s3cr3t-but-wrong")));
  }

  @Override
  protected Deviations deviations() {
    Deviations deviations =
        Deviations.none()
            .reads(24, "tinyint", "CAST(v AS SMALLINT)")
            .reads(24, "tinyint, min and max", "CAST(v AS SMALLINT)");
    for (String nested :
        List.of("array of arrays", "map", "map with number keys", "struct", "array of structs")) {
      deviations = deviations.refuses(26, nested, "which cannot be stored in PostgreSQL");
    }
    return deviations;
  }
}
