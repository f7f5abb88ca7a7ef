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
import java.util.stream.Stream;

/**
 * How to open a connection, on the driver and in tasks. It holds the password in the clear, because
 * it travels to the tasks; {@link #toString()} shows none of it.
 *
 * @param url the JDBC URL
 * @param driver the driver's class
 * @param properties the driver's properties, password included
 * @param sessionStatements SQL that every new connection starts with
 */
record ConnectionSettings(
    String url, String driver, Map<String, String> properties, List<String> sessionStatements)
    implements Serializable {

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
            .toList());
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
    return new ConnectionSettings(url, driver, limited, sessionStatements);
  }

  /** Opens a connection in auto-commit mode. */
  Connection open() throws SQLException {
    Properties all = new Properties();
    all.putAll(properties);
    Connection connection = loadDriver().connect(url, all);
    if (connection == null) {
      throw new SQLException(
          "driver " + driver + " does not accept the URL " + location(), "08001");
    }
    try (Statement statement = connection.createStatement()) {
      for (String sql : sessionStatements) {
        statement.execute(sql);
      }
      return connection;
    } catch (SQLException | RuntimeException e) {
      try (connection) {
        throw e;
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
