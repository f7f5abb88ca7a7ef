package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.standpipe.storage.Storage;
import io.standpipe.storage.StorageException;
import io.standpipe.tck.Deviations.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** D: values come back as they were written, or are refused. */
final class TypeSection extends Section {
  private static final Behaviour UNSUPPORTED = Behaviour.of(27, "types that few can store");
  private static final Behaviour NAMES = Behaviour.of(28, "column names");
  private static final String NEW_YORK = "America/New_York";

  private static final List<TypeCase> CASES = TypeCase.all();
  private static final TypeCase GAP =
      new TypeCase(
          TypeCase.VALUES.variant("timestamps around a change of the session's clocks"),
          "TIMESTAMP",
          List.of(
              "'2024-03-10 01:59:59'",
              "'2024-03-10 02:30:00'",
              "'2024-11-03 01:30:00'",
              "'1883-11-18 12:00:00'"));
  private static final TypeCase GAP_WITHOUT_ZONE =
      new TypeCase(
          TypeCase.VALUES.variant("timestamp without zone in an hour that the zone skips"),
          "TIMESTAMP_NTZ",
          List.of("'2024-03-10 02:30:00'", "'2024-11-03 01:30:00'"));

  /** One table for all cases: a table each would take minutes. */
  private Optional<Wide> wide = Optional.empty();

  private boolean wideTried;

  TypeSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  @Override
  void define() {
    for (TypeCase each : CASES) {
      behaviour(each.behaviour(), () -> roundTrip(each));
    }
    for (TypeCase each : List.of(GAP, GAP_WITHOUT_ZONE)) {
      behaviour(each.behaviour(), () -> alone(each, in(NEW_YORK), spark));
    }
    unsupported("void", "NULL");
    unsupported("day-time interval", "INTERVAL '1' DAY");
    unsupported("year-month interval", "INTERVAL '1' YEAR");
    name("upper case", "UpperCase");
    name("blank", "two words");
    name("quotes", "quo\"te'd");
    name("backtick", "back`tick");
    name("reserved word", "select");
    name("łąka", "łąka_列");
    name("dot", "a.b");
    name("hyphen and slash", "a-b/c");
    name("leading digit", "1st");
  }

  private SparkSession in(String zone) {
    SparkSession session = spark.newSession();
    session.conf().set("spark.sql.session.timeZone", zone);
    return session;
  }

  private void roundTrip(TypeCase each) {
    boolean refused = deviation(Kind.REFUSES, each.behaviour()).isPresent();
    Optional<Wide> table = refused ? Optional.empty() : wide();
    if (table.isEmpty()) {
      alone(each, spark, spark);
      return;
    }
    String column = table.get().column(each);
    assertThat(table.get().types().get(column)).isEqualTo(expectedType(each));
    assertThat(table.get().found().get(column)).isEqualTo(table.get().expected().get(column));
  }

  private String expectedType(TypeCase each) {
    Dataset<Row> sent = TypeCase.rows(spark, List.of(each), List.of("v"));
    return sent.selectExpr(read(each.behaviour())).schema().apply(0).dataType().catalogString();
  }

  private String read(Behaviour behaviour) {
    return deviation(Kind.READS, behaviour).orElse("v");
  }

  /** What was sent, as it should be read, and what was read, by column. */
  private record Wide(
      List<TypeCase> cases,
      Map<String, String> types,
      Map<String, List<String>> expected,
      Map<String, List<String>> found) {
    String column(TypeCase each) {
      return columns(cases).get(cases.indexOf(each));
    }
  }

  private static List<String> columns(List<TypeCase> cases) {
    return IntStream.range(0, cases.size()).mapToObj(i -> "c" + i).toList();
  }

  /** The table of all cases; empty if one of them spoils it: then each is tried alone. */
  private Optional<Wide> wide() {
    if (!wideTried) {
      wideTried = true;
      List<TypeCase> cases =
          CASES.stream()
              .filter(each -> deviation(Kind.REFUSES, each.behaviour()).isEmpty())
              .toList();
      try {
        wide = Optional.of(wide(cases));
      } catch (StorageException spoilt) {
        wide = Optional.empty();
      }
    }
    return wide;
  }

  private Wide wide(List<TypeCase> cases) {
    List<String> columns = columns(cases);
    Dataset<Row> sent = TypeCase.rows(spark, cases, columns);
    Storage storage = bench.holding(sent);
    String[] expected = new String[cases.size() + 1];
    expected[0] = "id";
    for (int i = 0; i < cases.size(); i++) {
      String column = columns.get(i);
      // v is the case's column there.
      expected[i + 1] =
          read(cases.get(i).behaviour()).replaceAll("\\bv\\b", column) + " AS " + column;
    }
    return storage.act(
        () -> {
          Dataset<Row> read = storage.read(spark);
          Map<String, String> types = new HashMap<>();
          columns.forEach(
              column -> types.put(column, read.schema().apply(column).dataType().catalogString()));
          return new Wide(
              cases,
              types,
              Rows.textsByColumn(sent.selectExpr(expected)),
              Rows.textsByColumn(read));
        });
  }

  private void alone(TypeCase each, SparkSession writing, SparkSession reading) {
    Dataset<Row> sent = TypeCase.rows(writing, List.of(each), List.of("v"));
    Storage storage = bench.storage(sent.schema());
    bench.suite().load(writing, storage, sent);
    storage.act(
        () -> {
          compare(each.behaviour(), sent, storage.read(reading));
          return true;
        });
  }

  private void compare(Behaviour behaviour, Dataset<Row> sent, Dataset<Row> found) {
    Dataset<Row> expected = sent.selectExpr("id", read(behaviour) + " AS v");
    assertThat(found.schema().apply("v").dataType().catalogString())
        .as("type")
        .isEqualTo(expected.schema().apply("v").dataType().catalogString());
    assertThat(Rows.texts(found, "v")).isEqualTo(Rows.texts(expected, "v"));
  }

  /** Stored exactly, or refused with the names of column and type. */
  private void unsupported(String variant, String value) {
    Behaviour behaviour = UNSUPPORTED.variant(variant);
    test(
        behaviour,
        () -> {
          String object = Bench.fresh();
          Storage storage = bench.open(object, bench.suite().storage(object));
          Dataset<Row> sent =
              Rows.sql(spark, "SELECT id, %s AS v FROM range(1, 3)".formatted(value));
          Throwable thrown = catchThrowable(() -> bench.suite().load(spark, storage, sent));
          if (thrown == null) {
            storage.act(
                () -> {
                  compare(behaviour, sent, storage.read(spark));
                  return true;
                });
            return Result.supported(behaviour, "");
          }
          String type = sent.schema().apply("v").dataType().catalogString();
          assertThat(thrown)
              .isInstanceOf(StorageException.class)
              .hasMessageMatching("(?is).*\\bv\\b.*" + type + ".*");
          return Result.refused(behaviour, Messages.lasting(storage, thrown));
        });
  }

  private void name(String variant, String column) {
    behaviour(
        NAMES.variant(variant),
        () -> {
          Dataset<Row> sent = Rows.numbers(spark, 1, 3).withColumnRenamed("name", column);
          Storage storage = bench.holding(sent);
          assertThat(storage.<List<String>>act(() -> Rows.columns(storage.read(spark))))
              .containsExactlyInAnyOrder("id", column);
          storage.act(
              () -> {
                Dataset<Row> read = storage.read(spark);
                assertThat(Rows.texts(read, column)).containsExactly("row 1", "row 2");
                String filter = Rows.quoted(column) + " = 'row 2'";
                assertThat(Rows.texts(read.filter(filter), column)).containsExactly("row 2");
                return true;
              });
        });
  }
}
