package io.standpipe.conformance;

import io.standpipe.tck.Deviations;
import io.standpipe.tck.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class PostgresConformanceIT extends ShippedConformance {
  @TempDir static Path folder;
  private static PostgresUnderTest server;

  @BeforeAll
  static void start() throws IOException, SQLException {
    server = new PostgresUnderTest(folder);
  }

  @AfterAll
  static void stop() throws IOException {
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
        PostgresUnderTest.PASSWORD,
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
    return Optional.of(server);
  }

  @Override
  protected Deviations deviations() {
    Deviations deviations =
        Deviations.none()
            .reads(24, "tinyint", "CAST(v AS SMALLINT)")
            .reads(24, "tinyint, min and max", "CAST(v AS SMALLINT)")
            .reads(25, "date 1582-10-05 to 14", "date_add(v, 10)")
            .refuses(28, "quotes", "Unterminated string literal");
    for (String nested :
        List.of("array of arrays", "map", "map with number keys", "struct", "array of structs")) {
      deviations = deviations.refuses(26, nested, "which cannot be stored in PostgreSQL");
    }
    return deviations;
  }
}
