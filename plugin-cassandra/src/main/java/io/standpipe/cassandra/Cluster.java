package io.standpipe.cassandra;

import com.datastax.oss.driver.api.core.CqlIdentifier;
import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DriverTimeoutException;
import com.datastax.oss.driver.api.core.metadata.schema.KeyspaceMetadata;
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
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.spark.SparkConf;

/**
 * The cluster of one storage. Sessions are the Spark Cassandra Connector's: one in each JVM for
 * each configuration, kept for {@code keepAlive} after its last use. What the schema says of the
 * table is remembered for as long as its version stays. Thread-safe.
 */
final class Cluster {
  private static final Duration SCHEMA_PATIENCE = Duration.ofSeconds(10);

  private final CassandraConfig config;
  private final Map<String, String> options;
  private volatile Relations relations = Relations.UNKNOWN;

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
    return look().table();
  }

  /** The materialized view by the name of the table as it is now, if it is there. */
  Optional<ViewMetadata> view() {
    return look().view();
  }

  private Relations look() {
    String action = "open " + config.label();
    try {
      relations = ask(action, this::relations);
    } catch (Unanswered e) {
      Options.renewSessions();
      relations = new Cluster(config).ask(action, this::relations);
    }
    return relations;
  }

  /** To ask for the version of the schema takes a hundredth of the time that the schema takes. */
  private Relations relations(CqlSession session) {
    Optional<UUID> version = version(session);
    Relations before = relations;
    if (version.isPresent() && version.equals(before.version())) {
      return before;
    }
    // Read before the schema: whatever changes in between gives another version.
    Optional<KeyspaceMetadata> keyspace =
        answer(session.refreshSchemaAsync())
            .getKeyspace(CqlIdentifier.fromInternal(config.keyspace()));
    CqlIdentifier name = CqlIdentifier.fromInternal(config.table());
    return new Relations(
        version,
        keyspace.flatMap(its -> its.getTable(name)),
        keyspace.flatMap(its -> its.getView(name)));
  }

  private Optional<UUID> version(CqlSession session) {
    return Optional.ofNullable(
            answer(session.executeAsync("SELECT schema_version FROM system.local")).one())
        .map(row -> row.getUuid(0));
  }

  /**
   * What the session answers. One that has lost its control connection while it was asked for the
   * schema never answers such a question again, and one that has lost its nodes asks them again
   * only after a while.
   */
  private <T> T answer(CompletionStage<T> question) {
    try {
      return question.toCompletableFuture().get(SCHEMA_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new Unanswered(config, new DriverTimeoutException("no schema: " + SCHEMA_PATIENCE));
    } catch (ExecutionException e) {
      throw new Unanswered(config, e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Problem.of("open " + config.label(), e);
    }
  }

  /** What bears the name of the table, at this version of the schema. */
  private record Relations(
      Optional<UUID> version, Optional<TableMetadata> table, Optional<ViewMetadata> view) {
    static final Relations UNKNOWN =
        new Relations(Optional.empty(), Optional.empty(), Optional.empty());
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
