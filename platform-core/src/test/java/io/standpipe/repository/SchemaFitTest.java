package io.standpipe.repository;

import static io.standpipe.spi.Condition.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Columns that are not quite, or not at all, those of the record. */
@ExtendWith(TestSession.class)
class SchemaFitTest {
  @TempDir Path folder;

  record City(@Key String code, int people, Optional<String> country) {}

  record Narrow(byte a, short b, int c, long d, float e, double f, BigDecimal g, BigInteger h) {}

  record Times(LocalDate day, Instant at, LocalDateTime local) {}

  record Picky(@Key String code, int people) {
    Picky {
      if (people < 0) {
        throw new IllegalArgumentException("people must not be negative: " + people);
      }
    }
  }

  enum Size {
    S,
    M
  }

  record Typed(UUID id, Size size) {}

  private <T extends Record> Repository<T> over(String sql, Class<T> type) {
    return over(TestSession.session(), sql, type);
  }

  /** Rows that are computed only when they are read. */
  private static <T extends Record> Repository<T> lazy(
      SparkSession session, String sql, Class<T> type) {
    return Repository.of(
        TestSession.storage(new ReadOnlyConnector(session.sql(sql))), session, type);
  }

  private <T extends Record> Repository<T> over(SparkSession session, String sql, Class<T> type) {
    FolderConnector connector = FolderConnector.holding(folder.resolve("s"), session.sql(sql));
    return Repository.of(TestSession.storage(connector), session, type);
  }

  @Test
  void findAll_otherOrderCaseAndColumns_findsThemByName() {
    Repository<City> cities =
        over("select 'CH' as COUNTRY, 1.5 as extra, 7 as People, 'BRN' as code", City.class);

    assertThat(cities.findAll()).containsExactly(new City("BRN", 7, Optional.of("CH")));
    assertThat(cities.findBy(column("people").equalTo(7))).hasSize(1);
    String[] columns = cities.rows(column("people").equalTo(7), Dataset::columns);
    assertThat(columns).containsExactly("code", "People", "COUNTRY");
  }

  @Test
  void findAll_columnsThatDoNotFit_reportsAllBeforeReading() {
    Repository<City> cities =
        lazy(
            TestSession.session(),
            "select 1 as kode, 'x' as people, array(raise_error('was read')) as country",
            City.class);

    assertThatThrownBy(cities::findAll)
        .isInstanceOf(RepositoryException.class)
        .hasMessage(
            """
            Storage 'rows' (folder): its columns do not fit City:
            - component 'code': there is no column 'code'. Did you mean 'kode'?
            - component 'people': Integer cannot be read from string.
            - component 'country': String cannot be read from array<void>.
            Change the record, or name columns with @ColumnName.""");
  }

  @Test
  void count_unrelatedColumnsThatDoNotFit_stillCounts() {
    Repository<City> cities = over("select 'BRN' as code, 'x' as people", City.class);

    assertThat(cities.count()).isEqualTo(1);
    assertThat(cities.count(column("code").equalTo("BRN"))).isEqualTo(1);
    assertThatThrownBy(() -> cities.count(column("country").isNull()))
        .isInstanceOf(RepositoryException.class)
        .hasMessage(
            "Storage 'rows' (folder): its columns do not fit City: component 'country': there is no"
                + " column 'country'. Known columns: code, people. Change the record, or name"
                + " columns with @ColumnName.");
  }

  @Test
  void findAll_caseSensitiveSession_missesNamesInAnotherCase() {
    SparkSession session = TestSession.session("spark.sql.caseSensitive", "true");
    Repository<City> cities =
        over(session, "select 'BRN' as Code, 1 as people, 'CH' as country", City.class);

    assertThatThrownBy(cities::findAll)
        .isInstanceOf(RepositoryException.class)
        .hasMessageContaining("component 'code': there is no column 'code'. Did you mean 'Code'?");
  }

  @Test
  void findAll_namesThatDifferInCase_readsTheExactOneOrReportsBoth() {
    SparkSession session = TestSession.session("spark.sql.caseSensitive", "true");
    String sql = "select 'BRN' as code, 'X' as CODE, 1 as people, 'CH' as country";
    Repository<City> exact = lazy(session, sql, City.class);

    assertThat(exact.findAll()).containsExactly(new City("BRN", 1, Optional.of("CH")));

    session.conf().set("spark.sql.caseSensitive", "false");
    assertThatThrownBy(exact::findAll)
        .isInstanceOf(RepositoryException.class)
        .hasMessageContaining("component 'code': column 'code' is ambiguous: code, CODE.");
  }

  @Test
  void findAll_nullInPrimitive_namesRowComponentAndRemedy() {
    Repository<City> cities =
        over("select 'BRN' as code, cast(null as int) as people, 'CH' as country", City.class);

    assertThatThrownBy(cities::findAll)
        .isInstanceOf(RepositoryException.class)
        .hasMessage(
            "Storage 'rows' (folder): row {code='BRN'} cannot be read as City: component 'people':"
                + " NULL does not fit into int. Use Integer or Optional<Integer>, or a condition"
                + " that leaves such rows out.");
    assertThat(cities.findBy(column("people").isNotNull())).isEmpty();
  }

  @Test
  void findAll_constructorThatRefuses_namesRowAndReason() {
    Repository<Picky> picky = over("select 'BRN' as code, -1 as people", Picky.class);

    assertThatThrownBy(picky::findAll)
        .isInstanceOf(RepositoryException.class)
        .hasMessage(
            "Storage 'rows' (folder): row {code='BRN'} cannot be read as Picky: the constructor of"
                + " Picky refuses it: people must not be negative: -1. Correct the row, or leave it"
                + " out with a condition.")
        .hasRootCauseInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void findAll_otherNumberTypes_areReadIfNoDigitIsLost() {
    Repository<Narrow> numbers =
        over(
            "select 127L as a, cast(-5 as decimal(10,3)) as b, cast(7 as byte) as c, 8 as d,"
                + " cast('0.1' as decimal(3,1)) as e, cast(0.1 as float) as f, 5 as g, 6L as h",
            Narrow.class);

    assertThat(numbers.findAll())
        .containsExactly(
            new Narrow(
                (byte) 127,
                (short) -5,
                7,
                8L,
                0.1f,
                0.1f,
                BigDecimal.valueOf(5),
                BigInteger.valueOf(6)));
  }

  @Test
  void findAll_numberThatDoesNotFit_isRefusedWithItsValue() {
    record Small(@Key int id, byte a) {}
    record Exact(@Key int id, float f) {}

    assertThatThrownBy(over("select 1 as id, 128 as a", Small.class)::findAll)
        .isInstanceOf(RepositoryException.class)
        .hasMessage(
            "Storage 'rows' (folder): row {id=1} cannot be read as Small: component 'a': 128 does"
                + " not fit into Byte. Give the component a wider type.");
    folder = folder.resolve("next");
    assertThatThrownBy(over("select 1 as id, 1.5 as a", Small.class)::findAll)
        .hasMessageContaining("1.5 does not fit into Byte");
    folder = folder.resolve("next");
    assertThatThrownBy(over("select 1 as id, 0.12345678901D as f", Exact.class)::findAll)
        .hasMessageContaining("0.12345678901 does not fit into Float");
  }

  @Test
  void findAll_doubleForWhole_isAMismatchOfTypes() {
    record Whole(int a) {}

    assertThatThrownBy(over("select 1.0D as a", Whole.class)::findAll)
        .isInstanceOf(RepositoryException.class)
        .hasMessageContaining("component 'a': Integer cannot be read from double");
  }

  @Test
  void findAll_textThatIsNone_isRefused() {
    assertThatThrownBy(over("select 'no-uuid' as id, 'S' as size", Typed.class)::findAll)
        .isInstanceOf(RepositoryException.class)
        .hasMessageContaining("component 'id': 'no-uuid' is no UUID.");
    folder = folder.resolve("next");
    assertThatThrownBy(
            over("select cast(null as string) as id, 'XL' as size", Typed.class)::findAll)
        .isInstanceOf(RepositoryException.class)
        .hasMessage(
            "Storage 'rows' (folder): row {id=null, size='XL'} cannot be read as Typed: component"
                + " 'size': 'XL' is no constant of Size. Known constants: S, M.");
  }

  @Test
  void findAll_oldDatesWithEitherDateClasses_areTheSame() {
    String sql =
        "select date'1500-02-28' as day, timestamp'1500-01-01 00:00:00Z' as at,"
            + " timestamp_ntz'0044-03-15 12:00:00.000001' as local";
    Times expected =
        new Times(
            LocalDate.of(1500, 2, 28),
            Instant.parse("1500-01-01T00:00:00Z"),
            LocalDateTime.parse("0044-03-15T12:00:00.000001"));

    for (String java8 : List.of("true", "false")) {
      SparkSession session = TestSession.session("spark.sql.datetime.java8API.enabled", java8);
      assertThat(lazy(session, sql, Times.class).findAll()).as(java8).containsExactly(expected);
    }
  }

  @Test
  void findAll_timesWithAndWithoutZone_meetInTheSessionsZone() {
    Repository<Times> times =
        over(
            "select date'2026-01-01' as day, timestamp_ntz'2026-01-01 05:30:00' as at,"
                + " timestamp'2026-01-01 00:00:00Z' as local",
            Times.class);

    assertThat(times.findAll())
        .containsExactly(
            new Times(
                LocalDate.of(2026, 1, 1),
                Instant.parse("2026-01-01T00:00:00Z"),
                LocalDateTime.parse("2026-01-01T05:30:00")));
    assertThat(times.count(column("at").equalTo(Instant.parse("2026-01-01T00:00:00Z"))))
        .isEqualTo(1);
    assertThat(times.count(column("local").equalTo(LocalDateTime.parse("2026-01-01T05:30:00"))))
        .isEqualTo(1);
  }

  @Test
  void findAll_structInAnotherOrder_isReadByName() {
    record Inner(@ColumnName("the_x") int x, String y) {}
    record Outer(Inner inner) {}

    assertThat(
            over("select named_struct('extra', 1, 'y', 'b', 'THE_X', 5L) as inner", Outer.class)
                .findAll())
        .containsExactly(new Outer(new Inner(5, "b")));
    folder = folder.resolve("next");
    assertThatThrownBy(over("select named_struct('y', 1) as inner", Outer.class)::findAll)
        .isInstanceOf(RepositoryException.class)
        .hasMessage(
            """
            Storage 'rows' (folder): its columns do not fit Outer:
            - component 'inner.x': there is no column 'the_x'. Known columns: y.
            - component 'inner.y': String cannot be read from int.
            Change the record, or name columns with @ColumnName.""");
  }

  @Test
  void findAll_columnNameWithDotAndQuote_isTakenLiterally() {
    record Odd(@ColumnName("a.b`c") int value) {}
    Repository<Odd> odd =
        lazy(TestSession.session(), "select 5 as `a.b``c`, 6 as other", Odd.class);

    assertThat(odd.findBy(column("a.b`c").greaterThan(4))).containsExactly(new Odd(5));
  }

  @Test
  void findBy_nameOfAComponentThatIsAlsoAColumn_meansTheColumn() {
    record Swapped(@ColumnName("b") int a, @ColumnName("a") int b) {}
    Repository<Swapped> swapped = over("select 1 as a, 2 as b", Swapped.class);

    assertThat(swapped.findBy(column("a").equalTo(1))).containsExactly(new Swapped(2, 1));
  }
}
