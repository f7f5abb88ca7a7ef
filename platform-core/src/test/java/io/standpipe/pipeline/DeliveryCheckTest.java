package io.standpipe.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.config.ConfigurationException;
import io.standpipe.config.Problem;
import io.standpipe.factory.Delivery;
import io.standpipe.factory.Factory;
import io.standpipe.factory.FactoryContext;
import io.standpipe.spi.WriteMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of deliveries that cannot be made, word for word. */
class DeliveryCheckTest {
  @TempDir Path folder;
  private ScriptedStorages storages;

  @BeforeEach
  void storages() throws IOException {
    storages =
        new ScriptedStorages(folder, "storages: {in: {connector: memory}, a: {connector: memory}}");
  }

  abstract static class Making<T> implements Factory<T> {
    @Override
    public void process(FactoryContext context) {}

    @Override
    public T get() {
      throw new IllegalStateException("never run");
    }
  }

  public static class Words extends Making<List<String>> {}

  public static class Numbers extends Making<List<Integer>> {}

  public static class Totals extends Making<String> {
    @Delivery List<String> words;
  }

  public static class Named extends Making<Integer> {
    @Delivery(id = "numbers")
    List<String> words;
  }

  public static class ByProducer extends Making<Integer> {
    @Delivery(producer = Numbers.class)
    List<String> words;
  }

  public static class OfRows extends Making<Integer> {
    @Delivery Dataset<Row> rows;
  }

  public static class Loading extends Making<Integer> {
    @Delivery(autoLoad = "inn")
    Dataset<Row> rows;

    @Delivery(autoLoad = "in", condition = "origin = = 1")
    Dataset<Row> others;
  }

  private static final String REMEDY =
      "Add a factory that makes it, or let this one do without it: Optional<List<String>>.";

  @Test
  void nobodyMakesAnything() {
    assertProblems(
        Pipeline.of("p", Step.make("totals", Totals.class)),
        "step 'totals': nothing delivers List<String> for field 'words' of"
            + " DeliveryCheckTest.Totals. Looked at: 'totals' makes String, but it is the step"
            + " itself. "
            + REMEDY);
  }

  @Test
  void everyCandidate_isNamedWithWhatIsWrongWithIt() {
    assertProblems(
        Pipeline.of(
            "p",
            Stage.of(
                "load",
                Step.make("numbers", Numbers.class),
                Step.make("restricted", Words.class).onlyFor("numbers")),
            Stage.of("work", Step.make("sibling", Words.class), Step.make("totals", Totals.class)),
            Stage.of("publish", Step.make("late", Words.class))),
        "step 'totals': nothing delivers List<String> for field 'words' of"
            + " DeliveryCheckTest.Totals. Looked at: 'numbers' makes List<Integer>, but that is"
            + " another type; 'restricted' makes List<String>, but it delivers only to 'numbers';"
            + " 'sibling' makes List<String>, but it is in the same stage 'work', whose factories"
            + " run at the same time; 'totals' makes String, but it is the step itself; 'late'"
            + " makes List<String>, but its stage 'publish' comes later. "
            + REMEDY);
  }

  @Test
  void idAndProducer_thatDoNotFit() {
    assertProblems(
        Pipeline.of(
            "p",
            Step.make("numbers", Numbers.class).onlyFor("named", "by", "nobdy"),
            Step.make("words", Words.class),
            Step.make("named", Named.class),
            Step.make("by", ByProducer.class)),
        "step 'numbers': no step 'nobdy'. Known steps: numbers, words, named, by.",
        "step 'named': nothing delivers List<String> for field 'words' of DeliveryCheckTest.Named,"
            + " which asks for the step 'numbers'. Looked at: 'numbers' makes List<Integer>, but"
            + " that is another type; 'words' makes List<String>, but has another name; 'named'"
            + " makes Integer, but it is the step itself; 'by' makes Integer, but has another name."
            + " "
            + REMEDY,
        "step 'by': nothing delivers List<String> for field 'words' of"
            + " DeliveryCheckTest.ByProducer. Looked at: 'numbers' makes List<Integer>, but that is"
            + " another type; 'words' makes List<String>, but is not made by"
            + " DeliveryCheckTest.Numbers; 'named' makes Integer, but that is another type; 'by'"
            + " makes Integer, but it is the step itself. "
            + REMEDY);
  }

  @Test
  void severalThatFit() {
    assertProblems(
        Pipeline.of(
            "p",
            Step.make("one", Words.class),
            Step.make("two", Words.class),
            Step.make("totals", Totals.class)),
        "step 'totals': more than one step delivers List<String> for field 'words' of"
            + " DeliveryCheckTest.Totals: 'one' makes List<String>, 'two' makes List<String>. Say"
            + " which with 'id' in @Delivery, or keep the others away with 'consumers'.");
    assertProblems(
        Pipeline.of(
            "p",
            Step.read("in"),
            Step.sql("q", "SELECT * FROM in"),
            Step.make("rows", OfRows.class),
            Step.write("a", "q", WriteMode.APPEND)),
        "step 'rows': more than one step delivers Dataset<Row> for field 'rows' of"
            + " DeliveryCheckTest.OfRows: 'in' makes Dataset<Row>, 'q' makes Dataset<Row>. Say"
            + " which with 'id' in @Delivery.");
  }

  @Test
  void storagesToBeLoaded_thatAreNotThere_andConditionsThatDoNotParse() {
    assertThatThrownBy(() -> storages.plan(Pipeline.of("p", Step.make("l", Loading.class))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining(
            "step 'l': field 'rows' of DeliveryCheckTest.Loading loads from it, but there is")
        .hasMessageContaining("'inn'")
        .hasMessageContaining(
            "step 'l': the condition of field 'others' of DeliveryCheckTest.Loading does not"
                + " parse: ");
  }

  @Test
  void valuesThatAreNoTables_cannotBeQueriedOrWritten() {
    assertProblems(
        Pipeline.of(
            "p", Step.make("words", Words.class), Step.write("a", "words", WriteMode.APPEND)),
        "step 'write_a': 'words' makes List<String>, which is no table. Let its factory make a"
            + " Dataset<Row>.");
  }

  @Test
  void rowsOfALaterStage() {
    assertProblems(
        Pipeline.of(
            "p",
            Stage.of("one", Step.write("a", "in", WriteMode.APPEND)),
            Stage.of("two", Step.read("in"))),
        "step 'write_a': 'in' is in the stage 'two', which comes later. Move one of the two.");
  }

  @Test
  void stepsOutsideOfStages() {
    assertProblems(
        Pipeline.of(
            "p",
            Step.read("in").with(StepSettings.NONE.in("one")),
            Step.write("a", "in", WriteMode.APPEND)),
        "step 'write_a': it is in no stage, but others are. Put it into one of: one.");
  }

  public static class Unknown<T> extends Making<T> {}

  public static class Odd extends Making<String> {
    @Delivery static String text;

    @Delivery(autoLoad = "in")
    Optional<String> loaded;

    @Delivery(condition = "a = 1")
    String conditional;

    public Odd(int count, @Delivery String fine) {}

    @Delivery
    void none() {}
  }

  @Test
  void classesThatCannotBeSteps_sayAllThatIsWrong() {
    assertThatThrownBy(() -> Step.make("odd", Odd.class))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "io.standpipe.pipeline.DeliveryCheckTest$Odd cannot be a step: parameter 1 of the"
                + " constructor of DeliveryCheckTest.Odd, int, is neither a delivery nor the only"
                + " record of values; field 'text' of DeliveryCheckTest.Odd must be neither static"
                + " nor final; method 'none' of DeliveryCheckTest.Odd must not be static and have"
                + " one parameter; field 'loaded' of DeliveryCheckTest.Odd cannot be loaded as"
                + " String: autoLoad takes Dataset<Row>, or a List of records; field 'conditional'"
                + " of DeliveryCheckTest.Odd has a condition, which goes with autoLoad only.");
    @SuppressWarnings({"unchecked", "rawtypes"})
    Class<? extends Factory<?>> unknown = (Class) Unknown.class;
    assertThatThrownBy(() -> Step.make("unknown", unknown))
        .hasMessage(
            "io.standpipe.pipeline.DeliveryCheckTest$Unknown cannot be a step: it does not say what"
                + " it makes: T. Use a subclass that names the type, as in 'implements"
                + " Factory<List<String>>'.");
    assertThatThrownBy(() -> Step.make("none", Words.class, new None()))
        .hasMessage(
            "io.standpipe.pipeline.DeliveryCheckTest$Words takes no parameters, not"
                + " DeliveryCheckTest.None");
  }

  record None() {}

  private void assertProblems(Pipeline pipeline, String... messages) {
    assertThatThrownBy(() -> storages.plan(pipeline))
        .isInstanceOfSatisfying(
            ConfigurationException.class,
            error ->
                assertThat(error.problems())
                    .extracting(Problem::message)
                    .containsExactly(messages));
  }
}
