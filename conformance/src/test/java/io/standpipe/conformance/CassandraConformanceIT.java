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
        Map.entry("confirmTruncate", true));
  }

  @Override
  protected Map<String, Object> refusedOptions() {
    return Map.of("ttl", "1d", "ttlColumn", "ttl");
  }

  @Override
  protected Optional<Server> server() {
    return Optional.of(new Faults());
  }

  private record Faults() implements Server {
    @Override
    public int port() {
      return server.port();
    }

    @Override
    public Map<String, Object> wrongHost() {
      return Map.of("port", 1);
    }

    @Override
    public Map<String, Object> wrongPassword() {
      return Map.of("password", "wrong");
    }

    @Override
    public void kill() {
      server.kill();
    }

    @Override
    public void restart() {
      server.restart();
    }

    @Override
    public void freeze() {
      server.freeze();
    }

    @Override
    public void thaw() {
      server.thaw();
    }
  }

  @Override
  protected Deviations deviations() {
    return Deviations.none();
  }
}
