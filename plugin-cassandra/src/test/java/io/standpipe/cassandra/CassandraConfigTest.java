package io.standpipe.cassandra;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.DataSize;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CassandraConfigTest {
  private static Configs base() {
    return Configs.of(9042, "sales", "orders");
  }

  @Test
  void config_allThatIsWrong_isReportedTogether() {
    assertThatThrownBy(
            () ->
                base()
                    .with("hosts", List.of("a:9042/x", "b"))
                    .with("user", "me")
                    .with("trustStore", "/t")
                    .with("keyStorePassword", "x")
                    .with("connectTimeout", Duration.ZERO)
                    .with("ttl", Duration.ofMillis(1500))
                    .with("ttlColumn", "t")
                    .with("readConsistency", Consistency.EACH_QUORUM)
                    .with("clusteringColumns", List.of("c"))
                    .with("splitSize", DataSize.parse("1kB"))
                    .with("replication", Map.of("dc1", "3"))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "hosts: not a host name or an address: 'a:9042/x'; give both user and password, or"
                + " neither; trustStore and keyStore need tls: true; keyStorePassword needs"
                + " keyStore; connectTimeout must be longer than 0, got PT0S; give at most one of"
                + " ttl and ttlColumn; ttl must be whole seconds, 1 to 630720000, got PT1.5S;"
                + " readConsistency cannot be eachQuorum: Cassandra has it for writes only;"
                + " clusteringColumns needs partitionKey; splitSize must be at least 1MB, got 1kB;"
                + " replication needs the key 'class', for example SimpleStrategy");
  }

  @Test
  void properties_ofOthersOrWithSecretsOrWithAnOption_areRefused() {
    assertThatThrownBy(
            () ->
                base()
                    .with(
                        "properties",
                        Map.of(
                            "spark.master", "x",
                            "spark.cassandra.auth.password", "x",
                            "spark.cassandra.connection.host", "x"))
                    .build())
        .hasMessage(
            "properties must not contain 'spark.cassandra.auth.password': use user, password and"
                + " the stores; properties must not contain 'spark.cassandra.connection.host':"
                + " there is an option for it; properties: 'spark.master' does not start with"
                + " spark.cassandra.");
  }

  @Test
  void options_ofAStorage_becomeThoseOfTheConnector() {
    CassandraConfig config =
        base()
            .with("hosts", List.of("a", "b"))
            .with("localDatacenter", "dc1")
            .with("user", "me")
            .with("password", "s3cr3t")
            .with("tls", true)
            .with("trustStore", "file:///etc/trust")
            .with("keyStore", "/etc/key")
            .with("writeThroughput", DataSize.parse("512kB"))
            .with("readsPerSecond", 7)
            .with("properties", Map.of("spark.cassandra.output.batch.size.rows", "9"))
            .build();
    assertThat(config.toString()).doesNotContain("s3cr3t");
    assertThat(Options.read(config))
        .containsEntry("keyspace", "sales")
        .containsEntry("table", "orders")
        .containsEntry("spark.cassandra.connection.host", "a,b")
        .containsEntry("spark.cassandra.connection.localDC", "dc1")
        .containsEntry("spark.cassandra.auth.password", "s3cr3t")
        .containsEntry("spark.cassandra.connection.ssl.trustStore.path", "/etc/trust")
        .containsEntry("spark.cassandra.connection.ssl.keyStore.path", "/etc/key")
        .containsEntry("spark.cassandra.connection.ssl.clientAuth.enabled", "true")
        .containsEntry("spark.cassandra.input.consistency.level", "LOCAL_QUORUM")
        .containsEntry("spark.cassandra.input.split.sizeInMB", "512")
        .containsEntry("spark.cassandra.input.readsPerSec", "7")
        .containsEntry("spark.cassandra.query.retry.count", "0");
    assertThat(Options.write(config))
        .containsEntry("spark.cassandra.output.throughputMBPerSec", "0.5")
        .containsEntry("spark.cassandra.output.batch.size.rows", "9")
        .doesNotContainKeys("ttl", "writetime");
  }

  @Test
  void clusteringColumns_withTheirOrder_areRead() {
    CassandraConfig config =
        base()
            .with("partitionKey", List.of("k"))
            .with("clusteringColumns", List.of("a", "b desc", "seen at ASC"))
            .build();
    assertThat(config.clustering())
        .containsExactly(
            new CassandraConfig.Clustering("a", false),
            new CassandraConfig.Clustering("b", true),
            new CassandraConfig.Clustering("seen at", false));
  }
}
