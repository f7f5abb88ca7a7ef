package io.standpipe.cassandra;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.metadata.Metadata;
import com.datastax.oss.driver.api.core.metadata.schema.TableMetadata;
import com.datastax.oss.driver.api.core.metadata.schema.ViewMetadata;
import com.datastax.spark.connector.cql.CassandraConnector;
import io.standpipe.spi.ConnectorException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.spark.SparkConf;

/**
 * The cluster of one storage. Sessions are the Spark Cassandra Connector's: one in each JVM for
 * each configuration, kept for {@code keepAlive} after its last use.
 */
final class Cluster {
  private static final Duration SCHEMA_PATIENCE = Duration.ofSeconds(10);

  private final CassandraConfig config;
  private final Map<String, String> options;

  Cluster(CassandraConfig config) {
    this(config, Options.change(config));
  }

  private Cluster(CassandraConfig config, Map<String, String> options) {
    this.config = config;
    this.options = options;
  }

  /** The same cluster, asked with this patience only. */
  Cluster within(Duration timeout) {
    Map<String, String> hurried = new LinkedHashMap<>(options);
    String millis = Long.toString(Math.max(1, timeout.toMillis()));
    hurried.put("spark.cassandra.connection.timeoutMS", millis);
    hurried.put("spark.cassandra.read.timeoutMS", millis);
    hurried.put("spark.cassandra.connection.keepAliveMS", "0");
    return new Cluster(config, hurried);
  }

  /** All that the connector has to know, with the passwords. */
  SparkConf conf() {
    SparkConf conf = new SparkConf(false);
    options.forEach(conf::set);
    return conf;
  }

  /** The connector of these options. */
  CassandraConnector connector() {
    return CassandraConnector.apply(conf());
  }

  /**
   * Asks the cluster.
   *
   * @param action for messages, for example {@code open Cassandra table 'sales.orders'}
   */
  @SuppressWarnings("CatchingUnchecked")
  <T> T ask(String action, Function<CqlSession, T> question) {
    requireKnownHosts(action);
    try {
      return connector().jWithSessionDo(question::apply);
    } catch (Exception e) {
      // Scala declares no checked exceptions.
      throw Problem.of(action, e);
    }
  }

  /** The driver would go to 127.0.0.1 if it had no address, and so to another cluster. */
  private void requireKnownHosts(String action) {
    if (config.hosts().stream().noneMatch(Cluster::hasAddress)) {
      throw new UnknownHosts(action, config.hosts());
    }
  }

  private static boolean hasAddress(String host) {
    try {
      InetAddress.getByName(host);
      return true;
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** The name service knows none of the hosts, now. */
  static final class UnknownHosts extends ConnectorException {
    private static final long serialVersionUID = 1L;

    UnknownHosts(String action, List<String> hosts) {
      super(
          "cannot " + action + ": none of the hosts " + hosts + " has an address",
          "Check the names in hosts, and the name service.");
    }
  }

  /** The table as it is now, if it is there. */
  Optional<TableMetadata> find() {
    String action = "open " + config.label();
    try {
      return ask(action, this::table);
    } catch (Unanswered e) {
      Options.renewSessions();
      return new Cluster(config).ask(action, this::table);
    }
  }

  private Optional<TableMetadata> table(CqlSession session) {
    return refreshed(session)
        .getKeyspace(CqlIdentifier.fromInternal(config.keyspace()))
        .flatMap(keyspace -> keyspace.getTable(CqlIdentifier.fromInternal(config.table())));
  }

  /**
   * The schema as it is now. A session that has lost its control connection while it was asked for
   * the schema never answers such a question again.
   */
  private Metadata refreshed(CqlSession session) {
    try {
      return session
          .refreshSchemaAsync()
          .toCompletableFuture()
          .get(SCHEMA_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new Unanswered(config, new DriverTimeoutException("no schema: " + SCHEMA_PATIENCE));
    } catch (ExecutionException e) {
      throw new Unanswered(config, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.of("open " + config.label(), e);
    }
  }

  /** The session does not tell the schema. */
  private static final class Unanswered extends ConnectorException {
    private static final long serialVersionUID = 1L;

    Unanswered(CassandraConfig config, Throwable cause) {
      super(
          "cannot open " + config.label() + ": the cluster does not tell its schema",
          "Check that the nodes are up.",
          cause);
    }
  }

  /** Whether there is a materialized view by the name of the table. */
  Optional<ViewMetadata> view() {
    return ask(
        "open " + config.label(),
        session ->
            session
                .getMetadata()
                .getKeyspace(CqlIdentifier.fromInternal(config.keyspace()))
                .flatMap(keyspace -> keyspace.getView(CqlIdentifier.fromInternal(config.table()))));
  }

  /** The table as it is now. */
  TableMetadata require() {
    return find().orElseThrow(this::missing);
  }

  Problem.Refusal missing() {
    return new Problem.Refusal(
        "cannot open " + config.label() + ": there is no such table",
        "Check keyspace and table, their case included, or set partitionKey so that a write"
            + " creates it.");
  }
}
