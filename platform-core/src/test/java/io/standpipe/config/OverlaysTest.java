package io.standpipe.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.config.ConfigNode.Kind;
import io.standpipe.config.ConfigNode.Mapping;
import io.standpipe.config.ConfigNode.Scalar;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlaysTest {
  private final Problems problems = new Problems();

  @Test
  void merge_mappings_areMergedDeepAndTheRestReplaced() {
    Mapping merged =
        Overlays.merge(
            yaml("{a: {b: 1, c: {d: 2}}, list: [1, 2], gone: x, kept: y}"),
            yaml("{a: {c: {d: 3, e: 4}}, list: [9], gone: null, added: z}"));

    assertThat(merged)
        .hasToString("{a: {b: 1, c: {d: 3, e: 4}}, list: [9], gone: null, kept: y, added: z}");
    assertThat(merged.value("gone")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a=1|{s: {w: {url: old}}, a: 1}",
        "s.w.url=jdbc:h2:x?a=b&c={d}|{s: {w: {url: jdbc:h2:x?a=b&c={d}}}}",
        "s.w.keys=[a, 'b c']|{s: {w: {url: old, keys: [a, b c]}}}",
        "s.w.pool={size: 3}|{s: {w: {url: old, pool: {size: 3}}}}",
        "s.w.glob=*.csv|{s: {w: {url: old, glob: *.csv}}}",
        "s.w.text=a: b # c|{s: {w: {url: old, text: a: b # c}}}",
        "s.new.deep.key=x|{s: {w: {url: old}, new: {deep: {key: x}}}}",
        "spark.conf.\"spark.sql.a\"=8|{s: {w: {url: old}}, spark: {conf: {spark.sql.a: 8}}}",
        "spark.conf.spark.sql.a=8|{s: {w: {url: old}}, spark: {conf: {spark.sql.a: 8}}}",
        "s.\"w\".url=x|{s: {w: {url: x}}}",
      },
      quoteCharacter = '`')
  void set_assignment_setsOneValue(String assignment, String expected) {
    Mapping changed = Overlays.set(yaml("{s: {w: {url: old}}}"), assignment, problems);

    assertThat(problems.list()).isEmpty();
    assertThat(changed.toString()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"8,INTEGER", "true,BOOLEAN", "'\"8\"',STRING", "'',NULL", "8s,STRING"})
  void set_value_isTypedAsInYaml(String value, Kind kind) {
    Mapping changed = Overlays.set(yaml("{}"), "key=" + value, problems);

    Scalar scalar = (Scalar) changed.entries().get("key").value();
    assertThat(scalar.kind()).isEqualTo(kind);
    assertThat(scalar.position()).hasToString("--set key");
    assertThat(scalar.baseDirectory()).isEqualTo(Path.of("").toAbsolutePath());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "spark.master|--set spark.master: not an assignment. Write --set key=value, for example"
            + " --set spark.master=local[2].",
        "\"a.b=secret|--set \"a.b: not an assignment. Write --set key=value, for example --set"
            + " spark.master=local[2].",
        "a..b=1|--set a..b: the key has an empty part or an open quote. Write names separated by"
            + " dots, for example storages.warehouse.url=...",
        "=1|--set : the key has an empty part or an open quote. Write names separated by dots, for"
            + " example storages.warehouse.url=...",
        "s.w.url.x=1|--set s.w.url.x: cannot set a key below 's.w.url': it is a single value at"
            + " base.yaml:1:15. Set 's.w.url' as a whole.",
        "l.x=1|--set l.x: cannot set a key below 'l': it is a list at base.yaml:1:25. Set 'l' as a"
            + " whole.",
      },
      quoteCharacter = '`')
  void set_impossible_isAProblem(String assignment, String message) {
    Mapping base = yaml("{s: {w: {url: old}}, l: [1]}");

    Mapping changed = Overlays.set(base, assignment, problems);

    assertThat(changed).isEqualTo(base);
    assertThat(problems.list()).singleElement().hasToString(message);
  }

  @Test
  void set_brokenYaml_isAProblemOfTheOption() {
    Overlays.set(yaml("{}"), "a.b=[1, 2", problems);

    assertThat(problems.list())
        .singleElement()
        .asString()
        .startsWith("--set a.b: not valid YAML: ");
  }

  private Mapping yaml(String text) {
    return YamlReader.parse(text, "base.yaml", Path.of("/base"), problems).orElseThrow();
  }
}
