package io.standpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packaged distribution and the packaged plug-ins against a cluster whose executors are
 * processes of their own.
 */
class ClusterIT {
  @TempDir static Path folder;
  private static StandaloneCluster cluster;
  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() throws IOException {
    cluster = StandaloneCluster.start(folder, Launcher.in(folder).distribution());
    postgres = EmbeddedPostgres.start();
    Path data = Launcher.source().resolve("examples/flights/data");
    Files.writeString(
        folder.resolve("standpipe.yaml"),
        """
        spark:
          master: %s
          conf:
            spark.sql.shuffle.partitions: 2
            spark.executor.memory: 600m
            spark.driver.host: 127.0.0.1
            spark.driver.bindAddress: 127.0.0.1
        storages:
          airports: {connector: file, format: csv, path: %s/airports.csv}
          flights: {connector: file, format: json, path: %s/flights-20k.json}
          by_state: {connector: delta, path: out/by_state}
          warehouse:
            connector: jdbc
            url: jdbc:postgresql://localhost:%d/postgres
            user: postgres
            table: by_state
        """
            .formatted(cluster.master(), data, data, postgres.getPort()));
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
          - {write: by_state, from: totals, mode: upsert, keys: [state]}
          - {read: by_state, as: delta_rows}
          - {write: warehouse, from: delta_rows, mode: upsert, keys: [state]}
        """);
  }

  @AfterAll
  static void stop() throws IOException {
    cluster.close();
    postgres.close();
  }

  @Test
  void run_deltaAndPostgresOnSeparateExecutors_readsAndWrites() throws IOException {
    Launcher launcher = Launcher.in(folder);
    // Twice: the second run merges into what the first one made.
    for (int round = 0; round < 2; round++) {
      Launcher.Result result = launcher.run("run", "pipeline.yaml", "--report", "report");
      assertThat(result.code()).as(result.err()).isZero();
    }
    assertThat(Files.readString(folder.resolve("report/report.json")))
        .contains("\"status\" : \"succeeded\"");
    Launcher.Result shown =
        launcher.run(
            "show", "warehouse", "--format", "json", "--order-by", "flights DESC", "--limit", "1");
    assertThat(shown.out()).startsWith("{\"state\":\"TX\",\"flights\":");
    Launcher.Result delta =
        launcher.run(
            "show", "by_state", "--format", "json", "--order-by", "flights DESC", "--limit", "1");
    assertThat(delta.out()).isEqualTo(shown.out());
    assertThat(executorsUsed()).isGreaterThanOrEqualTo(2);
  }

  /** Each executor leaves a work folder of its own under its worker. */
  private static long executorsUsed() throws IOException {
    try (Stream<Path> tree = Files.walk(folder, 3)) {
      return tree.filter(path -> path.toString().matches(".*/worker[12]/app-[^/]+/\\d+")).count();
    }
  }
}
