package io.standpipe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.config.ConfigNode.Mapping;
import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import io.standpipe.spi.Secret;
import io.standpipe.spi.SecretProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {
  @TempDir Path folder;

  private final Problems problems = new Problems();

  /** What a connector might take. */
  record DatabaseOptions(
      @Description("JDBC URL of the database.") String url,
      Optional<String> user,
      Optional<Secret> password,
      @Default("5432") @Min(1) @Max(65535) int port) {}

  private static final class Vault implements SecretProvider {
    @Override
    public String scheme() {
      return "vault";
    }

    @Override
    public Optional<String> secret(String key) {
      return Optional.of("vaulted-" + key);
    }
  }

  @Test
  void load_completeFile_givesAllSections() throws IOException {
    write("pg", "hunter2\n");
    Path file =
        write(
            "standpipe.yaml",
            """
            x-anything: [1, 2]
            spark:
              master: local[2]
              conf: {spark.sql.shuffle.partitions: 8, spark.ui.enabled: false}
            plugins:
              directories: [my-plugins, /opt/plugins]
              trusted:
                jdbc: ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789
            resilience:
              concurrency: 4
              retry: {attempts: 7, jitter: equal}
            storages:
              flights:
                connector: file
                path: data/flights.json
              warehouse:
                connector: jdbc
                url: jdbc:postgresql://db:5432/flights
                user: ${env:PGUSER}
                password: ${file:pg}
                resilience: {retry: {attempts: 3}}
            """);

    Configuration configuration = load(source(file));

    assertThat(problems.list()).isEmpty();
    assertThat(configuration.spark())
        .isEqualTo(
            new SparkSection(
                "local[2]",
                "standpipe",
                Map.of("spark.sql.shuffle.partitions", "8", "spark.ui.enabled", "false")));
    assertThat(configuration.plugins().directories())
        .containsExactly(new Location(folder + "/my-plugins"), new Location("/opt/plugins"));
    assertThat(configuration.plugins().trusted())
        .containsEntry("jdbc", "abcdef0123456789".repeat(4));
    assertThat(configuration.storages())
        .extracting(StorageSection::name, StorageSection::connector)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("flights", "file"),
            org.assertj.core.groups.Tuple.tuple("warehouse", "jdbc"));
    StorageSection warehouse = configuration.storage("warehouse").orElseThrow();
    assertThat(warehouse.position()).isEqualTo(new SourcePosition(file.toString(), 16, 3));
    assertThat(warehouse.options())
        .hasToString("{url: jdbc:postgresql://db:5432/flights, user: ann, password: ******}");
    assertThat(warehouse.resilience().retry().attempts()).as("its own").isEqualTo(3);
    assertThat(warehouse.resilience().retry().jitter())
        .as("that of all")
        .isEqualTo(RetrySection.Jitter.EQUAL);
    ResilienceSection ofAll = configuration.storage("flights").orElseThrow().resilience();
    assertThat(ofAll.retry().attempts()).isEqualTo(7);
    assertThat(ofAll.concurrency()).isEqualTo(4);
    assertThat(ofAll.retry().within()).as("the default").isEqualTo(Duration.ofMinutes(10));
    assertThat(bind(configuration, "warehouse"))
        .contains(
            new DatabaseOptions(
                "jdbc:postgresql://db:5432/flights",
                Optional.of("ann"),
                Optional.of(Secret.of("hunter2")),
                5432));
    assertThat(configuration.toString()).doesNotContain("hunter2");
  }

  @Test
  void load_noFile_isEmptyWithDefaults() {
    Configuration configuration =
        load(new ConfigurationSource(Optional.empty(), Optional.empty(), List.of(), Map.of()));

    assertThat(problems.list()).isEmpty();
    assertThat(configuration.spark())
        .isEqualTo(new SparkSection("local[*]", "standpipe", Map.of()));
    assertThat(configuration.plugins())
        .isEqualTo(new PluginsSection(List.of(), Map.of(), List.of()));
    assertThat(configuration.storages()).isEmpty();
  }

  @Test
  void load_manyMistakes_reportsAllWithPositions() throws IOException {
    Path file =
        write(
            "standpipe.yaml",
            """
            sparc: {}
            spark:
              mastr: local[2]
              appName: [x]
            plugins:
              trusted: {jdbc: abc}
            storages:
              ware house:
                connector: jdbc
              empty:
              warehouse:
                conector: jdbc
                url: x
              orders:
                connector: jdbc
                port: "abc"
                user: ${env:PGUSR}
                password: ${file:nope}
                tabel: x
              orders:
                connector: file
              api:
                connector: ${vualt:x}
                resilience: often
            storage: {}
            """);

    Configuration configuration = load(source(file));
    bind(configuration, "orders");

    assertThatThrownBy(problems::throwIfAny)
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            """
            16 problems in the configuration:
            F:1:1: unknown key 'sparc'. Did you mean 'spark'?
            F:3:3: unknown key 'mastr'. Did you mean 'master'?
            F:4:12: 'appName' must be text, but is a list.
            F:6:19: 'trusted.jdbc' must be a SHA-256 of 64 hexadecimal digits, but is 'abc'.
            F:8:3: 'ware house' cannot name a storage. Use only letters, digits, '_' and '-'.
            F:10:9: storage 'empty' must be a mapping with a connector and its options, but is empty. Check the indentation.
            F:12:5: storage 'warehouse' has no connector. Did you mean it by 'conector'? Add its type, for example 'connector: jdbc'.
            F:15:5: 'url' (text) is missing: JDBC URL of the database.
            F:16:11: 'port' must be a whole number from -2147483648 to 2147483647, but is 'abc'.
            F:17:11: environment variable 'PGUSR' is not set. Did you mean 'PGUSER'? Set it, or give a default: ${env:PGUSR:-value}.
            F:18:15: file 'D/nope', which ${file:nope} refers to, does not exist. Create it, or correct the path.
            F:19:5: unknown key 'tabel'. Known keys: url, user, password, port.
            F:20:3: key 'orders' is given twice, first at F:14:3. Remove one of them.
            F:23:16: nothing provides the secrets of ${vualt:x}. Did you mean 'vault'? A plug-in with a secret provider adds schemes; write $${ for a literal ${.
            F:24:17: 'resilience' must be a mapping, but is 'often'.
            F:25:1: unknown key 'storage'. Did you mean 'storages'?"""
                .replace("F:", file + ":")
                .replace("D/", folder + "/"));
  }

  @Test
  void load_wrongIndentation_doesNotShowWhatMayBeAPassword() throws IOException {
    Path file = write("standpipe.yaml", "storages:\n  db:\n  password: hunter2\n  keys: [a]\n");

    load(source(file));

    String rest = " must be a mapping with a connector and its options, but is ";
    assertThat(messages())
        .containsExactly(
            file + ":2:6: storage 'db'" + rest + "empty. Check the indentation.",
            file + ":3:13: storage 'password'" + rest + "a single value. Check the indentation.",
            file + ":4:9: storage 'keys'" + rest + "a list. Check the indentation.");
  }

  @Test
  void load_environment_putsOverlayOver() throws IOException {
    Path file =
        write(
            "standpipe.yaml",
            """
            spark: {master: "local[*]"}
            storages:
              warehouse: {connector: jdbc, url: "${env:NOT_SET}", user: dev}
            """);
    Path overlay =
        write(
            "standpipe.prod.yaml",
            """
            spark: {master: "spark://prod:7077"}
            storages:
              warehouse: {url: "jdbc:x"}
              extra: {connector: file, path: here}
            """);

    Configuration configuration =
        load(
            new ConfigurationSource(
                Optional.of(file),
                Optional.of("prod"),
                List.of("storages.warehouse.user=ann", "spark.conf.spark.a.b=1"),
                Map.of()));

    assertThat(problems.list()).isEmpty();
    assertThat(configuration.spark())
        .isEqualTo(new SparkSection("spark://prod:7077", "standpipe", Map.of("spark.a.b", "1")));
    assertThat(configuration.storage("warehouse").orElseThrow().options())
        .hasToString("{url: jdbc:x, user: ann}");
    assertThat(configuration.storage("extra").orElseThrow().position().file())
        .isEqualTo(overlay.toString());
  }

  @Test
  void load_missingEnvironment_listsThoseFound() throws IOException {
    Path file = write("standpipe.yaml", "{}");
    write("standpipe.prod.yaml", "{}");
    write("standpipe.test.yaml", "{}");

    load(new ConfigurationSource(Optional.of(file), Optional.of("prd"), List.of(), Map.of()));
    load(new ConfigurationSource(Optional.of(file), Optional.of("stage"), List.of(), Map.of()));

    assertThat(messages())
        .containsExactly(
            "--env prd: '%s/standpipe.prd.yaml' does not exist. Did you mean 'prod'?"
                .formatted(folder),
            "--env stage: '%s/standpipe.stage.yaml' does not exist. Known environments: prod, test."
                .formatted(folder));
  }

  @Test
  void load_impossibleEnvironment_saysSo() throws IOException {
    Path file = write("standpipe.yaml", "{}");

    load(new ConfigurationSource(Optional.empty(), Optional.of("prod"), List.of(), Map.of()));
    load(new ConfigurationSource(Optional.of(file), Optional.of("../x"), List.of(), Map.of()));
    load(new ConfigurationSource(Optional.of(file), Optional.of("y"), List.of(), Map.of()));

    assertThat(messages())
        .containsExactly(
            "--env ../x: an environment's name has only letters, digits, '_' and '-'.",
            "--env prod: an environment needs a configuration file. Name one with --config.",
            "--env y: '%s/standpipe.y.yaml' does not exist. No other environment is there either."
                .formatted(folder));
  }

  @Test
  void load_missingFile_isOneProblem() {
    load(
        new ConfigurationSource(
            Optional.of(folder.resolve("nope.yaml")), Optional.of("prod"), List.of(), Map.of()));

    assertThat(messages())
        .containsExactly(
            folder
                + "/nope.yaml: file not found. Correct the path, which is relative to the working"
                + " directory.");
  }

  @Test
  void load_unreadableSections_areProblems() throws IOException {
    Path file = write("standpipe.yaml", "spark: fast\nplugins: [a]\nstorages: none\n");

    Configuration configuration = load(source(file));

    assertThat(configuration.storages()).isEmpty();
    assertThat(messages())
        .containsExactly(
            file + ":1:8: 'spark' must be a mapping, but is 'fast'.",
            file + ":2:10: 'plugins' must be a mapping, but is a list.",
            file + ":3:11: 'storages' must be a mapping, but is 'none'.");
  }

  @Test
  void draft_configuration_tellsWhatItNeeds() throws IOException {
    Path file =
        write(
            "standpipe.yaml",
            """
            plugins: {directories: ["${env:PLUGINS:-extra}"]}
            storages:
              a: {connector: jdbc, password: "${vault:a}"}
              b: {connector: "${env:TYPE}"}
              c: {connector: jdbc, x: ["${aws:b}"]}
              d: {path: x}
              e:
            """);

    ConfigurationDraft draft =
        Configuration.load(
            new ConfigurationSource(
                Optional.of(file), Optional.empty(), List.of(), Map.of("TYPE", "delta")),
            problems);

    assertThat(draft.connectorTypes()).containsExactly("delta", "jdbc");
    assertThat(draft.secretSchemes()).containsExactly("aws", "vault");
    assertThat(draft.plugins().directories()).containsExactly(new Location(folder + "/extra"));
    assertThat(problems.list()).isEmpty();
  }

  @Test
  void load_pluginsSectionWithSecretOfAPlugin_isRefused() throws IOException {
    Path file = write("standpipe.yaml", "plugins: {directories: [\"${vault:x}\"]}\n");

    load(source(file));

    assertThat(messages())
        .containsExactly(
            file
                + ":1:10: the section 'plugins' refers to secrets of plug-ins (vault), which are"
                + " loaded after it is read. Use ${env:...}, ${file:...} or ${here} in it.");
  }

  @Test
  void resolve_secrets_areKnownToTheRedactorAndShownNowhere() throws IOException {
    write("pw", "from-file");
    Path file =
        write(
            "standpipe.yaml",
            """
            spark: {conf: {spark.token: "${file:pw}"}}
            storages:
              a:
                connector: jdbc
                url: jdbc:x?password=${vault:db}
                user: ${env:PLAIN}
                password: ${env:PLAIN}
                port: ${file:pw}
            """);

    Configuration configuration =
        load(
            new ConfigurationSource(
                Optional.of(file), Optional.empty(), List.of(), Map.of("PLAIN", "not-telling")));
    bind(configuration, "a");

    assertThat(messages())
        .containsExactly(
            file
                + ":8:11: 'port' must be a whole number from -2147483648 to 2147483647, but is a"
                + " secret, which is not shown.");
    assertThat(configuration.redactor().redact("from-file, vaulted-db, not-telling"))
        .isEqualTo("******, ******, ******");
    assertThat(configuration.toString())
        .doesNotContain("from-file")
        .doesNotContain("vaulted-db")
        .contains("******");
    Mapping options = configuration.storages().get(0).options();
    assertThat(options)
        .hasToString("{url: ******, user: not-telling, password: ******, port: ******}");
  }

  @Test
  void load_relativePath_staysRelativeInMessages() throws IOException {
    Path file = write("standpipe.yaml", "sparc: 1\n");
    Path relative = Path.of("").toAbsolutePath().relativize(file);

    load(source(relative));

    assertThat(messages())
        .containsExactly(relative + ":1:1: unknown key 'sparc'. Did you mean 'spark'?");
  }

  private Configuration load(ConfigurationSource source) {
    Vault vault = new Vault();
    return Configuration.load(source, problems)
        .resolve(
            scheme -> Optional.<SecretProvider>of(vault).filter(p -> p.scheme().equals(scheme)),
            Set.of("vault"),
            problems);
  }

  private Optional<DatabaseOptions> bind(Configuration configuration, String storage) {
    return new RecordBinder(configuration.redactor())
        .bind(
            DatabaseOptions.class,
            configuration.storage(storage).orElseThrow().options(),
            problems);
  }

  private static ConfigurationSource source(Path file) {
    return new ConfigurationSource(
        Optional.of(file), Optional.empty(), List.of(), Map.of("PGUSER", "ann"));
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private List<String> messages() {
    return problems.list().stream().map(Problem::toString).toList();
  }
}
