package io.standpipe.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.config.ConfigNode.Kind;
import io.standpipe.config.ConfigNode.Mapping;
import io.standpipe.config.ConfigNode.Scalar;
import io.standpipe.config.ConfigNode.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlReaderTest {
  @TempDir Path folder;

  private final Problems problems = new Problems();

  @Test
  void read_validFile_givesValuesWithPositionsAndKinds() throws IOException {
    Mapping mapping = readValid("spark:\n  master: local[*]\n  list: [1, two]\n");

    Mapping spark = (Mapping) mapping.value("spark").orElseThrow();
    Scalar master = (Scalar) spark.value("master").orElseThrow();
    assertThat(master.text()).isEqualTo("local[*]");
    assertThat(master.baseDirectory()).isEqualTo(folder);
    assertThat(master.position()).isEqualTo(new SourcePosition(file().toString(), 2, 11));
    assertThat(spark.entries().get("master").keyPosition())
        .isEqualTo(new SourcePosition(file().toString(), 2, 3));
    Sequence list = (Sequence) spark.value("list").orElseThrow();
    assertThat(list.items())
        .extracting(item -> ((Scalar) item).kind())
        .containsExactly(Kind.INTEGER, Kind.STRING);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "8080|INTEGER", "-1|INTEGER", "+7|INTEGER", "0x1F|INTEGER", "0o17|INTEGER", "0x|STRING",
        "1.5|DECIMAL", "-.5|DECIMAL", "1e3|DECIMAL", "1.e-3|DECIMAL", ".inf|DECIMAL", "1e|STRING",
        ".|STRING", "-|STRING", "1_000|STRING", "1:30|STRING", "1.2.3|STRING", "2024-01-31|STRING",
        "true|BOOLEAN", "FALSE|BOOLEAN", "NO|STRING", "yes|STRING", "on|STRING", "y|STRING",
        "~|NULL", "null|NULL", "'8080'|STRING", "'true'|STRING", "'null'|STRING", "!!str 5|STRING"
      },
      quoteCharacter = '`')
  void read_scalar_hasTheKindOfYaml12(String text, Kind kind) throws IOException {
    // A lone dash would begin a list.
    String yaml = text.equals("-") ? "key: \"-\"" : "key: " + text;

    Mapping mapping = readValid(yaml);

    assertThat(((Scalar) mapping.entries().get("key").value()).kind()).isEqualTo(kind);
  }

  @Test
  void read_emptyFile_isEmptyMapping() throws IOException {
    assertThat(readValid("# only a comment\n").entries()).isEmpty();
  }

  @Test
  void read_byteOrderMark_isIgnored() throws IOException {
    assertThat(readValid("\uFEFFkey: 1\n").text("key")).contains("1");
  }

  @Test
  void read_missingFile_saysSo() {
    Optional<Mapping> mapping = YamlReader.read(Path.of("no-such-folder/a.yaml"), problems);

    assertThat(mapping).isEmpty();
    assertThat(messages())
        .containsExactly(
            "no-such-folder/a.yaml: file not found. Correct the path, which is relative to the"
                + " working directory.");
  }

  @Test
  void read_folder_saysSo() {
    assertThat(YamlReader.read(folder, problems)).isEmpty();
    assertThat(messages())
        .containsExactly(
            folder + ": is a folder or something else that is no file. Name a YAML file.");
  }

  @Test
  void read_notUtf8_saysSo() throws IOException {
    Files.write(file(), new byte[] {'a', ':', ' ', (byte) 0xE9, '\n'});

    assertThat(YamlReader.read(file(), problems)).isEmpty();
    assertThat(messages()).containsExactly(file() + ": is not UTF-8 text. Save it as UTF-8.");
  }

  @Test
  void read_duplicateKeys_namesBothPositions() throws IOException {
    read("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n");

    assertThat(messages())
        .containsExactly(
            at(4, 3)
                + "key 'c' is given twice, first at %s:3:3. Remove one of them.".formatted(file()),
            at(5, 1)
                + "key 'a' is given twice, first at %s:1:1. Remove one of them.".formatted(file()));
  }

  @Test
  void read_tab_saysSo() throws IOException {
    assertThat(read("spark:\n\tmaster: local\n")).isEmpty();

    assertThat(messages())
        .containsExactly(
            at(2, 1) + "a tab is used for indentation, which YAML forbids. Indent with spaces.");
  }

  @Test
  void read_list_isRefused() throws IOException {
    assertThat(read("- a\n- b\n")).isEmpty();

    assertThat(messages())
        .containsExactly(
            at(1, 1)
                + "the file must hold keys with values, as in 'key: value', but holds a list.");
  }

  @Test
  void read_secondDocument_isRefused() throws IOException {
    read("a: 1\n---\nb: 2\n");

    assertThat(messages())
        .containsExactly(
            at(3, 1)
                + "a second YAML document begins here. Write one document per file, without '---'"
                + " between parts.");
  }

  @Test
  void read_unknownTags_areRefused() throws IOException {
    read("a: !vault x\nb: !!set {x}\nc: !!int abc\nd: !!java.io.File {}\n");

    assertThat(messages())
        .containsExactly(
            at(1, 4)
                + "the tag is not known. Remove it; a value that begins with '!' must be"
                + " quoted.",
            at(2, 4)
                + "the tag !!set is not known. Remove it; a value that begins with '!' must be"
                + " quoted.",
            at(3, 4) + "'abc' is not what its tag !!int says. Remove the tag.",
            at(4, 4)
                + "the tag !!java.io.File is not known. Remove it; a value that begins with '!'"
                + " must be quoted.");
  }

  @Test
  void read_anchorsAndMergeKeys_work() throws IOException {
    Mapping mapping =
        readValid(
            """
            x-base: &base {user: standpipe, port: 5432}
            x-tls: &tls {port: 1, tls: true}
            one:
              <<: *base
              port: 6000
            two:
              <<: [*base, *tls]
            three: *base
            """);

    assertThat(mapping.value("one").orElseThrow()).hasToString("{port: 6000, user: standpipe}");
    assertThat(mapping.value("two").orElseThrow())
        .hasToString("{user: standpipe, port: 5432, tls: true}");
    assertThat(mapping.value("three").orElseThrow()).hasToString("{user: standpipe, port: 5432}");
  }

  @Test
  void read_mergeOfAScalar_isRefused() throws IOException {
    read("a:\n  <<: text\n");

    assertThat(messages())
        .containsExactly(
            at(2, 7)
                + "'<<' takes a mapping or a list of mappings, usually an alias such as"
                + " *defaults.");
  }

  @Test
  void read_aliasToItself_isRefused() throws IOException {
    read("a: &a\n  b: *a\n");

    assertThat(messages())
        .containsExactly(at(1, 4) + "contains itself through an alias. Remove the alias.");
  }

  @Test
  void read_manyNestedAliases_isFast() throws IOException {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 24; i++) {
      yaml.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }

    readValid(yaml.toString());
  }

  @Test
  void read_keyThatIsNoText_isRefused() throws IOException {
    read("? [a, b]\n: 1\n? {c: d}\n: 2\n");

    assertThat(messages())
        .containsExactly(
            at(1, 3) + "a key must be text, but is a list or a mapping.",
            at(3, 3) + "a key must be text, but is a list or a mapping.");
  }

  @Test
  void read_referenceInBraces_saysThatItMustBeQuoted() throws IOException {
    assertThat(read("a: {password: ${env:PW}}\n")).isEmpty();

    assertThat(messages())
        .singleElement()
        .asString()
        .startsWith(file() + ":1:")
        .endsWith(
            "Close the bracket; inside {...} and [...] a value that contains any of {}[], must be quoted, for example"
                + " \"${env:NAME}\".");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "path: *.csv|A value that begins with '*' must be quoted.",
        "url: a: b|Check the indentation; a value that contains ': ' must be quoted.",
        "at: @x|A value that begins with this character must be quoted.",
        "password: *hunter|A value that begins with '*' must be quoted.",
        "q: \"open|A quote is not closed.",
      },
      quoteCharacter = '`')
  void read_syntaxError_saysWhatToDo(String yaml, String hint) throws IOException {
    assertThat(read(yaml + "\n")).isEmpty();

    assertThat(messages())
        .singleElement()
        .asString()
        .startsWith(file() + ":")
        .doesNotContain("hunter")
        .endsWith(hint);
  }

  @Test
  void read_characterThatCannotBeginAValue_isNamed() throws IOException {
    read("at: @x\n");

    assertThat(messages())
        .containsExactly(
            at(1, 5)
                + "not valid YAML: found character '@' that cannot start any token while scanning"
                + " for the next token. A value that begins with this character must be quoted.");
  }

  @Test
  void read_controlCharacter_isRefused() throws IOException {
    assertThat(read("a: \u0007\n")).isEmpty();

    assertThat(messages())
        .containsExactly(
            at(1, 1)
                + "not valid YAML: the character U+0007 is not allowed. Remove it, or write it as"
                + " an escape in double quotes.");
  }

  @Test
  void read_badIndentation_isReportedWhereItIs() throws IOException {
    assertThat(read("a:\n  b: 1\n c: 2\n")).isEmpty();

    assertThat(messages()).singleElement().asString().startsWith(file() + ":3:2: not valid YAML:");
  }

  private Path file() {
    return folder.resolve("a.yaml");
  }

  private String at(int line, int column) {
    return file() + ":" + line + ":" + column + ": ";
  }

  private Optional<Mapping> read(String yaml) throws IOException {
    Files.writeString(file(), yaml);
    return YamlReader.read(file(), problems);
  }

  private Mapping readValid(String yaml) throws IOException {
    Optional<Mapping> mapping = read(yaml);
    assertThat(problems.list()).isEmpty();
    return mapping.orElseThrow();
  }

  private List<String> messages() {
    return problems.list().stream().map(Problem::toString).toList();
  }
}
