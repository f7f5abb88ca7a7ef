package io.standpipe.cassandra;

import io.standpipe.spi.Location;
import io.standpipe.spi.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocketFactory;

/**
 * The configuration of one storage as properties of the Spark Cassandra Connector. They go with
 * each read and write, never into the session's configuration, so that storages in different
 * clusters do not mix. All properties that name the cluster are always given: what is missing here
 * the connector would take from the session.
 */
final class Options {
  private static final String HOST = "spark.cassandra.connection.host";
  private static final String PORT = "spark.cassandra.connection.port";
  private static final String LOCAL_DC = "spark.cassandra.connection.localDC";
  private static final String CONNECT_TIMEOUT = "spark.cassandra.connection.timeoutMS";
  private static final String REQUEST_TIMEOUT = "spark.cassandra.read.timeoutMS";
  private static final String KEEP_ALIVE = "spark.cassandra.connection.keepAliveMS";
  private static final String READ_CONSISTENCY = "spark.cassandra.input.consistency.level";
  private static final String WRITE_CONSISTENCY = "spark.cassandra.output.consistency.level";
  private static final String IGNORE_NULLS = "spark.cassandra.output.ignoreNulls";
  private static final String SPLIT_SIZE = "spark.cassandra.input.split.sizeInMB";
  private static final String FETCH_SIZE = "spark.cassandra.input.fetch.sizeInRows";
  private static final String READS = "spark.cassandra.input.readsPerSec";
  private static final String CONCURRENT_WRITES = "spark.cassandra.output.concurrent.writes";
  private static final String THROUGHPUT = "spark.cassandra.output.throughputMBPerSec";
  private static final String RETRIES = "spark.cassandra.query.retry.count";
  private static final String TTL = "spark.cassandra.output.ttl";
  private static final String TIMESTAMP = "spark.cassandra.output.timestamp";
  private static final String PUSH_DOWN_RULES = "spark.cassandra.sql.pushdown.additionalClasses";
  private static final String SSL = "spark.cassandra.connection.ssl.";

  /** What {@code properties} must not contain. */
  static final Set<String> OWNED =
      Set.of(
          HOST,
          PORT,
          LOCAL_DC,
          CONNECT_TIMEOUT,
          REQUEST_TIMEOUT,
          KEEP_ALIVE,
          READ_CONSISTENCY,
          WRITE_CONSISTENCY,
          IGNORE_NULLS,
          SPLIT_SIZE,
          FETCH_SIZE,
          READS,
          CONCURRENT_WRITES,
          THROUGHPUT,
          RETRIES,
          TTL,
          TIMESTAMP,
          SSL + "enabled",
          SSL + "trustStore.path",
          SSL + "keyStore.path");

  private static final AtomicInteger RENEWED = new AtomicInteger();

  private Options() {}

  /** Lets everybody use new sessions from now on: sessions are shared by all their options. */
  static void renewSessions() {
    RENEWED.incrementAndGet();
  }

  /** What reaches and tunes the cluster. Has the passwords: never show it. */
  static Map<String, String> connection(CassandraConfig config) {
    Map<String, String> options = new LinkedHashMap<>();
    options.put(HOST, String.join(",", config.hosts()));
    options.put(PORT, Integer.toString(config.port()));
    config.localDatacenter().ifPresent(name -> options.put(LOCAL_DC, name));
    config.user().ifPresent(name -> options.put("spark.cassandra.auth.username", name));
    config.password().ifPresent(it -> options.put("spark.cassandra.auth.password", it.reveal()));
    options.put(CONNECT_TIMEOUT, millis(config.connectTimeout()));
    options.put(REQUEST_TIMEOUT, millis(config.requestTimeout()));
    options.put(KEEP_ALIVE, millis(config.keepAlive().plusMillis(RENEWED.get())));
    options.put(READ_CONSISTENCY, config.readConsistency().name());
    options.put(WRITE_CONSISTENCY, config.writeConsistency().name());
    // The platform repeats what fails, and counts how often.
    options.put(RETRIES, "0");
    options.put(SSL + "enabled", Boolean.toString(config.tls()));
    // The connector's own default are two suites without forward secrecy, for RSA certificates
    // only.
    options.put(SSL + "enabledAlgorithms", String.join(",", cipherSuites()));
    config.trustStore().ifPresent(file -> options.put(SSL + "trustStore.path", path(file)));
    put(options, SSL + "trustStore.password", config.trustStorePassword());
    config
        .keyStore()
        .ifPresent(
            file -> {
              options.put(SSL + "keyStore.path", path(file));
              options.put(SSL + "clientAuth.enabled", "true");
            });
    put(options, SSL + "keyStore.password", config.keyStorePassword());
    options.putAll(config.properties());
    return options;
  }

  /** What a read of the table needs. */
  static Map<String, String> read(CassandraConfig config) {
    Map<String, String> options = connection(config);
    address(config, options);
    options.put(SPLIT_SIZE, Long.toString(config.splitSize().bytes() >> 20));
    options.merge(PUSH_DOWN_RULES, ExactFilters.class.getName(), (more, own) -> own + "," + more);
    options.put(FETCH_SIZE, Integer.toString(config.fetchSize()));
    config.readsPerSecond().ifPresent(reads -> options.put(READS, reads.toString()));
    return options;
  }

  /** What a write to the table needs. */
  static Map<String, String> write(CassandraConfig config) {
    Map<String, String> options = change(config);
    address(config, options);
    options.put(IGNORE_NULLS, Boolean.toString(config.ignoreNulls()));
    config.ttl().ifPresent(time -> options.put("ttl", Long.toString(time.toSeconds())));
    config.ttlColumn().ifPresent(column -> options.put("ttl", column));
    config.writeTime().ifPresent(time -> options.put("writetime", time.toString()));
    config.writeTimeColumn().ifPresent(column -> options.put("writetime", column));
    return options;
  }

  /** What a delete needs. */
  static Map<String, String> change(CassandraConfig config) {
    Map<String, String> options = connection(config);
    options.put(CONCURRENT_WRITES, Integer.toString(config.concurrentWrites()));
    config
        .writeThroughput()
        .ifPresent(size -> options.put(THROUGHPUT, Double.toString(size.bytes() / 1048576.0)));
    return options;
  }

  private static void address(CassandraConfig config, Map<String, String> options) {
    options.put("keyspace", config.keyspace());
    options.put("table", config.table());
  }

  private static void put(
      Map<String, String> options, String key, java.util.Optional<Secret> secret) {
    secret.ifPresent(value -> options.put(key, value.reveal()));
  }

  private static String[] cipherSuites() {
    return ((SSLSocketFactory) SSLSocketFactory.getDefault()).getDefaultCipherSuites();
  }

  private static String millis(Duration time) {
    return Long.toString(time.toMillis());
  }

  private static String path(Location file) {
    return file.uri().startsWith("file:") ? Path.of(URI.create(file.uri())).toString() : file.uri();
  }
}
