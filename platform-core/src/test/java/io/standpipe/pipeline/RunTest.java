package io.standpipe.pipeline;

import static io.standpipe.pipeline.ScriptedStorages.failing;
import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.config.Problems;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.RunReport.Result;
import io.standpipe.pipeline.RunReport.Status;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What runs when, what is repeated, and what becomes of a run when a step fails. */
class RunTest extends ScriptedTest {
  @Override
  String sections() {
    return QUICK_RETRIES
        + """
            storages:
              in: {connector: memory}
              spare: {connector: memory}
              a: {connector: memory}
              b: {connector: memory}
              c: {connector: memory}
              d: {connector: memory}
              narrow: {connector: memory, resilience: {concurrency: 1}}
              forgetful: {connector: forgetful}
            """;
  }

  private static Step.Write with(Step.Write step, OnFailure onFailure) {
    return step.with(StepSettings.NONE.onFailure(onFailure));
  }

  private static String message(RunReport report, String name) {
    return node(report, name).failure().orElseThrow().message();
  }

  @Test
  void writes_thatDoNotNeedEachOther_runAtTheSameTime() {
    CyclicBarrier together = new CyclicBarrier(4);
    Callable<?> meet = () -> together.await(30, TimeUnit.SECONDS);
    for (String storage : List.of("a", "b", "c", "d")) {
      storages.next(storage, meet);
    }

    RunReport report =
        storages.run(
            Pipeline.of(
                "parallel",
                Step.read("in"),
                append("a", "in"),
                append("b", "in"),
                append("c", "in"),
                append("d", "in")),
            spark);

    assertThat(report.result()).isEqualTo(Result.SUCCEEDED);
  }

  /** How many of the actions that it makes run at the same time. */
  private static final class Crowd {
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    Callable<?> action() {
      return action(() -> 0);
    }

    Callable<?> action(Callable<?> meanwhile) {
      return () -> {
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        meanwhile.call();
        Thread.sleep(50);
        return now.decrementAndGet();
      };
    }
  }

  @Test
  void retryOfAStep_changesOnlyWhatItSays() throws IOException {
    storages =
        new ScriptedStorages(
            folder,
            """
            storages:
              in: {connector: memory}
              a:
                connector: memory
                resilience:
                  breaker: {enabled: false}
                  retry: {attempts: 2, baseDelay: 1ms, maxDelay: 1ms, byVerdict: {conflict: {attempts: 5}, ambiguous: {attempts: 4}}}
            """);
    Path file =
        Files.writeString(
            folder.resolve("p.yaml"),
            """
            steps:
              - read: in
              - {write: a, from: in, mode: append, retry: {attempts: 3, byVerdict: {ambiguous: {attempts: 6}}}}
            """);
    Pipeline pipeline = read(file).orElseThrow();
    long began = System.nanoTime();

    assertThat(attempts(pipeline, Verdict.TRANSIENT)).as("the step's").isEqualTo(3);
    assertThat(attempts(pipeline, Verdict.CONFLICT)).as("of every other kind").isEqualTo(3);
    assertThat(attempts(pipeline, Verdict.AMBIGUOUS)).as("the step's, by kind").isEqualTo(6);
    // The defaults would wait for 15 s on average.
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
  }

  private Optional<Pipeline> read(Path file) {
    Problems problems = new Problems();
    Optional<Pipeline> pipeline =
        PipelineReader.read(file, RunTest.class.getClassLoader(), problems);
    problems.throwIfAny();
    return pipeline;
  }

  private int attempts(Pipeline pipeline, Verdict verdict) {
    AtomicInteger writes = new AtomicInteger();
    Callable<?> failing =
        () -> {
          writes.incrementAndGet();
          throw new IllegalStateException(verdict.name());
        };
    storages.next("a", Collections.nCopies(9, failing).toArray(Callable<?>[]::new));
    RunReport report = storages.run(pipeline, spark);
    assertThat(report.result()).isEqualTo(Result.FAILED);
    assertThat(node(report, "write_a").attempts()).isEqualTo(writes.get());
    storages.forget("a");
    return writes.get();
  }

  @Test
  void writes_moreThanTheParallelism_wait() {
    Crowd crowd = new Crowd();
    CyclicBarrier two = new CyclicBarrier(2);
    List<Step> steps = new ArrayList<>(List.of(Step.read("in")));
    for (String storage : List.of("a", "b", "c", "d")) {
      storages.next(storage, crowd.action(() -> two.await(30, TimeUnit.SECONDS)));
      steps.add(append(storage, "in"));
    }

    storages.run(
        Pipeline.of("two", steps.toArray(Step[]::new))
            .with(new RunSettings(OnFailure.FAIL, 2, Optional.empty())),
        spark);

    assertThat(crowd.most).hasValue(2);
  }

  @Test
  void writes_ofRowsOfANarrowStorage_takeTurns() {
    Crowd crowd = new Crowd();
    storages.next("a", crowd.action()).next("b", crowd.action()).next("c", crowd.action());

    RunReport report =
        storages.run(
            Pipeline.of(
                "narrow",
                Step.read("narrow"),
                append("a", "narrow"),
                append("b", "narrow"),
                append("c", "narrow")),
            spark);

    assertThat(report.result()).isEqualTo(Result.SUCCEEDED);
    assertThat(crowd.most).hasValue(1);
  }

  @Test
  void write_failsForAWhile_isRepeatedAndCounted() {
    storages.next("a", failing(Verdict.TRANSIENT), failing(Verdict.CONFLICT));

    RunReport report =
        storages.run(Pipeline.of("again", Step.read("in"), append("a", "in")), spark);

    assertThat(report.result()).isEqualTo(Result.SUCCEEDED);
    assertThat(node(report, "write_a").attempts()).isEqualTo(3);
    assertThat(storages.written("a")).containsExactly("{\"origin\":\"in\"}");
  }

  @Test
  void append_toAStorageThatForgets_isNotRepeated() {
    storages.next("forgetful", failing(Verdict.TRANSIENT));

    RunReport report =
        storages.run(Pipeline.of("once", Step.read("in"), append("forgetful", "in")), spark);

    assertThat(report.result()).isEqualTo(Result.FAILED);
    assertThat(node(report, "write_forgetful").attempts()).isEqualTo(1);
    assertThat(message(report, "write_forgetful"))
        .isEqualTo(
            "Storage 'forgetful' (forgetful): java.lang.IllegalStateException: TRANSIENT Not"
                + " repeated: storage 'forgetful' (forgetful) does not recognise a write that it has"
                + " done, so that rows could come twice. Look at what is there before you run again,"
                + " or use mode overwrite or upsert.");
  }

  @Test
  void overwrite_ofAStorageThatForgets_isRepeatedUnlessItReadsItself() {
    storages.next("forgetful", failing(Verdict.TRANSIENT));
    Step.Write overwrite = Step.write("forgetful", "in", WriteMode.OVERWRITE);
    assertThat(storages.run(Pipeline.of("whole", Step.read("in"), overwrite), spark).result())
        .isEqualTo(Result.SUCCEEDED);

    storages.next("forgetful", () -> "read", failing(Verdict.TRANSIENT));
    Step.Write itself = Step.write("forgetful", "forgetful", WriteMode.OVERWRITE);
    assertThat(storages.run(Pipeline.of("itself", Step.read("forgetful"), itself), spark).result())
        .isEqualTo(Result.FAILED);
  }

  @Test
  void read_failsForAWhile_isRepeated() {
    storages.next("in", failing(Verdict.TRANSIENT));

    RunReport report =
        storages.run(Pipeline.of("again", Step.read("in"), append("a", "in")), spark);

    assertThat(report.result()).isEqualTo(Result.SUCCEEDED);
    assertThat(node(report, "in").attempts()).isEqualTo(2);
  }

  @Test
  void fail_siblingThatIsWriting_isCancelledWithinSeconds() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    storages.next(
        "a",
        () -> {
          writing.countDown();
          return new CountDownLatch(1).await(60, TimeUnit.SECONDS);
        });
    storages.next(
        "c",
        () -> {
          writing.await(30, TimeUnit.SECONDS);
          return failing(Verdict.DATA).call();
        });

    RunReport report =
        storages.run(
            Pipeline.of("stop", Step.read("in"), append("a", "in"), append("c", "in")), spark);

    assertThat(report.result()).isEqualTo(Result.FAILED);
    assertThat(report.elapsed()).isLessThan(Duration.ofSeconds(30));
    assertThat(node(report, "write_c").status()).isEqualTo(Status.FAILED);
    assertThat(node(report, "write_a").status()).isEqualTo(Status.CANCELLED);
    assertThat(message(report, "write_a")).isEqualTo("cancelled because 'write_c' failed");
  }

  @Test
  void skip_dependentsAreSkippedAndTheOthersGoOn() {
    storages.next("in", failing(Verdict.PERMANENT));

    RunReport report =
        storages.run(
            Pipeline.of(
                "skip",
                Step.read("in").with(StepSettings.NONE.onFailure(OnFailure.SKIP)),
                Step.filter("some", "in", "origin IS NOT NULL"),
                append("a", "some"),
                Step.read("spare"),
                append("b", "spare")),
            spark);

    assertThat(report.result()).isEqualTo(Result.PARTIAL);
    assertThat(report.nodes())
        .extracting(NodeReport::status)
        .containsExactly(
            Status.FAILED, Status.SKIPPED, Status.SKIPPED, Status.SUCCEEDED, Status.SUCCEEDED);
    assertThat(message(report, "write_a")).isEqualTo("not run because 'in' failed");
    assertThat(storages.written("b")).hasSize(1);
  }

  @Test
  void continue_writeThatComesAfter_runs_butNotWithSkip() {
    for (OnFailure onFailure : List.of(OnFailure.CONTINUE, OnFailure.SKIP)) {
      storages.next("a", failing(Verdict.DATA));

      RunReport report =
          storages.run(
              Pipeline.of(
                  "after",
                  Step.read("in"),
                  with(append("a", "in"), onFailure),
                  append("a", "in").as("second")),
              spark);

      assertThat(report.result()).isEqualTo(Result.PARTIAL);
      assertThat(node(report, "second").status())
          .isEqualTo(onFailure == OnFailure.CONTINUE ? Status.SUCCEEDED : Status.SKIPPED);
    }
  }

  @Test
  void pipelinesPolicy_holdsForStepsThatSayNothing() {
    storages.next("a", failing(Verdict.DATA));

    RunReport report =
        storages.run(
            Pipeline.of("lenient", Step.read("in"), append("a", "in"), append("b", "in"))
                .with(new RunSettings(OnFailure.SKIP, 1, Optional.empty())),
            spark);

    assertThat(report.result()).isEqualTo(Result.PARTIAL);
    assertThat(storages.written("b")).hasSize(1);
  }

  @Test
  void fallback_storageOfARead_isReadInstead() {
    storages.next("in", failing(Verdict.PERMANENT));

    RunReport report =
        storages.run(
            Pipeline.of(
                "instead",
                Step.read("in").with(StepSettings.NONE.fallback(Fallback.storage("spare"))),
                Step.filter("some", "in", "origin IS NOT NULL"),
                append("a", "some")),
            spark);

    assertThat(report.result()).isEqualTo(Result.PARTIAL);
    assertThat(node(report, "in").status()).isEqualTo(Status.FELL_BACK);
    assertThat(message(report, "in"))
        .isEqualTo(
            "used storage 'spare' instead, because of: Storage 'in' (memory):"
                + " java.lang.IllegalStateException: PERMANENT");
    assertThat(storages.written("a")).containsExactly("{\"origin\":\"spare\"}");
  }

  @Test
  void fallback_stepOfAQuery_isUsedInstead() {
    RunReport report =
        storages.run(
            Pipeline.of(
                "instead",
                Step.read("in"),
                Step.read("spare"),
                Step.sql("broken", "SELECT nothing AS origin FROM in")
                    .with(StepSettings.NONE.fallback(Fallback.step("spare"))),
                append("a", "broken")),
            spark);

    assertThat(node(report, "broken").status()).isEqualTo(Status.FELL_BACK);
    assertThat(storages.written("a")).containsExactly("{\"origin\":\"spare\"}");
  }

  @Test
  void fallback_storageOfAWrite_isWrittenInstead() {
    storages.next("a", failing(Verdict.PERMANENT));

    RunReport report =
        storages.run(
            Pipeline.of(
                "elsewhere",
                Step.read("in"),
                append("a", "in").with(StepSettings.NONE.fallback(Fallback.storage("b")))),
            spark);

    assertThat(report.result()).isEqualTo(Result.PARTIAL);
    assertThat(node(report, "write_a").status()).isEqualTo(Status.FELL_BACK);
    assertThat(node(report, "write_a").rowsOut()).hasValue(1);
    assertThat(storages.written("b")).hasSize(1);
  }

  @Test
  void timeLimit_passed_cancelsTheRun() {
    storages.next(
        "a",
        () -> {
          storages.pass(Duration.ofHours(3));
          return new CountDownLatch(1).await(60, TimeUnit.SECONDS);
        });

    RunReport report =
        storages.run(
            Pipeline.of("late", Step.read("in"), append("a", "in"), append("a", "in").as("next"))
                .with(new RunSettings(OnFailure.FAIL, 8, Optional.of(Duration.ofHours(2)))),
            spark);

    assertThat(report.result()).isEqualTo(Result.FAILED);
    assertThat(report.elapsed()).isLessThan(Duration.ofHours(3).plusSeconds(50));
    assertThat(message(report, "write_a"))
        .isEqualTo("cancelled because the time limit of the run is over");
    assertThat(message(report, "next"))
        .isEqualTo("not run because the time limit of the run is over");
  }

  @Test
  void cancel_sparkJobThatRuns_isCancelled() throws Exception {
    CountDownLatch writing = new CountDownLatch(1);
    storages.next(
        "a",
        () -> {
          writing.countDown();
          return spark.range(0, 1_000_000_000_000L, 1, 2).selectExpr("sum(id * id)").collect();
        });
    PipelineRun run =
        storages.prepare(
            Pipeline.of("cancelled", Step.read("in"), append("a", "in")),
            spark,
            new RunListener() {});
    CompletableFuture<RunReport> report = CompletableFuture.supplyAsync(run::execute);
    assertThat(writing.await(30, TimeUnit.SECONDS)).isTrue();

    run.cancel();

    RunReport ended = report.get(30, TimeUnit.SECONDS);
    assertThat(ended.result()).isEqualTo(Result.FAILED);
    assertThat(message(ended, "write_a")).isEqualTo("cancelled because the run was cancelled");
    assertThat(spark.range(3).count()).as("the session goes on").isEqualTo(3);
  }
}
