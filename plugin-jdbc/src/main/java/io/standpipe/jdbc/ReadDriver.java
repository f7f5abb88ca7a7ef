package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverPropertyInfo;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.logging.Logger;

/**
 * Opens the connections of Spark's JDBC source, on the driver and in tasks. Public only because
 * Spark makes it by its name. Its URLs are those of the real driver behind {@value #PREFIX}, so
 * that Spark uses {@link ReadDialect} for them and its own dialects for everybody else's.
 */
public final class ReadDriver implements Driver {
  static final String PREFIX = "standpipe:";
  private static final String DRIVER = "standpipe.driver";
  private static final String SESSION = "standpipe.session";

  static {
    ReadDialect.register();
  }

  /** For Spark. */
  public ReadDriver() {}

  /** Spark's options for reading over such a connection. */
  static Map<String, String> options(ConnectionSettings settings) {
    Map<String, String> options = new HashMap<>(settings.properties());
    options.put("url", PREFIX + settings.url());
    options.put("driver", ReadDriver.class.getName());
    options.put(DRIVER, settings.driver());
    options.put(SESSION, String.join("\n", settings.sessionStatements()));
    return options;
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith(PREFIX);
  }

  @Override
  public Connection connect(String url, Properties given) throws SQLException {
    if (!acceptsURL(url)) {
      return null;
    }
    Driver current = current();
    if (current.getClass() != ReadDriver.class) {
      return current.connect(url, given);
    }
    Map<String, String> properties = new HashMap<>();
    given.stringPropertyNames().forEach(name -> properties.put(name, given.getProperty(name)));
    String driver = properties.remove(DRIVER);
    List<String> session =
        Arrays.stream(properties.remove(SESSION).split("\n"))
            .filter(sql -> !sql.isEmpty())
            .toList();
    return new ConnectionSettings(url.substring(PREFIX.length()), driver, properties, session)
        .open();
  }

  /**
   * Spark keeps the first driver of a name for ever. A platform that is started later in this
   * process has loaded this class anew, and its own one must do the work.
   */
  private static Driver current() {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try {
      return (Driver)
          Class.forName(ReadDriver.class.getName(), true, loader)
              .getDeclaredConstructor()
              .newInstance();
    } catch (ReflectiveOperationException e) {
      return new ReadDriver();
    }
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties properties) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 1;
  }

  @Override
  public int getMinorVersion() {
    return 0;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException("no java.util.logging");
  }
}
