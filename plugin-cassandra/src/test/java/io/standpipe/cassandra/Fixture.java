package io.standpipe.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import io.standpipe.tck.server.CassandraServer;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The Spark session and the two clusters of all tests, started once: {@link #OPEN} for everyone,
 * {@link #GUARDED} with passwords, over TLS, for clients that it knows.
 */
final class Fixture {
  static final Certificates CERTIFICATES = Certificates.create();
  private static final CompletableFuture<CassandraServer> GUARDED_START =
      Background.guarded(CERTIFICATES);

  static final CassandraServer OPEN = CassandraServer.start();
  static final CassandraServer GUARDED = GUARDED_START.join();
  static final String KEYSPACE = "test";

  private static final SparkSession SESSION = build();
  private static final CqlSession CQL = open();
  private static final AtomicInteger TABLES = new AtomicInteger();

  private Fixture() {}

  /** Apart from the fixture, whose initialisation other threads would wait for. */
  private static final class Background {
    static CompletableFuture<CassandraServer> guarded(Certificates certificates) {
      return CompletableFuture.supplyAsync(
          () ->
              CassandraServer.start(
                  CassandraServer.Access.PASSWORD,
                  certificates.serverOptions(),
                  certificates.server(),
                  certificates.client()));
    }
  }

  static SparkSession session() {
    return SESSION;
  }

  static Dataset<Row> sql(String text) {
    return SESSION.sql(text);
  }

  /** Runs a statement in the open cluster. */
  static List<com.datastax.oss.driver.api.core.cql.Row> cql(String text) {
    return CQL.execute(text).all();
  }

  /** A new name for a table. */
  static String name() {
    return "t" + TABLES.incrementAndGet();
  }

  /** A new table of the open cluster with these columns and key. */
  static String table(String columns) {
    String name = name();
    cql("CREATE TABLE test." + name + " (" + columns + ")");
    return name;
  }

  /** The storage of a table of the open cluster. */
  static Configs storage(String table) {
    return Configs.of(OPEN.port(), KEYSPACE, table);
  }

  /** The rows as text, sorted. */
  static List<String> sorted(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).sorted().toList();
  }

  static CqlSession open() {
    CqlSession session =
        CqlSession.builder()
            .addContactPoint(new InetSocketAddress("127.0.0.1", OPEN.port()))
            .withLocalDatacenter(CassandraServer.DATA_CENTER)
            .withConfigLoader(
                com.datastax.oss.driver.api.core.config.DriverConfigLoader.programmaticBuilder()
                    .withDuration(
                        com.datastax.oss.driver.api.core.config.DefaultDriverOption.REQUEST_TIMEOUT,
                        java.time.Duration.ofSeconds(20))
                    .build())
            .build();
    session.execute(
        "CREATE KEYSPACE IF NOT EXISTS test WITH replication ="
            + " {'class': 'SimpleStrategy', 'replication_factor': 1}");
    return session;
  }

  private static SparkSession build() {
    SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC")
            .getOrCreate();
    // Spark reports every provoked failure of a task several times.
    session.sparkContext().setLogLevel("OFF");
    return session;
  }
}
