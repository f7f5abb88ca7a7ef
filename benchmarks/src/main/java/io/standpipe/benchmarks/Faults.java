package io.standpipe.benchmarks;

import io.standpipe.Platform;
import io.standpipe.benchmarks.Figures.Figure;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.pipeline.Pipeline;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.pipeline.Step;
import io.standpipe.resilience.Call;
import io.standpipe.spi.WriteMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads from and writes to a real PostgreSQL while connections are cut, slowed down and refused,
 * its sessions terminated and its transactions brought into each other's way, and counts the rows
 * that were lost or came twice.
 */
record Faults(Jobs jobs) implements Benchmark {
  private static final int INJECTIONS = Integer.getInteger("injections", 200);
  private static final int ROWS = 20_000;

  /** What is done to the connection or the server. */
  private enum Fault {
    CUT_WHILE_WRITING,
    CUT_WHILE_READING,
    LATENCY,
    REFUSED,
    TERMINATED,
    DEADLOCK,
    SERIALIZATION
  }

  /** What was seen of one kind of fault. */
  private static final class Seen {
    private final Map<String, Integer> verdicts = new TreeMap<>();
    private int injected;
    private int hit;
    private int mostAttempts;
    private int failed;
    private long lost;
    private long duplicated;
  }

  @Override
  public String name() {
    return "faults";
  }

  @Override
  public void run(Figures figures) throws Exception {
    Path folder = Files.createDirectories(jobs.work().resolve("faults"));
    try (PostgresServer server = PostgresServer.start(folder);
        FaultProxy proxy = FaultProxy.before(server.port());
        Platform platform = platform(folder, proxy.port())) {
      server.execute(
          "CREATE TABLE source AS SELECT id, 'name ' || id AS name, id * 1.5 AS amount FROM"
              + " generate_series(1, "
              + ROWS
              + ") id",
          "CREATE TABLE upserted (id bigint PRIMARY KEY, name text, amount numeric)",
          "INSERT INTO upserted SELECT * FROM source",
          "VACUUM ANALYZE");
      Rounds rounds = new Rounds(platform, server, proxy);
      rounds.warmUp();
      Random random = new Random(Long.getLong("seed", 20010101L));
      for (int i = 0; i < INJECTIONS; i++) {
        rounds.round(i, Fault.values()[i % Fault.values().length], random);
      }
      rounds.report(figures);
    }
  }

  private Platform platform(Path folder, int port) throws Exception {
    String storage =
        "{connector: jdbc, url: \"jdbc:postgresql://127.0.0.1:%d/postgres\", user: postgres, table: public.%%s%%s}"
            .formatted(port);
    String serializable = ", session: {default_transaction_isolation: serializable}";
    Path file =
        Files.writeString(
            folder.resolve("standpipe.yaml"),
            """
            spark: {master: "local[2]", conf: {spark.ui.enabled: false, spark.sql.shuffle.partitions: 2}}
            resilience:
              retry: {attempts: 10, baseDelay: 50ms, maxDelay: 500ms, budget: 1000}
              breaker: {openFor: 500ms}
            storages:
              source: %s
              target: %s
              upserted: %s
              strict: %s
            """
                .formatted(
                    storage.formatted("source", ""),
                    storage.formatted("target", ""),
                    storage.formatted("upserted", ""),
                    storage.formatted("upserted", serializable)));
    return Platform.builder()
        .configuration(ConfigurationSource.of(file))
        .pluginDirectories(List.of(jobs.root().resolve("plugins")))
        .open();
  }

  /** The rounds of one run. */
  private static final class Rounds {
    private static final Pipeline APPEND =
        Pipeline.of(
            "append", Step.read("source"), Step.write("target", "source", WriteMode.APPEND));
    private static final Pipeline UPSERT =
        Pipeline.of(
            "upsert",
            Step.read("source"),
            Step.write("upserted", "source", WriteMode.UPSERT).by("id"));
    private static final Pipeline STRICT =
        Pipeline.of(
            "strict",
            Step.read("source"),
            Step.write("strict", "source", WriteMode.UPSERT).by("id"));

    private final Platform platform;
    private final PostgresServer server;
    private final FaultProxy proxy;
    private final Map<Fault, Seen> seen = new EnumMap<>(Fault.class);
    private long millis = 500;

    Rounds(Platform platform, PostgresServer server, FaultProxy proxy) {
      this.platform = platform;
      this.server = server;
      this.proxy = proxy;
    }

    void warmUp() throws Exception {
      for (Pipeline pipeline : List.of(APPEND, UPSERT, STRICT, APPEND)) {
        newTarget();
        long begin = System.nanoTime();
        Seen none = new Seen();
        run(pipeline, "warm-up-" + System.nanoTime(), none);
        millis = Math.max(50, (System.nanoTime() - begin) / 1_000_000);
      }
    }

    private void newTarget() throws SQLException {
      server.execute(
          "DROP TABLE IF EXISTS target",
          "CREATE TABLE target (id bigint, name text, amount numeric)");
    }

    void round(int number, Fault fault, Random random) throws Exception {
      Seen here = seen.computeIfAbsent(fault, key -> new Seen());
      newTarget();
      AtomicBoolean over = new AtomicBoolean();
      Thread rival = inject(fault, random, over);
      Pipeline pipeline =
          switch (fault) {
            case DEADLOCK -> UPSERT;
            case SERIALIZATION -> STRICT;
            default -> APPEND;
          };
      int before = here.verdicts.values().stream().mapToInt(Integer::intValue).sum();
      boolean succeeded = run(pipeline, "round-" + number, here);
      over.set(true);
      rival.join();
      proxy.heal();
      int after = here.verdicts.values().stream().mapToInt(Integer::intValue).sum();
      here.injected++;
      here.hit += after > before || fault == Fault.LATENCY ? 1 : 0;
      here.failed += succeeded ? 0 : 1;
      String table = pipeline == APPEND ? "target" : "upserted";
      long rows = Long.parseLong(server.text("SELECT count(*) FROM " + table));
      long keys = Long.parseLong(server.text("SELECT count(DISTINCT id) FROM " + table));
      // A step that failed for good has written nothing.
      long expected = succeeded || pipeline != APPEND ? ROWS : 0;
      here.lost += Math.max(0, expected - keys);
      here.duplicated += rows - keys + Math.max(0, keys - expected);
    }

    /** Does it at a random moment of the job. */
    private Thread inject(Fault fault, Random random, AtomicBoolean over) {
      long moment = (long) (millis * random.nextDouble());
      long bytes = (long) (ROWS * 30 * random.nextDouble());
      switch (fault) {
        case CUT_WHILE_WRITING -> proxy.cutAfterSending(bytes);
        case CUT_WHILE_READING -> proxy.cutAfterReceiving(bytes);
        case LATENCY -> proxy.delay(1 + random.nextInt(10));
        default -> {}
      }
      Thread rival =
          new Thread(
              () -> {
                try {
                  Thread.sleep(moment);
                  switch (fault) {
                    case REFUSED -> proxy.refuse(300);
                    case TERMINATED ->
                        server.text(
                            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE"
                                + " pid <> pg_backend_pid() AND backend_type = 'client backend'");
                    case DEADLOCK, SERIALIZATION -> disturb(over);
                    default -> {}
                  }
                } catch (SQLException | InterruptedException e) {
                  // What was to be disturbed has disturbed us.
                }
              },
              "rival");
      rival.start();
      return rival;
    }

    /** Changes rows in the opposite order, again and again. */
    private void disturb(AtomicBoolean over) throws InterruptedException {
      for (int i = 0; i < 200 && !over.get(); i++) {
        try {
          server.execute(
              "BEGIN",
              "UPDATE upserted SET name = 'r' WHERE id = " + ROWS,
              "SELECT pg_sleep(0.02)",
              "UPDATE upserted SET name = 'r' WHERE id = 1",
              "COMMIT");
        } catch (SQLException e) {
          Thread.sleep(5);
        }
      }
    }

    private boolean run(Pipeline pipeline, String run, Seen here) {
      Plan plan = platform.plan(pipeline);
      RunReport report =
          platform.run(
              plan,
              run,
              new RunListener() {
                @Override
                public void repeating(Plan.Node node, Call.Repeat repeat) {
                  count(here, repeat.verdict().name().toLowerCase(Locale.ROOT));
                }
              });
      for (RunReport.NodeReport node : report.nodes()) {
        here.mostAttempts = Math.max(here.mostAttempts, node.attempts());
        node.failure().ifPresent(failure -> count(here, "failed: " + failure.verdict()));
      }
      return report.succeeded();
    }

    private static synchronized void count(Seen here, String verdict) {
      here.verdicts.merge(verdict, 1, Integer::sum);
    }

    void report(Figures figures) {
      long lost = 0;
      long duplicated = 0;
      int failed = 0;
      for (Map.Entry<Fault, Seen> each : seen.entrySet()) {
        Seen it = each.getValue();
        figures.print(
            "faults",
            new Figure("fault", each.getKey().name().toLowerCase(Locale.ROOT)),
            new Figure("injected", it.injected),
            new Figure("hit", it.hit),
            new Figure("verdicts", it.verdicts.toString()),
            new Figure("mostAttempts", it.mostAttempts),
            new Figure("failed", it.failed),
            new Figure("lost", it.lost),
            new Figure("duplicated", it.duplicated));
        lost += it.lost;
        duplicated += it.duplicated;
        failed += it.failed;
      }
      figures.print(
          "faults",
          new Figure("injected", INJECTIONS),
          new Figure("failed", failed),
          new Figure("lost", lost),
          new Figure("duplicated", duplicated));
    }
  }
}
