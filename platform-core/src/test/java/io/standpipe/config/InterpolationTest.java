package io.standpipe.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.config.ConfigNode.Kind;
import io.standpipe.config.ConfigNode.Mapping;
import io.standpipe.config.ConfigNode.Scalar;
import io.standpipe.spi.SecretProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InterpolationTest {
  @TempDir Path folder;

  private final Problems problems = new Problems();
  private final Redactor redactor = new Redactor();
  private final Vault vault = new Vault();

  /** Keeps its secrets in memory. */
  private static final class Vault implements SecretProvider {
    private final List<String> asked = new ArrayList<>();

    @Override
    public String scheme() {
      return "vault";
    }

    @Override
    public Optional<String> secret(String key) {
      asked.add(key);
      if (key.equals("sealed")) {
        throw new IllegalStateException("the vault is sealed");
      }
      return Optional.ofNullable(Map.of("db/pw", "from-vault", "port", "5433").get(key));
    }
  }

  @BeforeEach
  void writeSecret() throws IOException {
    Files.writeString(folder.resolve("pw"), "from-file\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "plain $ text $$|plain $ text $$",
        "${env:USER_NAME}|ann",
        "a-${env:USER_NAME}-${env:HOST}-b|a-ann-db-b",
        "${env:MISSING:-fallback}|fallback",
        "${env:EMPTY:-fallback}|fallback",
        "${env:MISSING:-}|''",
        "${env:EMPTY}|''",
        "${env:MISSING:-${env:USER_NAME}}|ann",
        "$${env:USER_NAME}|${env:USER_NAME}",
        "x$${a} ${env:USER_NAME}|x${a} ann",
        "${env:TRICKY}|${env:USER_NAME}",
        "${vault:db/pw}|from-vault",
        "${file:pw}|from-file",
        "${file:${here}/pw}|from-file",
      })
  void resolve_reference_isReplaced(String text, String expected) {
    assertThat(resolve(text).text()).isEqualTo(expected == null ? "" : expected);
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void resolve_here_isTheFolderOfTheFile() {
    assertThat(resolve("${here}/data").text()).isEqualTo(folder + "/data");
  }

  @Test
  void resolve_number_isTypedAfterwardsEvenIfQuoted() {
    assertThat(resolve("${env:PORT}").kind()).isEqualTo(Kind.INTEGER);
    assertThat(resolve("${env:FLAG}").kind()).isEqualTo(Kind.BOOLEAN);
    assertThat(resolve("${env:EMPTY}").kind()).isEqualTo(Kind.STRING);
  }

  @Test
  void resolve_windowsLineBreakAtEndOfFile_isTrimmedOnce() throws IOException {
    Files.writeString(folder.resolve("crlf"), "x\n\r\n");

    assertThat(resolve("${file:crlf}").text()).isEqualTo("x\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "${env:USER_NAM}|environment variable 'USER_NAM' is not set. Did you mean 'USER_NAME'? Set"
            + " it, or give a default: ${env:USER_NAM:-value}.",
        "${env:ZZZZZ}|environment variable 'ZZZZZ' is not set. Set it, or give a default:"
            + " ${env:ZZZZZ:-value}.",
        "${HOME}|${HOME} is no reference. Write ${env:HOME} for an environment variable, ${here}"
            + " for the folder of this file, or $${ for a literal ${.",
        "a ${env:USER_NAME|'${' is not closed. Add '}', or write $${ for a literal ${.",
        "${vualt:db/pw}|nothing provides the secrets of ${vualt:db/pw}. Did you mean 'vault'? A"
            + " plug-in with a secret provider adds schemes; write $${ for a literal ${.",
        "${aws:x}|nothing provides the secrets of ${aws:x}. Known schemes: env, file, vault. A"
            + " plug-in with a secret provider adds schemes; write $${ for a literal ${.",
        "${vault:nope}|secret provider 'vault' has no secret 'nope'. Create it there, or correct"
            + " the key.",
        "${vault:sealed}|secret provider 'vault' could not be asked for 'sealed': the vault is"
            + " sealed",
      },
      quoteCharacter = '`')
  void resolve_missing_saysWhatIsMissing(String text, String message) {
    Scalar scalar = resolve(text);

    assertThat(scalar.kind()).isEqualTo(Kind.UNRESOLVED);
    assertThat(problems.list())
        .singleElement()
        .hasToString(folder.resolve("a.yaml") + ":1:6: " + message);
  }

  @Test
  void resolve_missingFile_namesTheWholePath() {
    resolve("${file:secrets/pg}");

    assertThat(problems.list())
        .singleElement()
        .hasToString(
            "%s:1:6: file '%s', which ${file:secrets/pg} refers to, does not exist. Create it, or correct the path."
                .formatted(folder.resolve("a.yaml"), folder.resolve("secrets/pg")));
  }

  @Test
  void resolve_severalReferencesInOneText_reportsAll() {
    resolve("${env:ONE} ${env:USER_NAME} ${env:TWO}");

    assertThat(problems.list()).hasSize(2);
  }

  @Test
  void resolve_secretInKeyOfAnotherReference_isNotInTheMessage() {
    resolve("${vault:${file:pw}}");

    assertThat(problems.list())
        .singleElement()
        .extracting(Problem::message)
        .isEqualTo(
            "secret provider 'vault' has no secret '******'. Create it there, or correct the key.");
  }

  @Test
  void resolve_fileAndProvider_areRegisteredAndMasked() {
    Mapping mapping = resolveAll("a: x=${file:pw}\nb: [\"${vault:db/pw}\"]\nc: ${env:USER_NAME}\n");

    assertThat(mapping).hasToString("{a: ******, b: [******], c: ann}");
    assertThat(redactor.redact("from-file from-vault ann")).isEqualTo("****** ****** ann");
  }

  @ParameterizedTest
  @CsvSource({
    "PGPASSWORD,true",
    "API_TOKEN,true",
    "AWS_SECRET,true",
    "API_KEY,true",
    "DB_PASS,true",
    "PGUSER,false",
    "KEYSPACE,false",
    "PASSENGERS,false"
  })
  void resolve_variable_isSecretIfItsNameSoundsLikeIt(String name, boolean secret) {
    Scalar scalar =
        (Scalar)
            new Interpolation(
                    Map.of(name, "hunter2"), scheme -> Optional.empty(), Set.of(), redactor)
                .resolve(parse("key: ${env:" + name + "}"), problems)
                .value("key")
                .orElseThrow();

    assertThat(scalar.toString()).isEqualTo(secret ? "******" : "hunter2");
    assertThat(redactor.redact("hunter2")).isEqualTo(secret ? "******" : "hunter2");
  }

  @Test
  void resolve_sameSecretTwice_asksTheProviderOnce() {
    resolveAll("a: ${vault:db/pw}\nb: ${vault:db/pw}\nc: ${vault:port}\n");

    assertThat(vault.asked).containsExactly("db/pw", "port");
  }

  @Test
  void schemes_configuration_namesThoseOfPlugins() {
    Mapping mapping =
        parse(
            """
            a: ${env:X:-${aws:y}}
            b: [x, "${vault:${file:z}}", {c: "${gcp:q}"}]
            d: $${escaped:x} ${here} ${unclosed:x
            """);

    assertThat(Interpolation.schemes(mapping)).containsExactly("aws", "gcp", "vault");
  }

  private Scalar resolve(String text) {
    return (Scalar) resolveAll("key: \"" + text + "\"").entries().get("key").value();
  }

  private Mapping resolveAll(String yaml) {
    Map<String, String> variables =
        Map.of(
            "USER_NAME",
            "ann",
            "HOST",
            "db",
            "EMPTY",
            "",
            "PORT",
            "5432",
            "FLAG",
            "true",
            "TRICKY",
            "${env:USER_NAME}");
    return new Interpolation(
            variables,
            scheme ->
                Optional.<SecretProvider>of(vault).filter(found -> found.scheme().equals(scheme)),
            Set.of("vault"),
            redactor)
        .resolve(parse(yaml), problems);
  }

  private Mapping parse(String yaml) {
    Path file = folder.resolve("a.yaml");
    return YamlReader.parse(yaml, file.toString(), folder, problems).orElseThrow();
  }
}
