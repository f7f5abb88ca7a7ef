package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.standpipe.config.ConfigurationException;
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
  private static final String NEW_YORK = "America/New_York";

  TypeSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  @Override
  void define() {
    roundTrips(new Group(TypeCase.all(), spark));
    roundTrips(new Group(TypeCase.ofClocks(), in(NEW_YORK)));
    unsupported("void", "NULL");
    unsupported("day-time interval", "INTERVAL '1' DAY");
    unsupported("year-month interval", "INTERVAL '1' YEAR");
  }

  private SparkSession in(String zone) {
    SparkSession session = spark.newSession();
    session.conf().set("spark.sql.session.timeZone", zone);
    return session;
  }

  private void roundTrips(Group group) {
    for (TypeCase each : group.cases) {
      behaviour(each.behaviour(), () -> roundTrip(group, each));
    }
  }

  private boolean isRefused(TypeCase each) {
    return deviation(Kind.REFUSES, each.behaviour()).isPresent();
  }

  private void roundTrip(Group group, TypeCase each) {
    Optional<Wide> table = isRefused(each) ? Optional.empty() : group.table();
    if (table.isEmpty()) {
      alone(each, group.writing);
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

  /** Cases whose values are written together: a table each would take minutes. */
  private final class Group {
    private final List<TypeCase> cases;
    private final SparkSession writing;
    private Optional<Wide> wide = Optional.empty();
    private boolean tried;

    Group(List<TypeCase> cases, SparkSession writing) {
      this.cases = cases;
      this.writing = writing;
    }

    /**
     * The table of those that are not refused; empty if one spoils it: then each is tried alone.
     */
    Optional<Wide> table() {
      if (!tried) {
        tried = true;
        try {
          wide =
              Optional.of(wide(cases.stream().filter(each -> !isRefused(each)).toList(), writing));
        } catch (StorageException | ConfigurationException spoilt) {
          wide = Optional.empty();
        }
      }
      return wide;
    }
  }

  private Wide wide(List<TypeCase> cases, SparkSession writing) {
    List<String> columns = columns(cases);
    Dataset<Row> sent = TypeCase.rows(writing, cases, columns);
    Storage storage = bench.storage(sent.schema());
    bench.suite().load(writing, storage, sent);
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

  private void alone(TypeCase each, SparkSession writing) {
    Dataset<Row> sent = TypeCase.rows(writing, List.of(each), List.of("v"));
    Storage storage = bench.storage(sent.schema());
    bench.suite().load(writing, storage, sent);
    storage.act(
        () -> {
          compare(each.behaviour(), sent, storage.read(spark));
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
          Dataset<Row> sent =
              Rows.sql(spark, "SELECT id, %s AS v FROM range(1, 3)".formatted(value));
          Optional<String> refusal = refusal(behaviour, sent);
          if (refusal.isEmpty()) {
            return Result.supported(behaviour, "");
          }
          String type = sent.schema().apply("v").dataType().catalogString();
          assertThat(refusal.get()).matches("(?is).*\\bv\\b.*" + type + ".*");
          return Result.refused(behaviour, refusal.get());
        });
  }

  /** Why rows cannot be stored, by the configuration or by the storage; empty if they are. */
  private Optional<String> refusal(Behaviour behaviour, Dataset<Row> sent) {
    String object = Bench.fresh();
    Storage storage;
    try {
      storage = bench.open(object, bench.options(object, sent.schema()));
    } catch (ConfigurationException refused) {
      return Optional.of(Messages.lasting(object, refused.problems().get(0).message()));
    }
    Throwable thrown = catchThrowable(() -> bench.suite().load(spark, storage, sent));
    if (thrown == null) {
      storage.act(
          () -> {
            compare(behaviour, sent, storage.read(spark));
            return true;
          });
      return Optional.empty();
    }
    assertThat(thrown).isInstanceOf(StorageException.class);
    return Optional.of(Messages.lasting(storage, thrown));
  }
}
