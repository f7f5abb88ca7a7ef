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
import java.util.ArrayList;
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
            + " DeliveryCheckTest.Totals. No other step makes a value. "
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
            Stage.of("publish", Step.make("late", Words.class).onlyFor("numbers"))),
        "step 'totals': nothing delivers List<String> for field 'words' of"
            + " DeliveryCheckTest.Totals. Looked at: 'restricted' makes List<String>, but it"
            + " delivers only to 'numbers'; 'sibling' makes List<String>, but it is in the same"
            + " stage 'work', whose factories run at the same time; 'late' makes List<String>, but"
            + " it delivers only to 'numbers', and its stage 'publish' comes later; 'numbers' makes"
            + " List<Integer>, but that is another type. Add 'totals' to the 'consumers' of"
            + " 'restricted', or move 'sibling' into an earlier stage, or 'totals' into a later"
            + " one.");
  }

  @Test
  void rowsOfALaterStage_areToBeMoved_andNotReportedAsUnused() {
    assertProblems(
        Pipeline.of(
            "p",
            Stage.of("one", Step.make("rows", OfRows.class)),
            Stage.of("two", Step.read("in"))),
        "step 'rows': nothing delivers Dataset<Row> for field 'rows' of DeliveryCheckTest.OfRows."
            + " Looked at: 'in' makes Dataset<Row>, but its stage 'two' comes later. Move 'in' into"
            + " an earlier stage, or 'rows' into a later one.");
  }

  @Test
  void manyCandidates_thoseOfTheTypeComeFirst_andTheRestIsCounted() {
    List<Step> steps = new ArrayList<>();
    for (int i = 1; i <= 8; i++) {
      steps.add(Step.make("n" + i, Numbers.class));
    }
    steps.add(Step.make("words", Words.class).onlyFor("n1"));
    steps.add(Step.make("totals", Totals.class));
    assertProblems(
        Pipeline.of("p", steps.toArray(Step[]::new)),
        "step 'totals': nothing delivers List<String> for field 'words' of"
            + " DeliveryCheckTest.Totals. Looked at: 'words' makes List<String>, but it delivers"
            + " only to 'n1'; 'n1' makes List<Integer>, but that is another type; 'n2' makes"
            + " List<Integer>, but that is another type; 'n3' makes List<Integer>, but that is"
            + " another type; 'n4' makes List<Integer>, but that is another type; 'n5' makes"
            + " List<Integer>, but that is another type; and 3 more of other types. Add 'totals' to"
            + " the 'consumers' of 'words'.");
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
            + " that is another type; 'words' makes List<String>, but it has another name; 'by'"
            + " makes Integer, but that is another type. Name the step that is meant with"
            + " taking(\"words\", \"words\").",
        "step 'by': nothing delivers List<String> for field 'words' of"
            + " DeliveryCheckTest.ByProducer. Looked at: 'words' makes List<String>, but it is not"
            + " made by DeliveryCheckTest.Numbers; 'numbers' makes List<Integer>, but that is"
            + " another type; 'named' makes Integer, but that is another type. "
            + REMEDY);
  }

  public static class Misspelt extends Making<Integer> {
    @Delivery(id = "fligths")
    Dataset<Row> rows;
  }

  @Test
  void anIdThatIsMisspelt_isSuggested_andNotReportedAsUnused() {
    assertProblems(
        Pipeline.of(
            "p",
            Step.make("numbers", Numbers.class),
            Step.read("in").as("flights"),
            Step.make("rows", Misspelt.class)),
        "step 'rows': nothing delivers Dataset<Row> for field 'rows' of"
            + " DeliveryCheckTest.Misspelt, which asks for the step 'fligths', and there is none."
            + " Did you mean 'flights'? Looked at: 'flights' makes Dataset<Row>, but it has another"
            + " name; 'numbers' makes List<Integer>, but that is another type. Name the step that is"
            + " meant with taking(\"rows\", \"flights\").");
    assertProblems(
        Pipeline.of("p", Step.make("rows", Misspelt.class)),
        "step 'rows': nothing delivers Dataset<Row> for field 'rows' of"
            + " DeliveryCheckTest.Misspelt, which asks for the step 'fligths', and there is none."
            + " No other step makes a value. Add a step that delivers it, name a storage with"
            + " 'autoLoad' in @Delivery, or let the factory do without it: Optional<Dataset<Row>>.");
  }

  public static class Twice extends Totals {
    @Delivery Optional<List<Integer>> words;
  }

  @Test
  void deliveriesOfTheStep_thatAreNotThere() {
    assertProblems(
        Pipeline.of(
            "p",
            Step.make("one", Words.class),
            Step.make("two", Words.class),
            Step.read("in"),
            Step.read("a").as("b"),
            Step.make("member", Totals.class).taking("wrods", "one"),
            Step.make("odd", OfRows.class).taking("fligths", "one").taking("rows", "b"),
            Step.make("step", OfRows.class).taking("rows", "inn"),
            Step.make("none", Numbers.class).taking("rows", "one"),
            Step.make("twice", Twice.class).taking("words", "one")),
        "step 'member': DeliveryCheckTest.Totals has no delivery 'wrods'. Did you mean 'words'? Its"
            + " deliveries: words.",
        "step 'odd': DeliveryCheckTest.OfRows has no delivery 'fligths'. Its deliveries: rows.",
        "step 'step': no step 'inn'. Did you mean 'in'?",
        "step 'none': DeliveryCheckTest.Numbers has no delivery 'rows', it takes nothing. Leave out"
            + " 'deliveries'.",
        "step 'twice': 'words' is the name of several deliveries: field 'words' of"
            + " DeliveryCheckTest.Totals, field 'words' of DeliveryCheckTest.Twice. Rename one.");
  }

  public static class MayBe extends Making<Integer> {
    @Delivery Optional<List<String>> words;
  }

  @Test
  void deliveriesOfTheStep_thatDoNotFit_areNeverLeftOut() {
    assertProblems(
        Pipeline.of(
            "p",
            Step.make("numbers", Numbers.class),
            Step.read("in"),
            Step.write("a", "in", WriteMode.APPEND),
            Step.make("maybe", MayBe.class).taking("words", "numbers"),
            Step.make("write", MayBe.class).taking("words", "WRITE_A")),
        "step 'maybe': nothing delivers List<String> for field 'words' of"
            + " DeliveryCheckTest.MayBe, which the step takes from 'numbers'. Looked at: 'numbers'"
            + " makes List<Integer>, but that is another type; 'in' makes Dataset<Row>, but that is"
            + " another type; 'write' makes Integer, but that is another type. Name a step that"
            + " delivers it, or add one.",
        "step 'write': nothing delivers List<String> for field 'words' of"
            + " DeliveryCheckTest.MayBe, which the step takes from 'WRITE_A'. Looked at: 'write_a'"
            + " writes, but a write delivers nothing; 'numbers' makes List<Integer>, but that is"
            + " another type; 'in' makes Dataset<Row>, but that is another type; 'maybe' makes"
            + " Integer, but that is another type. Name a step that delivers it, or add one.");
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
            + " which with taking(\"words\", \"one\") at the step, or with 'id' in @Delivery, or"
            + " keep the others away with 'consumers'.");
    assertProblems(
        Pipeline.of(
            "p",
            Step.read("in"),
            Step.sql("q", "SELECT * FROM in"),
            Step.make("rows", OfRows.class)),
        "step 'rows': more than one step delivers Dataset<Row> for field 'rows' of"
            + " DeliveryCheckTest.OfRows: 'in' makes Dataset<Row>, 'q' makes Dataset<Row>. Say"
            + " which with taking(\"rows\", \"in\") at the step, or with 'id' in @Delivery.");
  }

  @Test
  void storagesToBeLoaded_thatAreNotThere_andConditionsThatDoNotParse() {
    assertProblems(
        Pipeline.of("p", Step.make("l", Loading.class)),
        "step 'l': field 'rows' of DeliveryCheckTest.Loading loads from it, but there is no storage"
            + " 'inn'. Did you mean 'in'?",
        "step 'l': the condition of field 'others' of DeliveryCheckTest.Loading does not parse:"
            + " line 1, column 10: Syntax error at or near '='.");
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
