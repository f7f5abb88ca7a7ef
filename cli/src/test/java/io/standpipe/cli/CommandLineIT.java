package io.standpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands of the packaged distribution, each as a process. */
class CommandLineIT {
  @TempDir Path folder;
  private Launcher launcher;

  @BeforeEach
  void example() throws IOException {
    Path example = Launcher.source().resolve("examples/flights");
    Files.createDirectories(folder.resolve("data"));
    for (String file :
        List.of("pipeline.yaml", "standpipe.yaml", "data/airports.csv", "data/flights-20k.json")) {
      Files.copy(example.resolve(file), folder.resolve(file));
    }
    launcher = Launcher.in(folder);
  }

  @Test
  void run_flightsTwice_sameTables() throws IOException {
    Launcher.Result first = launcher.run("run", "pipeline.yaml");
    assertThat(first.code()).as(first.err()).isZero();
    String airports = show("delays_by_airport", "iata");
    String hours = show("delays_by_hour", "hour");
    assertThat(airports.lines()).hasSizeGreaterThan(150);
    assertThat(hours.lines()).hasSize(24);
    assertThat(hours).startsWith("{\"hour\":0,\"flights\":");

    Launcher.Result second = launcher.run("run", "pipeline.yaml");

    assertThat(second.code()).as(second.err()).isZero();
    assertThat(show("delays_by_airport", "iata")).isEqualTo(airports);
    assertThat(show("delays_by_hour", "hour")).isEqualTo(hours);
    assertThat(second.out()).as("data goes to stdout, and a run has none").isEmpty();
    assertThat(second.err()).contains("succeeded in").contains("rows read");
    try (Stream<Path> runs = Files.list(folder.resolve("runs"))) {
      assertThat(runs.map(run -> run.resolve("report.json"))).hasSize(2).allMatch(Files::exists);
    }
  }

  private String show(String storage, String order) {
    Launcher.Result result =
        launcher.run("show", storage, "--format", "json", "--order-by", order, "--limit", "1000");
    assertThat(result.code()).as(result.err()).isZero();
    return result.out();
  }

  @Test
  void check_flights_noProblemsAndNothingWritten() {
    Launcher.Result result = launcher.run("check", "pipeline.yaml");

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).isEqualTo("flights: 7 steps, no problems\n");
    assertThat(result.code()).isZero();
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void check_manyMistakes_allAtOnceWithPositions() throws IOException {
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        steps:
          - read: fligths
          - read: airports
          - as: late
            sql: SELECT origin, dely FROM flights
          - {read: flights}
          - {as: big, from: airports, filter: "latitud > 60"}
          - {write: delays_by_airport, from: late, mode: upsert}
          - {write: delays_by_hour, from: bigg, mode: replace}
        """);

    Launcher.Result result = launcher.run("check", "pipeline.yaml");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .contains("pipeline.yaml:9:")
        .contains("append, overwrite, errorIfExists, ignore, upsert, delete");
  }

  @Test
  void check_planMistakes_allAtOnceWithPositions() throws IOException {
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        steps:
          - read: fligths
          - read: airports
          - as: late
            sql: SELECT origin, dely FROM flights
          - {read: flights}
          - {as: big, from: airports, filter: "latitud > 60"}
          - {write: delays_by_airport, from: late, mode: upsert}
          - {write: delays_by_hour, from: bigg, mode: append}
          - {as: broken, sql: SELEKT 1}
        """);

    Launcher.Result result = launcher.run("check", "pipeline.yaml");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err().lines().toList())
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("8 problems in the configuration:"),
            line ->
                assertThat(line)
                    .contains(
                        "pipeline.yaml:2:5: step 'fligths': its rows are used by no other step."),
            line ->
                assertThat(line)
                    .contains(
                        "pipeline.yaml:2:11: step 'fligths': no storage 'fligths'. Did you mean 'flights'?"),
            line ->
                assertThat(line)
                    .contains("pipeline.yaml:5:")
                    .contains("`dely`")
                    .contains("`delay`"),
            line ->
                assertThat(line)
                    .contains("pipeline.yaml:7:")
                    .contains("`latitud`")
                    .contains("`latitude`"),
            line ->
                assertThat(line).contains("pipeline.yaml:8:").contains("mode upsert needs 'keys'"),
            line ->
                assertThat(line)
                    .contains("pipeline.yaml:9:")
                    .contains("no step 'bigg'. Did you mean 'big'?"),
            line ->
                assertThat(line)
                    .contains("pipeline.yaml:10:")
                    .contains("its rows are used by no other step"),
            line ->
                assertThat(line).contains("pipeline.yaml:10:").contains("the SQL does not parse"));
  }

  @Test
  void plan_flights_textJsonMermaidAndPicture() {
    assertThat(launcher.run("plan", "pipeline.yaml").out())
        .startsWith("pipeline flights - Delays of US domestic flights")
        .contains("write delays_by_airport (upsert by iata)")
        .contains("(hour int, flights bigint, mean_delay double)");
    assertThat(launcher.run("plan", "pipeline.yaml", "--format", "json").out())
        .startsWith("{")
        .contains("\"kind\" : \"sql\"");
    assertThat(launcher.run("plan", "pipeline.yaml", "--format", "mermaid").out())
        .startsWith("flowchart LR")
        .contains(
            "n_by_hour -->|\"hour int<br/>flights bigint<br/>mean_delay double\"| n_write_delays_by_hour");
    assertThat(launcher.run("plan", "pipeline.yaml", "--format", "svg").out())
        .startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\"")
        .contains(">mean_delay double</text>")
        .endsWith("</svg>\n");
  }

  @Test
  void storagesAndPlugins_listed_withAbilities() {
    assertThat(launcher.run("storages").out())
        .contains("delays_by_airport")
        .contains("time travel")
        .contains("upsert");
    Launcher.Result plugins = launcher.run("plugins");
    assertThat(plugins.code()).isZero();
    assertThat(plugins.out()).contains("jdbc").contains("delta").contains("usable");
  }

  @Test
  void schema_configuration_hasEveryConnector() {
    Launcher.Result result = launcher.run("schema");
    assertThat(result.out())
        .contains("\"delta\"")
        .contains("\"jdbc\"")
        .contains("\"file\"")
        .contains("writeOnly");
  }

  @ParameterizedTest
  @ValueSource(strings = {"docs/connectors", "docs"})
  void docs_pagesWithTables_areUpToDate(String folder) {
    Path pages = Launcher.source().resolve(folder);
    Launcher.Result result = launcher.run("docs", "--check", pages.toString());
    assertThat(result.code())
        .as("run ./standpipe docs " + folder + "\n" + result.out() + result.err())
        .isZero();
  }

  @Test
  void docs_tableOfResilience_isWrittenFromTheRecords() throws IOException {
    Path page =
        Files.writeString(
            folder.resolve("configuration.md"),
            "before\n<!-- resilience -->\n| old |\n<!-- /resilience -->\nafter\n");

    assertThat(launcher.run("docs", "--check", folder.toString()).code()).isEqualTo(1);
    assertThat(launcher.run("docs", folder.toString()).code()).isZero();

    assertThat(Files.readString(page))
        .startsWith("before\n")
        .endsWith("after\n")
        .doesNotContain("| old |")
        .contains("| `retry.attempts` | whole number | `5` | How often it is tried");
  }

  @Test
  void ping_localFile_answersWithoutSpark() {
    Launcher.Result result = launcher.run("ping", "airports");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out()).startsWith("airports: ");
  }

  @Test
  void usage_unknownOption_exitCode2() {
    Launcher.Result result = launcher.run("run", "pipeline.yaml", "--nonsense");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("Unknown option: '--nonsense'");
  }

  @Test
  void run_failingStep_exitCode1AndReport() throws IOException {
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        name: failing
        steps:
          - read: flights
          - as: boom
            sql: SELECT IF(delay > 100, CAST(raise_error('boom') AS INT), delay) AS delay FROM flights
          - {write: delays_by_airport, from: boom, mode: overwrite}
          - {read: delays_by_airport, as: again}
          - {write: delays_by_hour, from: again, mode: overwrite}
        """);

    Launcher.Result result = launcher.run("run", "pipeline.yaml", "--report", "report");

    assertThat(result.code()).as(result.err()).isEqualTo(1);
    assertThat(result.err())
        .contains("FAIL write_delays_by_airport")
        .contains("skip write_delays_by_hour")
        .contains("boom");
    assertThat(Files.readString(folder.resolve("report/report.json")))
        .contains("\"status\" : \"failed\"")
        .contains("not run because 'write_delays_by_airport' failed");
  }

  @Test
  void newConnector_wrongNamesAndFullFolder_areRefused() throws IOException {
    assertRefused(
        "'My Store' is no connector type. Use lower-case letters, digits, '-' and '_'.",
        "My Store");
    assertRefused(
        "'com.Example' is no Java package. Use lower-case names with dots between them.",
        "my-store",
        "--package",
        "com.Example");
    assertRefused(
        "'com.example.native' is no Java package: it has a word of the Java language in it. Name"
            + " another with --package.",
        "native");
    assertRefused(
        "'connector' cannot be the name: its classes would be called as those of the SPI. Name the"
            + " technology.",
        "connector");
    assertRefused(
        folder.toRealPath().resolve("data")
            + " is there and not empty. Name another folder with --directory.",
        "data");
  }

  @Test
  void newConnector_pluginsFolderWithSignsOfXml_isInThePom() throws Exception {
    Path plugins = folder.toRealPath().resolve("R&D <new>");
    Launcher.Result result =
        launcher
            .with("STANDPIPE_PLUGINS", plugins.toString())
            .run("new-connector", "native", "--package", "com.example.store");
    assertThat(result.code()).as(result.err()).isZero();
    var pom =
        javax.xml.parsers.DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(folder.resolve("native/pom.xml").toFile());
    assertThat(pom.getElementsByTagName("standpipe.plugins").item(0).getTextContent())
        .isEqualTo(plugins.toString());
  }

  private void assertRefused(String problem, String... arguments) {
    String[] command =
        Stream.concat(Stream.of("new-connector"), Stream.of(arguments)).toArray(String[]::new);
    Launcher.Result result = launcher.run(command);
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).isEqualTo(problem + "\n");
  }
}
