package io.standpipe.cassandra;

import io.standpipe.spi.DataSize;
import io.standpipe.spi.Location;
import io.standpipe.spi.Secret;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Configurations with the documented defaults, but for what is set. */
final class Configs {
  private final Map<String, Object> set = new HashMap<>();

  private Configs() {}

  static Configs of(int port, String keyspace, String table) {
    return new Configs()
        .with("hosts", List.of("127.0.0.1"))
        .with("port", port)
        .with("keyspace", keyspace)
        .with("table", table);
  }

  Configs with(String option, Object value) {
    set.put(option, value);
    return this;
  }

  CassandraTableConnector connector() {
    return CassandraTableConnector.of(build());
  }

  CassandraConfig build() {
    return new CassandraConfig(
        value("hosts", List.of()),
        value("port", 9042),
        optional("localDatacenter"),
        value("keyspace", ""),
        value("table", ""),
        optional("user"),
        this.<String>optional("password").map(Secret::of),
        value("tls", false),
        this.<String>optional("trustStore").map(Location::new),
        this.<String>optional("trustStorePassword").map(Secret::of),
        this.<String>optional("keyStore").map(Location::new),
        this.<String>optional("keyStorePassword").map(Secret::of),
        value("readConsistency", Consistency.LOCAL_QUORUM),
        value("writeConsistency", Consistency.LOCAL_QUORUM),
        optional("ttl"),
        optional("ttlColumn"),
        optional("writeTime"),
        optional("writeTimeColumn"),
        value("ignoreNulls", false),
        value("confirmTruncate", false),
        value("partitionKey", List.of()),
        value("clusteringColumns", List.of()),
        value("columnTypes", Map.of()),
        value("replication", Map.of()),
        optional("commitTable"),
        value("connectTimeout", Duration.ofSeconds(5)),
        value("requestTimeout", Duration.ofSeconds(20)),
        value("keepAlive", Duration.ofSeconds(5)),
        value("splitSize", DataSize.parse("512MB")),
        value("fetchSize", 1000),
        optional("readsPerSecond"),
        optional("writeThroughput"),
        value("concurrentWrites", 5),
        value("properties", Map.of()));
  }

  @SuppressWarnings("unchecked")
  private <T> T value(String option, T otherwise) {
    return (T) set.getOrDefault(option, otherwise);
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private <T> Optional<T> optional(String option) {
    return Optional.ofNullable((T) set.get(option));
  }
}
