package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A writing process is killed; then the same write is done again. */
class KilledProcessTest {
  private static final long ROWS = 50_000;

  @TempDir Path directory;

  /** The process that is killed: its last task waits after its rows were sent. */
  static final class Victim {
    private Victim() {}

    public static void main(String[] arguments) {
      SparkSession spark =
          SparkSession.builder().master("local[2]").config("spark.ui.enabled", false).getOrCreate();
      JdbcConfig config =
          Options.of(
              "url",
              arguments[0],
              "user",
              arguments[1],
              "password",
              arguments[2],
              "table",
              arguments[3]);
      Path reached = Path.of(arguments[4]);
      write(new JdbcConnector(config), spark, waiting(spark, reached.toString()));
    }

    private static Dataset<Row> waiting(SparkSession spark, String reached) {
      MapFunction<Long, Long> function =
          id -> {
            if (id == ROWS - 1) {
              Files.writeString(Path.of(reached), "here");
              TimeUnit.MINUTES.sleep(5);
            }
            return id;
          };
      return spark.range(0, ROWS, 1, 4).map(function, Encoders.LONG()).toDF("id");
    }
  }

  private static WriteResult write(JdbcConnector connector, SparkSession spark, Dataset<Row> rows) {
    return connector.write(
        spark, rows, WriteRequest.of(WriteMode.APPEND).withToken(new CommitToken("run", "killed")));
  }

  @ParameterizedTest
  @EnumSource(Database.class)
  void append_processKilledInMidWrite_repeatWritesOnce(Database database) throws Exception {
    String url =
        database == Database.POSTGRESQL
            ? database.url()
            : "jdbc:h2:file:" + directory.resolve("killed");
    JdbcConnector connector =
        new JdbcConnector(database.config("url", url, "table", "killed_" + database));
    connector.create(SPARK, new StructType().add("id", "bigint"));
    Path reached = directory.resolve("reached");
    Process victim =
        start(url, database.user(), database.password(), "killed_" + database, reached.toString());
    try {
      await().atMost(4, TimeUnit.MINUTES).until(() -> Files.exists(reached) || !victim.isAlive());
      assertThat(reached).exists();
    } finally {
      victim.destroyForcibly().waitFor();
    }

    assertThat(connector.read(SPARK).count()).isZero();
    assertThat(write(connector, SPARK, SPARK.range(0, ROWS).toDF("id")))
        .isEqualTo(WriteResult.committed(ROWS));
    assertThat(write(connector, SPARK, SPARK.range(0, ROWS).toDF("id")).outcome())
        .isEqualTo(WriteResult.Outcome.ALREADY_COMMITTED);

    assertThat(connector.read(SPARK).distinct().count()).isEqualTo(ROWS);
    assertThat(connector.read(SPARK).count()).isEqualTo(ROWS);
    // What the killed process left is young, and so kept for a day.
    assertThat(database == Database.H2 ? List.of() : database.dropStagingTables())
        .hasSizeLessThan(2);
  }

  @Test
  void h2_committedRows_surviveAKillRightAfterwards() throws Exception {
    String url = "jdbc:h2:file:" + directory.resolve("durable");
    Process writer = start(Committer.class, url);
    try (var output = writer.inputReader()) {
      assertThat(output.lines()).anyMatch(line -> line.equals("committed"));
    } finally {
      writer.destroyForcibly().waitFor();
    }

    assertThat(
            new JdbcConnector(Options.of("url", url, "user", "sa", "password", "x", "table", "t"))
                .read(SPARK)
                .count())
        .isEqualTo(10);
  }

  /** Commits, and holds the database open until it is killed. */
  static final class Committer {
    private Committer() {}

    public static void main(String[] arguments) throws Exception {
      JdbcConfig config =
          Options.of("url", arguments[0], "user", "sa", "password", "x", "table", "t");
      try (var open = ConnectionSettings.of(config).open()) {
        SparkSession spark =
            SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", false)
                .getOrCreate();
        new JdbcConnector(config)
            .write(spark, spark.range(10).toDF("id"), WriteRequest.of(WriteMode.APPEND));
        System.out.println("committed");
        Runtime.getRuntime().halt(open.isClosed() ? 1 : 0);
      }
    }
  }

  private Process start(String... arguments) throws Exception {
    return start(Victim.class, arguments);
  }

  private Process start(Class<?> main, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-XX:"))
        .forEach(command::add);
    command.add("-Dspark.driver.host=127.0.0.1");
    command.add("-Dspark.driver.bindAddress=127.0.0.1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    File log = directory.resolve("log").toFile();
    return new ProcessBuilder(command).redirectError(log).directory(directory.toFile()).start();
  }
}
