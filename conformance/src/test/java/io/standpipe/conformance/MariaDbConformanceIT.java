package io.standpipe.conformance;

import io.standpipe.tck.Deviations;
import io.standpipe.tck.Server;
import io.standpipe.tck.server.MariaDbServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The driver is on the class path, where its users put it. */
class MariaDbConformanceIT extends ShippedConformance {
  /** Its type has the years 1970 to 2038. */
  private static final String NO_MOMENT = "Incorrect datetime value";

  private static MariaDbServer server;

  @BeforeAll
  static void start() {
    server = MariaDbServer.start();
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
    return "jdbc-mariadb";
  }

  @Override
  protected Map<String, Object> storage(String name) {
    return keyed(name, List.of("id"));
  }

  /** Texts among the keys of a table that is made need a length there. */
  @Override
  protected Map<String, Object> keyed(String name, List<String> keys) {
    return Map.of(
        "url",
        server.url(),
        "user",
        MariaDbServer.USER,
        "password",
        MariaDbServer.PASSWORD,
        "table",
        name,
        "fetchSize",
        100,
        "columnTypes",
        keys.stream().skip(1).collect(Collectors.toMap(key -> key, key -> "varchar(50)")));
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
            Map.of("url", "jdbc:mariadb://127.0.0.1:1/test"),
            Map.of("password", "s3cr3t-but-wrong")));
  }

  @Override
  protected Deviations deviations() {
    Deviations deviations =
        Deviations.none()
            .reads(24, "tinyint", "CAST(v AS SMALLINT)")
            .reads(24, "tinyint, min and max", "CAST(v AS SMALLINT)")
            .refuses(25, "NaN and infinity", "Out of range value for column 'v'")
            .refuses(25, "timestamp before 1970", NO_MOMENT)
            .refuses(25, "timestamp of local time", NO_MOMENT)
            .refuses(25, "timestamp 9999", NO_MOMENT);
    for (String nested :
        List.of(
            "array",
            "array of text",
            "empty array and NULL",
            "array with NULL",
            "array of arrays",
            "map",
            "map with number keys",
            "struct",
            "array of structs")) {
      deviations = deviations.refuses(26, nested, "which cannot be stored in MariaDB");
    }
    return deviations;
  }
}
