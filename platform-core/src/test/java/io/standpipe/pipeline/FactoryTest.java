package io.standpipe.pipeline;

import static io.standpipe.pipeline.ScriptedStorages.failing;
import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.factory.Delivery;
import io.standpipe.factory.Factory;
import io.standpipe.factory.FactoryContext;
import io.standpipe.factory.Unrepeatable;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.RunReport.Status;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Steps that are Java classes. */
class FactoryTest extends ScriptedTest {
  @Override
  String sections() {
    return QUICK_RETRIES
        + """
            storages:
              in: {connector: memory}
              a: {connector: memory}
              forgetful: {connector: forgetful}
            """;
  }

  /** Makes what it is given. */
  abstract static class Making<T> implements Factory<T> {
    private final T value;

    Making(T value) {
      this.value = value;
    }

    @Override
    public void process(FactoryContext context) throws Exception {}

    @Override
    public T get() {
      return value;
    }
  }

  /** Tells what it was delivered. */
  abstract static class Telling extends Making<Boolean> {
    Telling() {
      super(true);
    }

    abstract Object delivered();

    @Override
    public void process(FactoryContext context) throws Exception {
      SEEN.add(delivered());
    }
  }

  public static class Words extends Making<List<String>> {
    public record Settings(List<String> words) {}

    public Words(Settings settings) {
      super(settings.words());
    }
  }

  public static class Numbers extends Making<List<Integer>> {
    public Numbers() {
      super(List.of(1, 2));
    }
  }

  private static Step.Make words(String name, String... words) {
    return Step.make(name, Words.class, new Words.Settings(List.of(words)));
  }

  public abstract static class Inherited extends Telling {
    @Delivery private List<Integer> numbers;
    private Object set;

    @Delivery(id = "More")
    protected void take(Collection<String> words) {
      set = words;
    }

    Object inherited() {
      return List.of(numbers, set);
    }
  }

  public static class Everywhere extends Inherited {
    private final List<String> constructed;
    @Delivery private Optional<String> missing;
    @Delivery private Optional<List<Integer>> present;

    public Everywhere(@Delivery(id = "first") List<String> words) {
      this.constructed = words;
    }

    @Override
    Object delivered() {
      return List.of(constructed, inherited(), missing, present);
    }
  }

  @Test
  void deliveries_reachConstructorFieldsAndMethods_inheritedOnesToo() {
    succeed(
        Pipeline.of(
            "p",
            Step.make("last", Everywhere.class),
            words("first", "a"),
            words("more", "b", "c"),
            Step.make("numbers", Numbers.class)));
    assertThat(SEEN)
        .containsExactly(
            List.of(
                List.of("a"),
                List.of(List.of(1, 2), List.of("b", "c")),
                Optional.empty(),
                Optional.of(List.of(1, 2))));
  }

  public static class Rows implements Factory<Dataset<Row>> {
    @Delivery(id = "in")
    private Dataset<Row> rows;

    private final String suffix;
    private Dataset<Row> result;

    public Rows(String suffix) {
      this.suffix = suffix;
    }

    @Override
    public void process(FactoryContext context) {
      result = rows.selectExpr("concat(origin, '" + suffix + "') AS origin");
    }

    @Override
    public Dataset<Row> get() {
      return result;
    }
  }

  @Test
  void rows_goFromSqlToFactoriesAndBack_andARunLeavesNothingBehind() {
    Pipeline pipeline =
        Pipeline.of(
            "p",
            Step.read("in"),
            Step.make("x", Rows.class, () -> new Rows("-x")),
            Step.make("y", Rows.class, () -> new Rows("-y")),
            Step.sql("both", "SELECT * FROM x UNION ALL SELECT * FROM y"),
            append("a", "both"));
    succeed(pipeline);
    List<String> once = List.of("{\"origin\":\"in-x\"}", "{\"origin\":\"in-y\"}");
    assertThat(storages.written("a")).containsExactlyElementsOf(once);
    succeed(pipeline);
    List<String> twice = new ArrayList<>(once);
    twice.addAll(once);
    assertThat(storages.written("a")).containsExactlyElementsOf(twice);
  }

  public record Origin(String origin) {}

  public static class Loading extends Telling {
    @Delivery(autoLoad = "in", condition = "origin = 'in'")
    private Dataset<Row> rows;

    @Delivery(autoLoad = "in", condition = "origin <> 'in'")
    private List<Origin> none;

    @Delivery(autoLoad = "in")
    private List<Origin> records;

    @Override
    Object delivered() {
      return List.of(rows.count(), none, records);
    }
  }

  @Test
  void whatNobodyDelivers_isLoaded() {
    succeed(Pipeline.of("p", Step.make("loading", Loading.class)));
    assertThat(SEEN).containsExactly(List.of(1L, List.of(), List.of(new Origin("in"))));
  }

  public static class OfWords extends Telling {
    @Delivery private List<String> words;

    @Override
    Object delivered() {
      return words;
    }
  }

  @Test
  void consumers_keepWhatIsNotForThemAway() {
    succeed(
        Pipeline.of(
            "p",
            words("one", "1").onlyFor("First"),
            words("two", "2").onlyFor("second"),
            Step.make("first", OfWords.class),
            Step.make("second", OfWords.class)));
    assertThat(SEEN).containsExactlyInAnyOrder(List.of("1"), List.of("2"));
  }

  public static class ByProducer extends Telling {
    @Delivery(producer = Words.class)
    private Collection<?> words;

    @Override
    Object delivered() {
      return words;
    }
  }

  @Test
  void producer_tellsWhichOneIsMeant() {
    succeed(
        Pipeline.of(
            "p",
            words("words", "w"),
            Step.make("numbers", Numbers.class),
            Step.make("last", ByProducer.class)));
    assertThat(SEEN).containsExactly(List.of("w"));
  }

  /** Writes, and then fails as often as it is told. */
  public static class Writing implements Factory<String> {
    private static final AtomicInteger FAILURES = new AtomicInteger();
    private static final List<Instant> TIMES = Collections.synchronizedList(new ArrayList<>());
    private final String storage;

    Writing(String storage) {
      this.storage = storage;
    }

    @Override
    public void process(FactoryContext context) {
      TIMES.add(context.time());
    }

    @Override
    public void write(FactoryContext context) {
      context.write(storage, context.read("in"), WriteRequest.of(WriteMode.APPEND));
      if (FAILURES.getAndDecrement() > 0) {
        throw new IllegalStateException("TRANSIENT");
      }
    }

    @Override
    public String get() {
      return storage;
    }
  }

  @Unrepeatable
  public static class WritingOnce extends Writing {
    WritingOnce(String storage) {
      super(storage);
    }
  }

  private NodeReport writing(String storage, int failures) {
    return writing(Step.make("w", Writing.class, () -> new Writing(storage)), storage, failures);
  }

  private NodeReport writing(Step.Make made, String storage, int failures) {
    Writing.FAILURES.set(failures);
    Writing.TIMES.clear();
    Step.Make step = made.reading("in").writing(storage);
    return run(Pipeline.of("p", step)).nodes().get(0);
  }

  @Test
  void whatAFactoryWrites_isRepeatedWithTheSameToken() {
    NodeReport report = writing("a", 2);
    assertThat(report.status()).isEqualTo(Status.SUCCEEDED);
    assertThat(report.attempts()).isEqualTo(3);
    assertThat(storages.tokens("a")).hasSize(3);
    assertThat(storages.tokens("a").stream().distinct()).hasSize(1);
    assertThat(Writing.TIMES.stream().distinct()).hasSize(1);
  }

  @Test
  void whatMustNotBeRepeated_isNot() {
    NodeReport forgetful = writing("forgetful", 1);
    assertThat(forgetful.status()).isEqualTo(Status.FAILED);
    assertThat(forgetful.attempts()).isEqualTo(1);
    assertThat(forgetful.failure().orElseThrow().message())
        .contains("Not repeated: storage 'forgetful' (forgetful) does not recognise");
    NodeReport once =
        writing(Step.make("w", WritingOnce.class, () -> new WritingOnce("a")), "a", 1);
    assertThat(once.attempts()).isEqualTo(1);
    assertThat(once.failure().orElseThrow().message())
        .contains("Not repeated: its factory says that it must not be repeated.");
  }

  @Test
  void storagesThatTheStepDoesNotName_areRefused() {
    Writing.FAILURES.set(0);
    Step.Make step = Step.make("w", Writing.class, () -> new Writing("a")).reading("in");
    NodeReport report = run(Pipeline.of("p", step)).nodes().get(0);
    assertThat(report.failure().orElseThrow().message())
        .contains(
            "the factory writes storage 'a', which its step does not say. Add it to 'writes' of the"
                + " step, which has: none.");
    assertThat(storages.written("a")).isEmpty();
  }

  public static class Broken extends Making<List<String>> {
    public Broken() {
      super(List.of());
    }

    @Override
    public void process(FactoryContext context) throws Exception {
      throw new IOException("no luck");
    }
  }

  @Test
  void aFailingFactory_isReplacedByItsFallback() {
    RunReport report =
        run(
            Pipeline.of(
                "p",
                Step.make("broken", Broken.class)
                    .onlyFor("last")
                    .with(StepSettings.NONE.fallback(Fallback.step("spare"))),
                words("spare", "s").onlyFor("broken"),
                Step.make("last", OfWords.class)));
    assertThat(SEEN).containsExactly(List.of("s"));
    assertThat(status(report, "broken")).isEqualTo(Status.FELL_BACK);
    assertThat(status(report, "last")).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void aValue_takesThePlaceOfOneThatFails() {
    RunReport report =
        run(
            Pipeline.of(
                "p",
                Step.make("broken", Broken.class)
                    .with(StepSettings.NONE.fallback(Fallback.value(List.of("v")))),
                Step.make("last", OfWords.class)));
    assertThat(SEEN).containsExactly(List.of("v"));
    assertThat(status(report, "broken")).isEqualTo(Status.FELL_BACK);
    assertThat(report.nodes().get(0).failure().orElseThrow().message())
        .startsWith("used the value that the step gives instead")
        .contains("no luck");
    assertThat(status(report, "last")).isEqualTo(Status.SUCCEEDED);
  }

  @Test
  void aFailingFactory_isReported_andWhatNeedsItIsSkipped() {
    RunReport report =
        run(Pipeline.of("p", Step.make("broken", Broken.class), Step.make("last", OfWords.class)));
    assertThat(status(report, "broken")).isEqualTo(Status.FAILED);
    assertThat(report.nodes().get(0).failure().orElseThrow().message()).contains("no luck");
    assertThat(status(report, "last")).isEqualTo(Status.SKIPPED);
  }

  /** Notes when it begins and ends. */
  public static class Slow extends Making<String> {
    private final String name;
    private final CyclicBarrier others;

    Slow(String name, CyclicBarrier others) {
      super(name);
      this.name = name;
      this.others = others;
    }

    @Override
    public void process(FactoryContext context) throws Exception {
      SEEN.add("begin " + name);
      others.await(30, TimeUnit.SECONDS);
      Thread.sleep(200);
      SEEN.add("end " + name);
    }
  }

  private static Step slow(String name, CyclicBarrier others) {
    return Step.make(name, Slow.class, () -> new Slow(name, others));
  }

  @Test
  void stages_beginWhenTheOneBeforeHasEnded() {
    CyclicBarrier two = new CyclicBarrier(2);
    succeed(
        Pipeline.of(
            "p",
            Stage.of("one", slow("a", two), slow("b", two)),
            Stage.of("reading", Step.read("in"), Step.sql("q", "SELECT * FROM in")),
            Stage.of("two", slow("c", new CyclicBarrier(1)), append("a", "q"))));
    assertThat(SEEN.subList(0, 4))
        .containsExactlyInAnyOrder("begin a", "begin b", "end a", "end b");
    assertThat(SEEN.subList(0, 2)).containsExactlyInAnyOrder("begin a", "begin b");
    assertThat(SEEN.subList(4, 6)).containsExactly("begin c", "end c");
  }

  private static Status status(RunReport report, String node) {
    return report.nodes().stream()
        .filter(each -> each.name().equals(node))
        .findFirst()
        .orElseThrow()
        .status();
  }

  private RunReport run(Pipeline pipeline) {
    return storages.run(pipeline, spark);
  }

  private void succeed(Pipeline pipeline) {
    RunReport report = run(pipeline);
    assertThat(report.nodes())
        .allSatisfy(node -> assertThat(node.failure()).isEmpty())
        .extracting(NodeReport::status)
        .containsOnly(Status.SUCCEEDED);
  }

  @Test
  void verdictsOfStorages_holdForFactoriesToo() {
    storages.next("in", failing(Verdict.PERMANENT));
    NodeReport report = writing("a", 0);
    assertThat(report.failure().orElseThrow().verdict()).isEqualTo("permanent");
    assertThat(report.failure().orElseThrow().storage()).contains("in");
  }
}
