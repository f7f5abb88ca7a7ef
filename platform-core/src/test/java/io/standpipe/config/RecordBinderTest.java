package io.standpipe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.config.ConfigNode.Mapping;
import io.standpipe.spi.DataSize;
import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import io.standpipe.spi.Secret;
import io.standpipe.spi.WriteMode;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.validation.constraints.AssertTrue;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotEmpty;
import javax.validation.constraints.Pattern;
import javax.validation.constraints.Positive;
import javax.validation.constraints.PositiveOrZero;
import javax.validation.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordBinderTest {
  private final Problems problems = new Problems();
  private final Redactor redactor = new Redactor();

  enum Level {
    LOW,
    VERY_HIGH
  }

  record Everything(
      String text,
      int whole,
      Long big,
      double fraction,
      BigDecimal exact,
      boolean flag,
      Duration pause,
      Instant since,
      DataSize size,
      Secret password,
      Location path,
      WriteMode mode,
      Level level,
      List<String> names,
      Map<String, Integer> numbers,
      Optional<Duration> maybe,
      Optional<String> absent,
      Inner inner,
      List<Inner> inners,
      ConfigNode anything,
      SourcePosition position) {}

  record Inner(String a, @Default("7") int b) {}

  @Test
  void bind_everyType_isRead() {
    Everything bound =
        bindValid(
            Everything.class,
            """
            text: 5
            whole: 0x10
            big: 9007199254740993
            fraction: 1
            exact: 1.10
            flag: true
            pause: 90s
            since: 2024-01-31T12:00:00+01:00
            size: 64MB
            password: hunter2
            path: data/*.csv
            mode: errorIfExists
            level: veryHigh
            names: [a, 1, NO]
            numbers: {one: 1}
            maybe: PT5M
            absent: null
            inner: {a: x}
            inners: [{a: y, b: 8}]
            anything: [1, {k: v}]
            """);

    assertThat(bound)
        .isEqualTo(
            new Everything(
                "5",
                16,
                9007199254740993L,
                1.0,
                new BigDecimal("1.10"),
                true,
                Duration.ofSeconds(90),
                Instant.parse("2024-01-31T11:00:00Z"),
                new DataSize(64L << 20),
                Secret.of("hunter2"),
                new Location("/base/data/*.csv"),
                WriteMode.ERROR_IF_EXISTS,
                Level.VERY_HIGH,
                List.of("a", "1", "NO"),
                Map.of("one", 1),
                Optional.of(Duration.ofMinutes(5)),
                Optional.empty(),
                new Inner("x", 7),
                List.of(new Inner("y", 8)),
                bound.anything(),
                new SourcePosition("a.yaml", 1, 1)));
    assertThat(bound.anything()).hasToString("[1, {k: v}]");
    assertThat(redactor.redact("hunter2")).isEqualTo("******");
  }

  record Defaults(
      @Default("append") WriteMode mode,
      @Default("10s") Duration pause,
      @Default("[a, b]") List<String> names,
      @Default("{x: 1}") Map<String, Integer> numbers,
      @Default("") String empty,
      @Default("{a: q}") Inner inner,
      @Default("5m") Optional<Duration> maybe,
      List<String> none,
      Map<String, String> nothing) {}

  @Test
  void bind_nothingGiven_takesDefaults() {
    assertThat(bindValid(Defaults.class, "{}"))
        .isEqualTo(
            new Defaults(
                WriteMode.APPEND,
                Duration.ofSeconds(10),
                List.of("a", "b"),
                Map.of("x", 1),
                "",
                new Inner("q", 7),
                Optional.of(Duration.ofMinutes(5)),
                List.of(),
                Map.of()));
  }

  record Server(
      @Description("The host to connect to.") String host,
      @Default("5432") @Min(1) @Max(65535) int port,
      @Description("Rows per trip") Optional<Integer> fetchSize,
      Pool pool,
      List<Column> columns) {}

  record Pool(@Positive int size, @Default("10s") Duration timeout) {}

  record Column(@NotBlank String name, WriteMode mode) {}

  @Test
  void bind_manyMistakes_reportsAllAtOnce() {
    bind(
        Server.class,
        """
        hots: db
        port: "5432"
        fetchSize: many
        pool:
          size: 0
          timeout: 10
          sizes: 4
        columns:
          - name: " "
            mode: apend
          - mode: append
          - text
        compression: gzip
        """);

    assertThatThrownBy(problems::throwIfAny)
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            """
            12 problems in the configuration:
            a.yaml:1:1: unknown key 'hots'. Did you mean 'host'?
            a.yaml:1:1: 'host' (text) is missing: The host to connect to.
            a.yaml:2:7: 'port' must be a whole number from -2147483648 to 2147483647, but is '5432'. Remove the quotes.
            a.yaml:3:12: 'fetchSize' must be a whole number from -2147483648 to 2147483647, but is 'many'.
            a.yaml:5:9: 'size' must be more than 0, but is '0'.
            a.yaml:6:12: 'timeout' must be a duration such as 500ms, 30s, 5m, 2h or 1d, but is '10'. Add a unit.
            a.yaml:7:3: unknown key 'sizes'. Did you mean 'size'?
            a.yaml:9:11: 'name' must not be blank, but is ' '.
            a.yaml:10:11: 'mode' must be one of append, overwrite, errorIfExists, ignore, upsert, delete, but is 'apend'. Did you mean 'append'?
            a.yaml:11:5: 'name' (text) is missing.
            a.yaml:12:5: 'columns[2]' must be a mapping, but is 'text'.
            a.yaml:13:1: unknown key 'compression'. Known keys: host, port, fetchSize, pool, columns.""");
  }

  record Int(int v) {}

  record Big(long v) {}

  record Real(double v) {}

  record Flag(boolean v) {}

  record Pause(Duration v) {}

  record Since(Instant v) {}

  record Bytes(DataSize v) {}

  record Where(Location v) {}

  record Names(List<String> v) {}

  record Numbers(Map<String, Integer> v) {}

  record Text(String v) {}

  record Password(Secret v) {}

  record Node(Mapping v) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Int|abc|must be a whole number from -2147483648 to 2147483647, but is 'abc'.",
        "Int|2147483648|must be a whole number from -2147483648 to 2147483647, but is"
            + " '2147483648'.",
        "Int|1.0|must be a whole number from -2147483648 to 2147483647, but is '1.0'.",
        "Int|[1]|must be a whole number from -2147483648 to 2147483647, but is a list.",
        "Big|99999999999999999999|must be a whole number, but is '99999999999999999999'.",
        "Real|'1.5'|must be a number, but is '1.5'. Remove the quotes.",
        "Real|.inf|must be a number, but is '.inf'.",
        "Flag|yes|must be true or false, but is 'yes'.",
        "Flag|'true'|must be true or false, but is 'true'. Remove the quotes.",
        "Flag|1|must be true or false, but is '1'.",
        "Pause|5x|must be a duration such as 500ms, 30s, 5m, 2h or 1d, but is '5x'. Units: ms, s,"
            + " m, h, d.",
        "Pause|soon|must be a duration such as 500ms, 30s, 5m, 2h or 1d, but is 'soon'.",
        "Pause|PTx|must be a duration such as 500ms, 30s, 5m, 2h or 1d, but is 'PTx'.",
        "Pause|99999999999999999999s|must be a duration such as 500ms, 30s, 5m, 2h or 1d, but is"
            + " '99999999999999999999s'.",
        "Since|2024-01-31|must be a point in time such as 2024-01-31T12:00:00Z, but is"
            + " '2024-01-31'. Give date, time and zone.",
        "Bytes|64|must be a data size such as 512kB, 64MB or 2GB, but is '64'. Add a unit.",
        "Bytes|64XB|must be a data size such as 512kB, 64MB or 2GB, but is '64XB'.",
        "Where|\" \"|must be a path or URI, but is ' '.",
        "Names|a|must be a list of text, but is 'a'. Write [...] around it.",
        "Names|{a: b}|must be a list of text, but is a mapping.",
        "Numbers|[a]|must be a mapping to whole number, but is a list.",
        "Text|[a]|must be text, but is a list.",
        "Text|{a: b}|must be text, but is a mapping.",
        "Password|[hunter2]|must be text, but is a list.",
        "Node|x|must be a mapping, but is 'x'.",
      },
      quoteCharacter = '`')
  void bind_wrongType_saysWhatIsExpectedAndWhatIsThere(String record, String value, String message)
      throws ClassNotFoundException {
    bind(
        Class.forName(RecordBinderTest.class.getName() + "$" + record).asSubclass(Record.class),
        "v: " + value);

    assertThat(problems.list()).singleElement().hasToString("a.yaml:1:4: 'v' " + message);
  }

  @Test
  void bind_wrongItems_areNamedByTheirPlace() {
    bind(Names.class, "v: [a, [b], null]");
    bind(Numbers.class, "v: {x: 1, y: z, w: }");

    assertThat(problems.list())
        .extracting(Problem::toString)
        .containsExactly(
            "a.yaml:1:8: 'v[1]' must be text, but is a list.",
            "a.yaml:1:13: 'v[2]' must be text, but is empty.",
            "a.yaml:1:14: 'v.y' must be a whole number from -2147483648 to 2147483647, but is"
                + " 'z'.",
            "a.yaml:1:19: 'v.w' must be a whole number from -2147483648 to 2147483647, but is"
                + " empty.");
  }

  @ParameterizedTest
  @CsvSource({
    "data/a.csv,/base/data/a.csv",
    "./a,/base/a",
    "../a,/a",
    "../..,/..",
    ".,/base",
    "*.csv,/base/*.csv",
    "~/a,/base/~/a",
    "/abs/a,/abs/a",
    "s3a://bucket/k,s3a://bucket/k",
    "hdfs:/x,hdfs:/x",
    "file:/x y,file:/x y",
    "a b/c:d,/base/a b/c:d",
    "{2023-01/*.csv,/base/{2023-01/*.csv"
  })
  void bind_location_isAbsolute(String text, String expected) {
    Where where = bindValid(Where.class, "v: '" + text + "'");

    assertThat(where.v().uri()).isEqualTo(expected);
  }

  record Ruled(
      @NotBlank String blank,
      @NotEmpty String empty,
      @Min(2) int min,
      @Max(4) BigDecimal max,
      @Positive Duration positive,
      @Positive DataSize size,
      @PositiveOrZero long orZero,
      @Size(min = 2, max = 3) String length,
      @Size(max = 1) List<String> few,
      @NotEmpty List<String> some,
      @NotEmpty Map<String, String> keys,
      @Pattern(regexp = "[a-z]+") String pattern,
      @Pattern(regexp = "[a-z]+", message = "must be a lower-case word") String told,
      @Size(min = 8) Secret password,
      @Min(1) Optional<Integer> maybe,
      List<@NotBlank String> items) {}

  @Test
  void bind_brokenConstraints_areAllReported() {
    bind(
        Ruled.class,
        """
        blank: " "
        empty: ""
        min: 1
        max: 4.5
        positive: 0s
        size: 0B
        orZero: -1
        length: abcd
        few: [a, b]
        some: []
        keys: {}
        pattern: A1
        told: A1
        password: hunter2
        maybe: 0
        items: [a, ""]
        """);

    assertThat(problems.list())
        .extracting(Problem::toString)
        .containsExactly(
            "a.yaml:1:8: 'blank' must not be blank, but is ' '.",
            "a.yaml:2:8: 'empty' must not be empty.",
            "a.yaml:3:6: 'min' must be at least 2, but is '1'.",
            "a.yaml:4:6: 'max' must be at most 4, but is '4.5'.",
            "a.yaml:5:11: 'positive' must be more than 0, but is '0s'.",
            "a.yaml:6:7: 'size' must be more than 0, but is '0B'.",
            "a.yaml:7:9: 'orZero' must not be negative, but is '-1'.",
            "a.yaml:8:9: 'length' must have from 2 to 3 characters, but is 'abcd'.",
            "a.yaml:9:6: 'few' must have at most 1 items.",
            "a.yaml:10:7: 'some' must not be empty.",
            "a.yaml:11:7: 'keys' must not be empty.",
            "a.yaml:12:10: 'pattern' must match the pattern [a-z]+, but is 'A1'.",
            "a.yaml:13:7: 'told' must be a lower-case word, but is 'A1'.",
            "a.yaml:14:11: 'password' must have at least 8 characters.",
            "a.yaml:15:8: 'maybe' must be at least 1, but is '0'.",
            "a.yaml:16:12: 'items[1]' must not be blank.");
  }

  @Test
  void bind_constraintsKept_areAccepted() {
    Ruled ruled =
        bindValid(
            Ruled.class,
            """
            {blank: a, empty: b, min: 2, max: 4, positive: 1ms, size: 1B, orZero: 0, length: ab,
             few: [x], some: [x], keys: {k: v}, pattern: abc, told: abc, password: hunter22,
             items: [a]}
            """);

    assertThat(ruled.maybe()).isEmpty();
  }

  @Test
  void bind_missingListThatMustNotBeEmpty_isMissing() {
    bind(Ruled.class, "{}");

    assertThat(problems.list())
        .extracting(Problem::message)
        .contains("'some' (list of text) is missing.")
        .doesNotContain("'few' (list of text) is missing.");
  }

  record Either(Optional<String> table, Optional<String> query) {
    Either {
      if (table.isPresent() == query.isPresent()) {
        throw new IllegalArgumentException("give either 'table' or 'query'");
      }
    }
  }

  record Wrapper(Either either) {}

  @Test
  void bind_constructorObjects_isAProblemOfTheMapping() {
    assertThat(bind(Wrapper.class, "either:\n  table: a\n  query: b\n")).isEmpty();

    assertThat(problems.list())
        .singleElement()
        .hasToString("a.yaml:2:3: give either 'table' or 'query'");
  }

  record Leaky(Secret password, String url) {
    Leaky {
      throw new IllegalArgumentException("cannot use " + password.reveal() + " for " + url);
    }
  }

  @Test
  void bind_constructorTellsASecret_isRedacted() {
    bind(Leaky.class, "{password: hunter2, url: u}");

    assertThat(problems.list()).singleElement().hasToString("a.yaml:1:1: cannot use ****** for u");
  }

  @Test
  void bind_secretInTheWrongPlace_isNotShown() {
    Mapping resolved =
        new Interpolation(
                Map.of("PGPASSWORD", "hunter2"),
                scheme -> Optional.empty(),
                java.util.Set.of(),
                redactor)
            .resolve(parse("v: ${env:PGPASSWORD}"), problems);

    new RecordBinder(redactor).bind(Int.class, resolved, problems);

    assertThat(problems.list())
        .singleElement()
        .hasToString(
            "a.yaml:1:4: 'v' must be a whole number from -2147483648 to 2147483647, but is a"
                + " secret, which is not shown.");
  }

  record Sounding(int apiToken, @Size(max = 1) String password) {}

  @Test
  void bind_valueOfAnOptionThatSoundsSecret_isNotShown() {
    bind(Sounding.class, "apiToken: hunter2\npassword: hunter2\n");

    assertThat(problems.list())
        .extracting(Problem::toString)
        .containsExactly(
            "a.yaml:1:11: 'apiToken' must be a whole number from -2147483648 to 2147483647, but is"
                + " something else, which is not shown.",
            "a.yaml:2:11: 'password' must have at most 1 characters.");
  }

  @Test
  void bind_unresolvedReference_isReportedOnce() {
    Mapping resolved =
        new Interpolation(Map.of(), scheme -> Optional.empty(), java.util.Set.of(), redactor)
            .resolve(parse("v: ${env:PORT}"), problems);

    assertThat(new RecordBinder(redactor).bind(Int.class, resolved, problems)).isEmpty();
    assertThat(problems.list()).hasSize(1);
  }

  @Test
  void bind_longValue_isShortened() {
    bind(Int.class, "v: |\n  " + "x".repeat(100) + "\n  y\n");

    assertThat(problems.list())
        .singleElement()
        .hasToString(
            "a.yaml:1:4: 'v' must be a whole number from -2147483648 to 2147483647, but is '"
                + "x".repeat(60)
                + "...'.");
  }

  record Unsupported(@AssertTrue boolean flag) {}

  record MinOnText(@Min(1) String text) {}

  record UnknownType(Thread thread) {}

  record Itself(List<Itself> children) {}

  record BadDefault(@Default("ten") int number) {}

  record RelativeDefault(@Default("data") Location path) {}

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Unsupported|$Unsupported.flag: constraint @AssertTrue is not supported on the type 'true"
            + " or false'",
        "MinOnText|$MinOnText.text: constraint @Min is not supported on the type 'text'",
        "UnknownType|$UnknownType.thread: an option of type java.lang.Thread is not supported."
            + " Use String, a number, boolean, Duration, Instant, DataSize, Secret, Location, an"
            + " enum, a record, or List, Map<String, ...> or Optional of these",
        "Itself|$Itself: a configuration record must not contain itself",
        "BadDefault|$BadDefault.number: @Default(\"ten\") does not fit: [@Default(\"ten\"):"
            + " 'number' must be a whole number from -2147483648 to 2147483647, but is 'ten'.]",
        "RelativeDefault|$RelativeDefault.path: @Default(\"data\") does not fit:"
            + " [@Default(\"data\"): a default location must be absolute: there is no file to"
            + " start from]",
      },
      quoteCharacter = '`')
  void bind_recordWithAMistake_namesRecordAndComponent(String record, String message)
      throws ClassNotFoundException {
    Class<? extends Record> type =
        Class.forName(RecordBinderTest.class.getName() + "$" + record).asSubclass(Record.class);

    assertThatThrownBy(() -> bind(type, "{}"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(RecordBinderTest.class.getName() + message);
  }

  private <T extends Record> Optional<T> bind(Class<T> type, String yaml) {
    return new RecordBinder(redactor).bind(type, parse(yaml), problems);
  }

  private <T extends Record> T bindValid(Class<T> type, String yaml) {
    Optional<T> bound = bind(type, yaml);
    assertThat(problems.list()).isEmpty();
    return bound.orElseThrow();
  }

  private Mapping parse(String yaml) {
    return YamlReader.parse(yaml, "a.yaml", Path.of("/base"), problems).orElseThrow();
  }
}
