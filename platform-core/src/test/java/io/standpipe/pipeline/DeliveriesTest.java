package io.standpipe.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.config.Problems;
import io.standpipe.factory.Delivery;
import io.standpipe.factory.Factory;
import io.standpipe.factory.FactoryContext;
import io.standpipe.spi.Default;
import io.standpipe.spi.WriteMode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Deliveries that a pipeline names for the instances of a class, in Java and in YAML. */
class DeliveriesTest extends ScriptedTest {
  @Override
  String sections() {
    return """
            storages:
              flights: {connector: memory}
              trains: {connector: memory}
              a: {connector: memory}
              b: {connector: memory}
            """;
  }

  public static class Clean implements Factory<Dataset<Row>> {
    public record Settings(@Default("") String suffix) {}

    @Delivery(id = "a_step_that_most_pipelines_do_not_have")
    private Dataset<Row> rows;

    private final String suffix;
    private Dataset<Row> clean;

    public Clean(Settings settings) {
      this.suffix = settings.suffix();
    }

    @Override
    public void process(FactoryContext context) {
      clean = rows.selectExpr("concat(upper(origin), '" + suffix + "') AS origin");
    }

    @Override
    public Dataset<Row> get() {
      return clean;
    }
  }

  private static Step.Make clean(String name, String from, String suffix) {
    return Step.make(name, Clean.class, new Clean.Settings(suffix)).taking("rows", from);
  }

  private static Pipeline inJava() {
    return Pipeline.of(
        "clean",
        Step.read("flights"),
        Step.read("trains"),
        clean("clean_flights", "Flights", "").reading("trains").writing("b").onlyFor("all"),
        clean("clean_trains", "trains", "!"),
        Step.sql("all", "SELECT * FROM clean_flights UNION SELECT * FROM clean_trains"),
        append("a", "clean_flights"),
        append("b", "clean_trains").as("trains_to_b"),
        Step.write("b", "all", WriteMode.OVERWRITE));
  }

  private Pipeline inYaml() throws IOException {
    return read(
        """
        name: clean
        steps:
          - read: flights
          - read: trains
          - factory: io.standpipe.pipeline.DeliveriesTest$Clean
            as: clean_flights
            deliveries: {rows: Flights}
            reads: [trains]
            writes: [b]
            consumers: [all]
          - factory: io.standpipe.pipeline.DeliveriesTest$Clean
            as: clean_trains
            parameters: {suffix: "!"}
            deliveries: {rows: trains}
          - {as: all, sql: SELECT * FROM clean_flights UNION SELECT * FROM clean_trains}
          - {write: a, from: clean_flights, mode: append}
          - {write: b, as: trains_to_b, from: clean_trains, mode: append}
          - {write: b, from: all, mode: overwrite}
        """);
  }

  private Pipeline read(String yaml) throws IOException {
    Path file = Files.writeString(folder.resolve("pipeline.yaml"), yaml);
    Problems problems = new Problems();
    Pipeline pipeline =
        PipelineReader.read(file, DeliveriesTest.class.getClassLoader(), problems).orElseThrow();
    assertThat(problems.list()).isEmpty();
    return pipeline;
  }

  @Test
  void twoInstancesOfAClass_inJava_giveTheirOwnRows() {
    assertOwnRows(inJava());
  }

  @Test
  void twoInstancesOfAClass_inYaml_giveTheirOwnRows() throws IOException {
    assertOwnRows(inYaml());
  }

  private void assertOwnRows(Pipeline pipeline) {
    assertThat(storages.run(pipeline, spark).succeeded()).isTrue();
    assertThat(storages.written("a")).containsExactly("{\"origin\":\"FLIGHTS\"}");
    assertThat(storages.written("b").get(0)).isEqualTo("{\"origin\":\"TRAINS!\"}");
    assertThat(storages.written("b").subList(1, 3))
        .containsExactlyInAnyOrder("{\"origin\":\"FLIGHTS\"}", "{\"origin\":\"TRAINS!\"}");
  }

  @Test
  void aPipelineInYaml_andTheSameInJava_areOnePlan() throws IOException {
    Plan java = storages.plan(inJava());
    Plan yaml = storages.plan(inYaml());
    assertThat(PlanPrinter.json(yaml)).isEqualTo(PlanPrinter.json(java));
    assertThat(PlanPrinter.json(java))
        .contains("\"factory\" : \"io.standpipe.pipeline.DeliveriesTest$Clean\"")
        .contains("\"member\" : \"rows\",\n      \"step\" : \"flights\"")
        .contains("\"member\" : \"rows\",\n      \"step\" : \"trains\"");
    assertThat(fingerprints(yaml)).isEqualTo(fingerprints(java));
  }

  private static List<String> fingerprints(Plan plan) {
    Graph graph = new Graph(plan);
    return plan.nodes().stream().map(node -> Fingerprint.of(graph, node)).toList();
  }

  public static class Everywhere implements Factory<Object> {
    @Delivery private Object field;
    private final Object constructed;
    private Object set;

    public Everywhere(@Delivery Object parameter) {
      constructed = parameter;
    }

    @Delivery
    public void setNumber(Object number) {
      set = number;
    }

    @Override
    public void process(FactoryContext context) {
      SEEN.addAll(List.of(constructed, field, set));
    }

    @Override
    public Object get() {
      return "done";
    }
  }

  public static class One implements Factory<Integer> {
    @Override
    public void process(FactoryContext context) {}

    @Override
    public Integer get() {
      return 1;
    }
  }

  public static class Text implements Factory<String> {
    @Override
    public void process(FactoryContext context) {}

    @Override
    public String get() {
      return "text";
    }
  }

  public static class Words implements Factory<Set<String>> {
    @Override
    public void process(FactoryContext context) {}

    @Override
    public Set<String> get() {
      return Set.of("words");
    }
  }

  private static Pipeline everywhere(String field, String setter) {
    return Pipeline.of(
        "p",
        Step.make("one", One.class),
        Step.make("text", Text.class),
        Step.make("words", Words.class),
        Step.make("last", Everywhere.class)
            .taking("parameter", "words")
            .taking("field", field)
            .taking("number", setter));
  }

  @Test
  void fieldsSettersAndParameters_areNamedAsInTheClass() {
    assertThat(storages.run(everywhere("text", "one"), spark).succeeded()).isTrue();
    assertThat(SEEN).containsExactly(Set.of("words"), "text", 1);
  }

  @Test
  void deliveriesThatAreSwapped_areAnotherPlan() {
    Plan plan = storages.plan(everywhere("text", "one"));
    Plan swapped = storages.plan(everywhere("one", "text"));
    assertThat(fingerprints(swapped).subList(0, 3)).isEqualTo(fingerprints(plan).subList(0, 3));
    assertThat(fingerprints(swapped).get(3)).isNotEqualTo(fingerprints(plan).get(3));
  }
}
