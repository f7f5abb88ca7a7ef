package io.standpipe.conformance;

import io.standpipe.tck.Deviations;
import io.standpipe.tck.Server;
import io.standpipe.tck.server.CassandraServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class CassandraConformanceIT extends ShippedConformance {
  private static final String NO_NTZ = "TIMESTAMP_NTZ, which Cassandra does not have";
  private static final String PARTIAL =
      "A failed write leaves what it has written; write the rows again.";
  private static CassandraServer server;

  @BeforeAll
  static void start() {
    server = CassandraServer.start(CassandraServer.Access.PASSWORD);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected String type() {
    return "cassandra";
  }

  @Override
  protected Map<String, Object> storage(String name) {
    return keyed(name, List.of("id"));
  }

  @Override
  protected Map<String, Object> keyed(String name, List<String> keys) {
    return Map.ofEntries(
        Map.entry("hosts", List.of("127.0.0.1")),
        Map.entry("port", server.port()),
        Map.entry("user", "cassandra"),
        Map.entry("password", "cassandra"),
        Map.entry("keyspace", "conformance"),
        Map.entry("table", name),
        Map.entry("replication", Map.of("class", "SimpleStrategy", "replication_factor", "1")),
        Map.entry("partitionKey", keys.subList(0, 1)),
        Map.entry("clusteringColumns", keys.subList(1, keys.size())),
        Map.entry("commitTable", "commits"),
        Map.entry("connectTimeout", "20s"),
        Map.entry("requestTimeout", "60s"),
        Map.entry("keepAlive", "1s"),
        Map.entry("confirmTruncate", true));
  }

  @Override
  protected Map<String, Object> refusedOptions() {
    return Map.of("ttl", "1d", "ttlColumn", "ttl");
  }

  @Override
  protected Optional<Server> server() {
    return Optional.of(
        new Server(server, Map.of("port", 1), Map.of("password", "s3cr3t-but-wrong")));
  }

  @Override
  protected Deviations deviations() {
    Deviations deviations =
        Deviations.none()
            .refuses(24, "timestamp_ntz", NO_NTZ)
            .refuses(25, "timestamp without zone, microseconds", NO_NTZ)
            .refuses(25, "timestamp without zone in an hour that the zone skips", NO_NTZ)
            .refuses(25, "date 1582-10-05 to 14", "cannot store the date 1582-10-")
            .reads(25, "timestamp with microseconds", "date_trunc('millisecond', v)")
            .reads(25, "timestamp before 1970", "date_trunc('millisecond', v)")
            .refuses(26, "array with NULL", "Collection elements cannot be null")
            .refuses(26, "struct", "Name its CQL type in columnTypes")
            .refuses(26, "array of structs", "Name its CQL type in columnTypes")
            .refuses(28, "quotes", "Rename it")
            .differs(
                30, "NULL into NOT NULL", "Only the columns of the primary key are never NULL.")
            .differs(32, "append", PARTIAL)
            .differs(32, "overwrite", PARTIAL)
            .differs(32, "upsert", PARTIAL)
            .differs(
                48,
                "after a cut connection",
                "Sessions that were in use when the cluster went away stay open until the JVM ends.")
            .differs(36, "overwrite", "Of two at the same time both may leave rows.");
    for (String decimal :
        List.of(
            "decimal(9,2)",
            "decimal(9,2), min and max",
            "decimal(38,0)",
            "decimal(38,0), min and max")) {
      deviations = deviations.reads(24, decimal, "CAST(v AS DECIMAL(38,18))");
    }
    deviations = deviations.reads(25, "decimal with zeros at the end", "CAST(v AS DECIMAL(38,18))");
    for (String array :
        List.of("array", "array of text", "empty array and NULL", "array of arrays")) {
      deviations = deviations.reads(26, array, "coalesce(v, array())");
    }
    for (String map : List.of("map", "map with number keys")) {
      deviations = deviations.reads(26, map, "coalesce(v, map())");
    }
    return deviations;
  }
}
