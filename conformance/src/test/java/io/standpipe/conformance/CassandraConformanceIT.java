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
        Map.entry("connectTimeout", "3s"),
        Map.entry("requestTimeout", "10s"),
        Map.entry("confirmTruncate", true));
  }

  @Override
  protected Map<String, Object> refusedOptions() {
    return Map.of("ttl", "1d", "ttlColumn", "ttl");
  }

  @Override
  protected Optional<Server> server() {
    return Optional.of(new Server(server, Map.of("port", 1), Map.of("password", "s3cr3t-but-wrong")));
  }

  @Override
  protected Deviations deviations() {
    return Deviations.none();
  }
}
