package io.standpipe.jdbc;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** The databases that the tests run against: a real PostgreSQL and an H2 file. */
enum Database {
  POSTGRESQL,
  H2;

  private static final AtomicInteger TABLES = new AtomicInteger();

  /** Starts with the first use and lives as long as the tests. */
  private static final class Server {
    static final EmbeddedPostgres POSTGRES = start();

    private static EmbeddedPostgres start() {
      try {
        Path memory = Path.of("/dev/shm");
        Path directory =
            Files.isWritable(memory)
                ? Files.createTempDirectory(memory, "standpipe-pg")
                : Files.createTempDirectory("standpipe-pg");
        EmbeddedPostgres postgres =
            EmbeddedPostgres.builder()
                // The hook below does both in order.
                .setRegisterShutdownHook(false)
                .setDataDirectory(directory.resolve("data"))
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("full_page_writes", "on")
                .setServerConfig("max_connections", "60")
                .setPGStartupWait(Duration.ofSeconds(60))
                .start();
        Path rules = directory.resolve("data").resolve("pg_hba.conf");
        Files.writeString(rules, "host all loader all scram-sha-256\n" + Files.readString(rules));
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
            Statement statement = connection.createStatement()) {
          statement.execute("CREATE USER loader PASSWORD 's3cr3t-w0rd' SUPERUSER");
          statement.execute("SELECT pg_reload_conf()");
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(postgres, directory)));
        return postgres;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (SQLException e) {
        throw new AssertionError(e);
      }
    }

    private static void stop(EmbeddedPostgres postgres, Path directory) {
      try {
        postgres.close();
        delete(directory);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class File {
    static final Path DIRECTORY = make();

    private static Path make() {
      try {
        Path directory = Files.createTempDirectory("standpipe-h2");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
        return directory;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(java.io.File::delete);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return this == POSTGRESQL
        ? "jdbc:postgresql://127.0.0.1:" + Server.POSTGRES.getPort() + "/postgres"
        : "jdbc:h2:file:" + File.DIRECTORY.resolve("test");
  }

  String user() {
    return this == POSTGRESQL ? "loader" : "sa";
  }

  String password() {
    return "s3cr3t-w0rd";
  }

  /** The schema that a name without schema means. */
  String defaultSchema() {
    return this == POSTGRESQL ? "public" : "PUBLIC";
  }

  /** A table name that nobody uses yet. */
  static String newTable() {
    return "table_" + TABLES.incrementAndGet();
  }

  /** Configuration with further options, names and values in turn. */
  JdbcConfig config(Object... namesAndValues) {
    Map<String, Object> options = new HashMap<>();
    options.put("url", url());
    options.put("user", user());
    options.put("password", password());
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return Options.of(options);
  }

  JdbcConnector table(String table) {
    return new JdbcConnector(config("table", table));
  }

  Connection connect() throws SQLException {
    return ConnectionSettings.of(config("query", "SELECT 1")).open();
  }

  void execute(String... statements) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** The first column of a query, as text. */
  List<String> texts(String query) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> texts = new ArrayList<>();
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
      return texts;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** Removes the tables that writes left behind, and returns their names. */
  List<String> dropStagingTables() {
    List<String> left = stagingTables();
    left.forEach(table -> execute("DROP TABLE \"" + table + "\""));
    return left;
  }

  /** The tables that writes left behind. */
  List<String> stagingTables() {
    return texts(
        "SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'standpipe_stage%'");
  }
}
