package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Secret;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;

/**
 * How to open a connection, on the driver and in tasks. It holds the password in the clear, because
 * it travels to the tasks; {@link #toString()} shows none of it.
 *
 * @param url the JDBC URL
 * @param driver the driver's class
 * @param properties the driver's properties, password included
 * @param sessionStatements SQL that every connection starts with, also when it is used again
 * @param pool how connections are kept
 */
record ConnectionSettings(
    String url,
    String driver,
    Map<String, String> properties,
    List<String> sessionStatements,
    PoolConfig pool)
    implements Serializable {
  /** How long an idle connection may take to answer before it is taken for dead. */
  private static final int ANSWER_MILLIS = 5_000;

  /** Work with a connection. */
  @FunctionalInterface
  interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  /** Work with a connection that ends with a commit. */
  @FunctionalInterface
  interface Transaction<T> {
    T with(Connection connection, Commit commit) throws SQLException;
  }

  /** Makes a transaction's work visible. */
  @FunctionalInterface
  interface Commit {
    void run() throws SQLException;
  }

  ConnectionSettings {
    properties = new HashMap<>(properties);
    sessionStatements = List.copyOf(sessionStatements);
  }

  static ConnectionSettings of(JdbcConfig config) {
    String url = config.databaseUrl();
    Dialect dialect = Dialect.of(url);
    Map<String, String> properties =
        new HashMap<>(dialect.connectionProperties(config.connectTimeout()));
    properties.putAll(config.properties());
    config.user().ifPresent(user -> properties.put("user", user));
    config.password().map(Secret::reveal).ifPresent(word -> properties.put("password", word));
    return new ConnectionSettings(
        url,
        config.driver().orElse(dialect.driver()),
        properties,
        Stream.of(
                dialect.sessionStatements(config.queryTimeout()),
                settings(config, dialect),
                config.session().isEmpty() ? List.<String>of() : dialect.lastStatements())
            .flatMap(List::stream)
            .toList(),
        // An embedded database is opened at no cost, and its file is free when nobody uses it.
        dialect.isInProcess(url) ? config.pool().keepingNone() : config.pool());
  }

  private static List<String> settings(JdbcConfig config, Dialect dialect) {
    return new TreeMap<>(config.session())
        .entrySet().stream()
            .map(entry -> dialect.setting(entry.getKey(), entry.getValue()))
            .toList();
  }

  Dialect dialect() {
    return Dialect.of(url);
  }

  /** The same, giving up on a silent server after this time. */
  ConnectionSettings withTimeout(Duration timeout) {
    Map<String, String> limited = new HashMap<>(properties);
    limited.putAll(dialect().timeoutProperties(timeout));
    return new ConnectionSettings(url, driver, limited, sessionStatements, pool);
  }

  /**
   * Runs the work with a connection in auto-commit mode. If the work succeeds, others use the
   * connection again, without a transaction that the work left open; if not, it is closed. If the
   * task is killed or, on the driver, the thread is interrupted, the work soon fails.
   */
  <T> T use(Work<T> work) throws SQLException {
    return transact((connection, commit) -> work.with(connection));
  }

  /**
   * The same for work that ends with a commit, which is not cancelled, but after a while cut off.
   */
  <T> T transact(Transaction<T> work) throws SQLException {
    boolean mayBeInterrupted = TaskContext.get() == null && Uninterrupted.current().isEmpty();
    if (mayBeInterrupted && dialect().isInProcess(url)) {
      // A database within this process meets the interrupts first, and may forget them, or give up.
      return Uninterrupted.cancellable(cancelled -> transact(work, cancelled));
    }
    return transact(work, CancelWatch.thisThread());
  }

  private <T> T transact(Transaction<T> work, BooleanSupplier cancelled) throws SQLException {
    try (ConnectionPool.Lease lease = ConnectionPool.take(this);
        CancelWatch watch = new CancelWatch(lease.connection(), dialect(), cancelled)) {
      T result = work.with(lease.connection(), watch::commit);
      if (watch.end()) {
        lease.giveBack();
      }
      return result;
    }
  }

  /**
   * The same for work that must be done even if this thread has been interrupted, which it will be
   * after this, too; then it may only take a few seconds.
   */
  <T> T useAnyway(Work<T> work) throws SQLException {
    return Uninterrupted.call(
        abandoned -> transact((connection, commit) -> work.with(connection), abandoned));
  }

  /** Opens a new connection in auto-commit mode, which the caller closes. */
  Connection open() throws SQLException {
    Properties all = new Properties();
    all.putAll(properties);
    Connection connection = loadDriver().connect(url, all);
    if (connection == null) {
      throw new SQLException(
          "driver " + driver + " does not accept the URL " + location(), "08001");
    }
    try {
      execute(connection, sessionStatements);
      return connection;
    } catch (SQLException | RuntimeException e) {
      try (connection) {
        throw e;
      }
    }
  }

  /** Makes an idle connection as good as new; throws if it has broken meanwhile. */
  void renew(Connection connection) throws SQLException {
    int patience = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
    execute(connection, dialect().cleaning(properties));
    execute(connection, sessionStatements);
    connection.setNetworkTimeout(Runnable::run, patience);
  }

  private static void execute(Connection connection, List<String> statements) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** The URL without its parameters, for messages. */
  String location() {
    return url.replaceFirst("[?;].*", "");
  }

  private Driver loadDriver() {
    ReflectiveOperationException first = null;
    for (ClassLoader loader :
        new ClassLoader[] {
          ConnectionSettings.class.getClassLoader(), Thread.currentThread().getContextClassLoader()
        }) {
      try {
        return (Driver) Class.forName(driver, true, loader).getDeclaredConstructor().newInstance();
      } catch (ReflectiveOperationException e) {
        first = first == null ? e : first;
      }
    }
    throw new ConnectorException(
        "cannot load the JDBC driver " + driver,
        "Correct 'driver', or put the driver's JAR on the class path.",
        first);
  }

  @Override
  public String toString() {
    return "ConnectionSettings[" + location() + "]";
  }
}
