package io.standpipe.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.cql.Row;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Asks whether the cluster and the table are there. */
final class HealthCheck {
  private final CassandraConfig config;
  private final Cluster cluster;

  HealthCheck(CassandraConfig config, Cluster cluster) {
    this.config = config;
    this.cluster = cluster;
  }

  /** What answered, within the time. */
  String ping(Duration timeout) {
    Cluster hurried = cluster.within(timeout);
    FutureTask<String> check = new FutureTask<>(question(hurried));
    // The driver bounds each step of opening a session, not all of them together.
    Thread thread = new Thread(check, "cassandra-ping");
    thread.setDaemon(true);
    thread.start();
    try {
      return check.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      check.cancel(true);
      throw unanswered(timeout);
    } catch (ExecutionException e) {
      throw Problem.of("reach " + config.label(), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      check.cancel(true);
      throw unanswered(timeout);
    }
  }

  private Callable<String> question(Cluster hurried) {
    return () -> {
      String version = hurried.ask("reach " + config.label(), HealthCheck::version);
      if (hurried.find().isEmpty() && hurried.view().isEmpty()) {
        throw hurried.missing();
      }
      return version + ", table " + config.keyspace() + "." + config.table();
    };
  }

  private static String version(CqlSession session) {
    Row row = session.execute("SELECT cluster_name, release_version FROM system.local").one();
    return row == null
        ? "Cassandra"
        : "Cassandra " + row.getString("release_version") + ", " + row.getString("cluster_name");
  }

  private Unanswered unanswered(Duration timeout) {
    return new Unanswered(
        "cannot reach " + config.label() + ": no answer from " + config.hosts() + " in " + timeout);
  }

  /** Nobody answers in time; somebody may, later. */
  static final class Unanswered extends io.standpipe.spi.ConnectorException {
    private static final long serialVersionUID = 1L;

    Unanswered(String problem) {
      super(problem, "Check hosts and port, and whether the nodes are up.");
    }
  }
}
