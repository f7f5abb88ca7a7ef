package io.standpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.Versions;
import io.standpipe.plugin.ContextClassLoader;
import io.standpipe.plugin.PluginCatalog;
import io.standpipe.plugin.PluginRuntime;
import io.standpipe.tck.StandaloneCluster;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged distribution and the packaged plug-ins against a cluster whose executors are
 * processes of their own.
 */
class ClusterIT {
  private static final Map<String, String> QUICK =
      Map.of(
          "spark.sql.shuffle.partitions", "2",
          // Tables of this size have small logs, which Delta reads in 50 tasks otherwise.
          "spark.databricks.delta.snapshotPartitions", "2",
          "spark.executor.extraJavaOptions", Launcher.QUICK,
          "spark.executor.memory", "600m",
          "spark.driver.host", "127.0.0.1",
          "spark.driver.bindAddress", "127.0.0.1");

  /** Executors need its serializers before they run a task, beside Delta's classes. */
  private static final String HUDI =
      """
        states: {connector: hudi, path: out/states, tableType: mergeOnRead, recordKey: [state]}
      """;

  @TempDir static Path folder;
  private static Path distribution;
  private static StandaloneCluster cluster;
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() throws IOException {
    distribution = Launcher.in(folder).distribution();
    cluster = StandaloneCluster.start(folder, jars(distribution.resolve("lib")));
    postgres = LocalPostgres.start();
    configuration("standpipe.yaml", cluster.master(), QUICK, HUDI);
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        name: cluster
        steps:
          - read: airports
          - read: flights
          - as: totals
            sql: |
              SELECT a.state, count(*) AS flights, avg(f.delay) AS mean_delay
              FROM flights f JOIN airports a ON a.iata = f.origin GROUP BY a.state
          - {write: records, from: totals, mode: overwrite}
          - {read: records, as: avro_rows}
          - {write: by_state, from: avro_rows, mode: upsert, keys: [state]}
          - {read: by_state, as: delta_rows}
          - {write: states, from: delta_rows, mode: upsert, keys: [state]}
          - {read: states, as: hudi_rows}
          - {write: warehouse, from: hudi_rows, mode: upsert, keys: [state]}
        """);
  }

  private static void configuration(
      String file, String master, Map<String, String> conf, String more) throws IOException {
    StringBuilder properties = new StringBuilder();
    conf.forEach((key, value) -> properties.append("    %s: \"%s\"%n".formatted(key, value)));
    Path data = Launcher.source().resolve("examples/flights/data");
    Files.writeString(
        folder.resolve(file),
        """
        spark:
          master: %s
          conf:
        %sstorages:
          airports: {connector: file, format: csv, path: %s/airports.csv}
          flights: {connector: file, format: json, path: %s/flights-20k.json}
          records: {connector: file, format: avro, path: out/records}
          by_state: {connector: delta, path: out/by_state}
          own_states: {connector: delta, path: out/own_states}
          warehouse:
            connector: jdbc
            url: jdbc:postgresql://localhost:%d/postgres
            user: postgres
            table: by_state
        """
                .formatted(master, properties, data, data, postgres.getPort())
            + more);
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
    postgres.close();
  }

  /** The second run merges into what the first one made. */
  @Test
  void runAndSubmit_avroDeltaHudiAndPostgresOnSeparateExecutors_readAndWrite() throws Exception {
    long executors = executors();
    Launcher.Result run = Launcher.in(folder).run("run", "pipeline.yaml", "--report", "report");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(folder.resolve("report/report.json"))
        .content()
        .contains("\"status\" : \"succeeded\"");
    assertThat(executors()).isEqualTo(executors + 2);
    List<String> states = warehouse();
    assertThat(states).hasSizeGreaterThan(40).first().asString().startsWith("TX ");

    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("UPDATE by_state SET flights = 0");
    }
    // As if for one machine: what spark-submit says counts.
    configuration("standpipe.yaml", "local[1]", QUICK, HUDI);
    Launcher.Result submitted = shell(documentedCommand());

    assertThat(submitted.code()).as(submitted.err()).isZero();
    assertThat(submitted.err()).contains("succeeded in");
    assertThat(executors()).as("run on the cluster").isEqualTo(executors + 4);
    assertThat(warehouse()).isEqualTo(states);
  }

  private static List<String> warehouse() throws SQLException {
    List<String> states = new ArrayList<>();
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery("SELECT state, flights FROM by_state ORDER BY 2 DESC, 1")) {
      while (rows.next()) {
        states.add(rows.getString(1) + " " + rows.getLong(2));
      }
    }
    return states;
  }

  /** The command of the documentation, with the paths and the master of this test. */
  private static String documentedCommand() throws IOException {
    String page = Files.readString(Launcher.source().resolve("docs/cluster.md"));
    String section = page.substring(page.indexOf("\n## spark-submit\n"));
    String command = section.split("```(sh)?\n")[1];
    assertThat(command)
        .contains("home=/opt/standpipe-", "spark://spark.example.com:7077", "run pipeline.yaml");
    return command
        .replaceAll("home=/opt/\\S+", "home=" + distribution)
        .replace("spark://spark.example.com:7077", cluster.master());
  }

  /** The refusal names the options; with these, pasted as they are, the session fits. */
  @Test
  void injectedSession_startedWithTheOptionsOfTheRefusal_fits() throws IOException {
    configuration("own.yaml", "local[1]", Map.of("spark.sql.shuffle.partitions", "2"), "");

    List<String> refused = submitProgram("").lines().toList();

    Path plugins = distribution.resolve("plugins");
    Path spi = single(distribution.resolve("lib"), "standpipe-spi-.*\\.jar");
    String prefix =
        "The Spark session that was handed in does not have what the storages need (the driver lacks the class"
            + " io.standpipe.delta.DeltaConnector). Start it with: ";
    assertThat(refused)
        .containsExactly(
            prefix
                + "--conf spark.sql.catalog.spark_catalog=org.apache.spark.sql.delta.catalog.DeltaCatalog"
                + " --conf spark.sql.extensions=io.delta.sql.DeltaSparkSessionExtension"
                + " --conf spark.sql.shuffle.partitions=2"
                + " --jars %s/standpipe-plugin-delta.jar,%s/standpipe-plugin-jdbc.jar,%s"
                    .formatted(plugins, plugins, spi),
            "rows after the platform: 3");

    assertThat(submitProgram(refused.get(0).substring(prefix.length())).lines())
        .containsExactly("succeeded: true", "rows after the platform: 3");
  }

  private static String submitProgram(String options) throws IOException {
    Files.writeString(
        folder.resolve("own-pipeline.yaml"),
        """
        steps:
          - read: airports
          - {as: states, sql: "SELECT DISTINCT state FROM airports"}
          - {write: own_states, from: states, mode: upsert, keys: [state]}
        """);
    Launcher.Result result =
        shell(
            """
            lib=%s
            class_path=$(printf '%%s:' $lib/standpipe-core-*.jar $lib/standpipe-spi-*.jar $lib/pf4j-*.jar $lib/java-semver-*.jar)
            spark-submit --master %s --conf spark.ui.enabled=false --conf spark.executor.memory=600m \\
              --conf spark.driver.host=127.0.0.1 --conf spark.databricks.delta.snapshotPartitions=2 \\
              --conf "spark.executor.extraJavaOptions=%s" --driver-java-options "%s" \\
              --driver-class-path "$class_path" %s \\
              --class %s %s own.yaml own-pipeline.yaml %s
            """
                .formatted(
                    distribution.resolve("lib"),
                    cluster.master(),
                    Launcher.QUICK,
                    Launcher.QUICK,
                    options,
                    SessionProgram.class.getName(),
                    programJar(),
                    distribution.resolve("plugins")));
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }

  private static Path programJar() throws IOException {
    Path jar = folder.resolve("program.jar");
    String name = SessionProgram.class.getName().replace('.', '/');
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream entries = new JarOutputStream(file)) {
      for (String type : List.of(name, name + "$1")) {
        entries.putNextEntry(new JarEntry(type + ".class"));
        try (InputStream in =
            ClusterIT.class.getClassLoader().getResourceAsStream(type + ".class")) {
          in.transferTo(entries);
        }
      }
    }
    return jar;
  }

  /** As in local mode, but here Spark itself fails, at the commit message that a task returns. */
  @Test
  void contextLoaderSetLateWithAddJar_readsWorkAndWritesFail() {
    Path plugins = distribution.resolve("plugins");
    String table = folder.resolve("late").toString();
    Map<String, String> conf = new HashMap<>(PlainSpark.DELTA);
    conf.putAll(QUICK);
    PluginCatalog catalog = PluginCatalog.scan(List.of(plugins), Map.of(), Versions.plugins());
    try (PluginRuntime runtime = PluginRuntime.load(catalog.jars(), Versions.plugins())) {
      PlainSpark.inSession(
          runtime.unionLoader(), "local[1]", PlainSpark.DELTA, spark -> write(spark, table));
      PlainSpark.inSession(
          ClusterIT.class.getClassLoader(),
          cluster.master(),
          conf,
          spark -> {
            spark.sparkContext().addJar(plugins.resolve("standpipe-plugin-delta.jar").toString());
            return ContextClassLoader.call(
                runtime.unionLoader(),
                () -> {
                  assertThat(spark.read().format("delta").load(table).count()).isEqualTo(5);
                  return assertThatThrownBy(() -> write(spark, table))
                      .isInstanceOf(SparkException.class)
                      .hasMessageContaining("Exception while getting task result")
                      .hasMessageContaining("ClassCastException: cannot assign instance of");
                });
          });
    }
  }

  private static String write(SparkSession spark, String table) {
    spark.range(5).toDF().write().format("delta").mode("append").save(table);
    return table;
  }

  /** Runs a shell script that calls {@code spark-submit}, as on a machine with this Spark. */
  private static Launcher.Result shell(String script) {
    ProcessBuilder builder = new ProcessBuilder("sh", "-euc", script).directory(folder.toFile());
    cluster.environment(builder);
    return Launcher.run(builder);
  }

  private static List<Path> jars(Path library) throws IOException {
    try (Stream<Path> files = Files.list(library)) {
      return files.toList();
    }
  }

  private static Path single(Path folder, String name) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches(name))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Each executor leaves a work folder of its own under its worker. */
  private static long executors() throws IOException {
    try (Stream<Path> tree = Files.walk(folder, 3)) {
      return tree.filter(path -> path.toString().matches(".*/worker[12]/app-[^/]+/\\d+")).count();
    }
  }
}
