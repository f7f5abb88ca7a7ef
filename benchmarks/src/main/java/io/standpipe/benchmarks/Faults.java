package io.standpipe.benchmarks;

import io.standpipe.Platform;
import io.standpipe.benchmarks.FaultInjector.Injection;
import io.standpipe.benchmarks.FaultTally.Rows;
import io.standpipe.benchmarks.Figures.Figure;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads from and writes to a real PostgreSQL while connections are cut, slowed down and refused,
 * the server is restarted and its disk full, its sessions are terminated and its transactions
 * brought into each other's way, and counts the rows that were lost or came twice.
 */
record Faults(Jobs jobs) implements Benchmark {
  private static final int INJECTIONS = Integer.getInteger("injections", 200);
  private static final int ROWS = 20_000;

  /** Rows that are there before an append. */
  private static final int OLD_ROWS = 1_000;

  private static final int DISK_MEGABYTES = 16;

  @Override
  public String name() {
    return "faults";
  }

  @Override
  public void run(Figures figures) throws Exception {
    Path folder = Files.createDirectories(jobs.work().resolve("faults"));
    try (SmallDisk disk = SmallDisk.mount(DISK_MEGABYTES);
        PostgresServer server = PostgresServer.start(folder);
        FaultProxy proxy = FaultProxy.before(server.port());
        Platform platform = platform(folder, proxy.port())) {
      server.execute(
          "CREATE TABLE source AS SELECT id, 'name ' || id AS name, id * 1.5 AS amount FROM"
              + " generate_series(1, "
              + ROWS
              + ") id",
          "CREATE TABLE upserted (id bigint PRIMARY KEY, name text, amount numeric)",
          "INSERT INTO upserted SELECT * FROM source",
          "CREATE TABLESPACE small LOCATION '" + disk.newFolder("tablespace") + "'",
          "VACUUM ANALYZE");
      Random random = new Random(Long.getLong("seed", 20010101L));
      FaultInjector injector = new FaultInjector(server, proxy, disk, ROWS, random);
      Rounds rounds = new Rounds(platform, server, injector, figures);
      rounds.warmUp();
      for (int i = 0; i < INJECTIONS; i++) {
        rounds.round(i, Fault.values()[i % Fault.values().length]);
      }
      rounds.report();
    }
  }

  private Platform platform(Path folder, int port) throws Exception {
    String storage =
        "{connector: jdbc, url: \"jdbc:postgresql://127.0.0.1:%d/postgres\", user: postgres, table: public.%%s%%s}"
            .formatted(port);
    Path file =
        Files.writeString(
            folder.resolve("standpipe.yaml"),
            """
            spark: {master: "local[2]", conf: {spark.ui.enabled: false, spark.sql.shuffle.partitions: 2}}
            resilience:
              retry: {attempts: 30, baseDelay: 50ms, maxDelay: 500ms, budget: 1000}
              breaker: {openFor: 200ms}
            storages:
              source: %s
              appended: %s
              small: %s
              upserted: %s
              strict: %s
            """
                .formatted(
                    storage.formatted("source", ""),
                    storage.formatted("appended", ""),
                    storage.formatted("small", ", session: {default_tablespace: small}"),
                    storage.formatted("upserted", ", session: {deadlock_timeout: 300ms}"),
                    storage.formatted(
                        "upserted", ", session: {default_transaction_isolation: serializable}")));
    return Benchmarks.platform(jobs.root(), file);
  }

  /** The rounds of one run. */
  private static final class Rounds {
    private final Platform platform;
    private final PostgresServer server;
    private final FaultInjector injector;
    private final Figures figures;
    private final List<FaultTally> tallies =
        Arrays.stream(Fault.values()).map(FaultTally::new).toList();
    private long millis;

    Rounds(Platform platform, PostgresServer server, FaultInjector injector, Figures figures) {
      this.platform = platform;
      this.server = server;
      this.injector = injector;
      this.figures = figures;
    }

    /** Also finds out how long a job takes that nothing disturbs. */
    void warmUp() throws Exception {
      for (Fault fault : Fault.values()) {
        newTables();
        long begin = System.nanoTime();
        RunReport report = run(fault, "warm-up-" + fault.id(), new ConcurrentHashMap<>());
        if (!report.succeeded()) {
          throw new IllegalStateException("failed without a fault: " + report.json());
        }
        millis = Math.max(50, (System.nanoTime() - begin) / 1_000_000);
      }
      figures.note("a job takes %d ms when nothing disturbs it", millis);
    }

    private void newTables() throws SQLException {
      String old = " AS SELECT -id AS id, name, amount FROM source WHERE id <= " + OLD_ROWS;
      server.execute(
          "DROP TABLE IF EXISTS appended, small",
          "CREATE TABLE appended" + old,
          "CREATE TABLE small TABLESPACE small" + old,
          "UPDATE upserted SET name = 'stale'",
          // So that a restart has little to recover.
          "CHECKPOINT");
    }

    void round(int number, Fault fault) throws Exception {
      newTables();
      FaultTally tally = tallies.get(fault.ordinal());
      Map<String, Integer> verdicts = new ConcurrentHashMap<>();
      long before = count(fault, "*");
      RunReport report;
      try (Injection injection = injector.inject(fault, millis)) {
        report = run(fault, "round-" + number, verdicts);
        tally.injected(verdicts, fault.isHit(verdicts.keySet()) || injection.hasLostAnswer());
      }
      ended(tally, report, before, fault.isPermanent());
      if (fault.isPermanent()) {
        injector.disk().free();
        ended(tally, run(fault, "round-" + number + "-repaired", verdicts), before, false);
      }
      figures.note(
          "injection %d, %s: %s %s",
          number + 1, fault.id(), report.succeeded() ? "succeeded" : "failed", verdicts);
    }

    private void ended(FaultTally tally, RunReport report, long before, boolean mayFail)
        throws SQLException {
      Fault fault = tally.fault();
      boolean success = report.succeeded();
      if (!success && !mayFail) {
        figures.note("failed: %s", report.json());
      }
      long expected = success && !fault.upserts() ? before + ROWS : before;
      // The rival has changed two rows, perhaps after the upsert.
      long stale = success && fault.upserts() ? count(fault, "*) FILTER (WHERE name = 'stale'") : 0;
      int attempts =
          report.nodes().stream().mapToInt(RunReport.NodeReport::attempts).max().orElse(0);
      tally.ended(
          success,
          mayFail,
          attempts,
          new Rows(before, expected, count(fault, "*"), count(fault, "DISTINCT id"), stale));
    }

    private long count(Fault fault, String what) throws SQLException {
      return Long.parseLong(server.text("SELECT count(" + what + ") FROM " + fault.table()));
    }

    private RunReport run(Fault fault, String run, Map<String, Integer> verdicts) {
      RunListener listener =
          new RunListener() {
            @Override
            public void repeating(Plan.Node node, RunReport.Repeat repeat) {
              String verdict = repeat.failure().verdict();
              verdicts.merge(verdict, 1, Integer::sum);
            }
          };
      RunReport report = platform.run(platform.plan(fault.pipeline()), run, listener);
      report.nodes().stream()
          .flatMap(node -> node.failure().stream())
          .forEach(failure -> verdicts.merge(failure.verdict(), 1, Integer::sum));
      return report;
    }

    void report() {
      tallies.forEach(tally -> tally.print(figures));
      long lost = tallies.stream().mapToLong(FaultTally::lost).sum();
      long duplicated = tallies.stream().mapToLong(FaultTally::duplicated).sum();
      int failed = tallies.stream().mapToInt(FaultTally::unexpected).sum();
      figures.print(
          "faults",
          new Figure("injected", INJECTIONS),
          new Figure("failed", failed),
          new Figure("lost", lost),
          new Figure("duplicated", duplicated));
      List<Fault> missed =
          tallies.stream().filter(tally -> !tally.wasHit()).map(FaultTally::fault).toList();
      if (lost + duplicated + failed > 0 || !missed.isEmpty()) {
        throw new IllegalStateException(
            lost + " lost, " + duplicated + " twice, " + failed + " failed, never hit: " + missed);
      }
    }
  }
}
