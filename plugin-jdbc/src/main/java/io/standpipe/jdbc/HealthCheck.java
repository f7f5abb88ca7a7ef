package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Statement;
import java.time.Duration;

/** Asks a database whether it answers. */
final class HealthCheck {
  private HealthCheck() {}

  /** Product, version, and what is configured to be read there. */
  static String ping(TableReader reader, Duration timeout) {
    ConnectionSettings settings = reader.settings().withTimeout(timeout);
    return SqlErrors.translate(
        "ping " + reader.what(),
        settings,
        () -> {
          try (Connection connection = settings.open();
              Statement statement = connection.createStatement()) {
            statement.setQueryTimeout((int) Math.max(1, timeout.toSeconds()));
            statement.execute("SELECT * FROM " + reader.relation(connection) + " WHERE 1=0");
            DatabaseMetaData meta = connection.getMetaData();
            return meta.getDatabaseProductName()
                + " "
                + meta.getDatabaseProductVersion().replaceFirst(" .*", "")
                + ", "
                + reader.what().replace("'", "");
          }
        });
  }
}
