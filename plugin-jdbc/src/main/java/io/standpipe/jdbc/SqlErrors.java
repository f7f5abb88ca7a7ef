package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** Makes a database's error a message that says what to do. */
final class SqlErrors {
  /** SQL state of a connection that is used after it was closed. */
  private static final String CLOSED = "08003";

  private SqlErrors() {}

  /** What is done with a database. */
  @FunctionalInterface
  interface Work<T> {
    T run() throws SQLException;
  }

  /**
   * Runs the work and translates its error.
   *
   * @param action what is being done, for example {@code read table 'x'}
   */
  static <T> T translate(String action, ConnectionSettings settings, Work<T> work) {
    try {
      return work.run();
    } catch (SQLException e) {
      throw translated(action, settings, e);
    }
  }

  /** The exception to throw for an error that has an {@link SQLException} in its causes. */
  static ConnectorException translated(
      String action, ConnectionSettings settings, Throwable error) {
    SQLException sql = find(error, SQLException.class).orElse(null);
    if (sql == null) {
      return new ConnectorException(
          "cannot " + action + ": " + text(error), "See the cause for details.", error);
    }
    String state = sql.getSQLState() == null ? "" : sql.getSQLState();
    String connecting = "cannot connect to " + settings.location() + ": ";
    Optional<UnknownHostException> host = find(sql, UnknownHostException.class);
    if (host.isPresent()) {
      return new ConnectorException(
          connecting + "unknown host '" + host.get().getMessage() + "'",
          "Check the host name in 'url'.",
          error);
    } else if (state.startsWith("28")) {
      return new ConnectorException(connecting + text(sql), "Check 'user' and 'password'.", error);
    } else if (state.equals("3D000")) {
      return new ConnectorException(
          connecting + text(sql), "Check the name of the database in 'url', or create it.", error);
    } else if (isAboutTls(sql)) {
      return new ConnectorException(
          connecting + text(sql),
          "Check "
              + settings.dialect().tlsProperties()
              + " in 'properties': the server's certificate must be signed by that root, and for"
              + " its host name.",
          error);
    } else if (state.startsWith("08") && !state.equals(CLOSED)) {
      return new ConnectorException(
          connecting + text(sql), "Check host and port in 'url', and that the server runs.", error);
    }
    return new ConnectorException("cannot " + action + ": " + text(sql), remedy(state), error);
  }

  /** MariaDB's driver wraps no exception of TLS in what it finds out itself. */
  private static boolean isAboutTls(SQLException error) {
    return find(error, SSLException.class).isPresent()
        || (String.valueOf(error.getSQLState()).startsWith("08")
            && text(error).matches("(?i).*(hostname verification|self signed certificate).*"));
  }

  /** What to do about an error with this SQL state. */
  static String remedy(String state) {
    if (state.startsWith("22") || state.startsWith("23")) {
      return "Correct the rows, or the constraints and types of the table.";
    } else if (state.equals("42501") || state.equals("90096")) {
      return "Grant the user what is missing: writing needs the right to create tables in the"
          + " table's schema.";
    } else if (state.equals("57014")) {
      return "If nobody cancelled it, raise 'queryTimeout' or the server's statement_timeout.";
    } else if (state.equals("55P03")) {
      return "Another transaction has locked the table, or waits for that: try again when it has"
          + " ended.";
    } else if (state.equals("90020")) {
      return "Another process has the database file open: close it there, or run an H2 server.";
    } else if (state.equals(CLOSED)) {
      return "The server or the network has ended the connection: try again.";
    } else if (state.startsWith("40")) {
      return "Another transaction came between: run the write again.";
    }
    return "See the cause for details.";
  }

  /** The first of its causes that is of this type. */
  static <T extends Throwable> Optional<T> find(Throwable error, Class<T> type) {
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (type.isInstance(cause)) {
        return Optional.of(type.cast(cause));
      }
      if (cause instanceof java.sql.BatchUpdateException batch
          && batch.getNextException() != null
          && type.isInstance(batch.getNextException())) {
        return Optional.of(type.cast(batch.getNextException()));
      }
    }
    return Optional.empty();
  }

  /** An error's message on one line, without the statement that H2 appends and a full stop. */
  static String text(Throwable error) {
    String message = error.getMessage() == null ? error.toString() : error.getMessage();
    return message
        .replaceFirst("(?s); SQL statement:.*(\\[\\d+-\\d+\\])\\s*$", " $1")
        .replaceAll("\\s+", " ")
        .replaceFirst("\\.?\\s*$", "");
  }
}
