package io.standpipe.repository;

import static io.standpipe.spi.Condition.allOf;
import static io.standpipe.spi.Condition.anyOf;
import static io.standpipe.spi.Condition.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.Condition;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What conditions select in every storage that can be read, appended to and deleted from. */
public abstract class ConditionContract extends StorageContract {

  private static void assertFinds(
      Repository<Airport> airports, Condition condition, String... codes) {
    assertThat(codes(airports, condition)).as("%s", condition).containsExactly(codes);
  }

  @Test
  void findBy_comparisons_selectAsSqlDoes() {
    Repository<Airport> airports = airports();

    assertFinds(airports, column("code").equalTo("ZRH"), "ZRH");
    assertFinds(airports, column("iata_code").equalTo("ZRH"), "ZRH");
    assertFinds(airports, column("IATA_CODE").equalTo("zrh"));
    assertFinds(airports, column("name").notEqualTo("Bern"), "GVA", "ZRH");
    assertFinds(airports, column("elevation").lessThan(432), "GVA");
    assertFinds(airports, column("elevation").atMost(432), "GVA", "ZRH");
    assertFinds(airports, column("elevation").greaterThan(432), "BRN");
    assertFinds(airports, column("elevation").atLeast(432), "BRN", "ZRH");
    assertFinds(airports, column("elevation").between(430, 432), "GVA", "ZRH");
    assertFinds(airports, column("elevation").between(500, 400));
  }

  @Test
  void count_condition_countsTheRowsThatAreFound() {
    Repository<Airport> airports = airports();

    assertThat(airports.count()).isEqualTo(4);
    assertThat(airports.count(column("elevation").greaterThan(431))).isEqualTo(2);
    assertThat(airports.count(column("kind").equalTo(Kind.LARGE).negate())).isEqualTo(1);
    assertThat(airports.exists(column("kind").equalTo(Kind.LARGE))).isTrue();
    assertThat(airports.exists(column("elevation").greaterThan(1000))).isFalse();
  }

  @Test
  void findBy_combinations_followThreeValuedLogic() {
    Repository<Airport> airports = airports();
    Condition bern = column("name").equalTo("Bern");

    assertFinds(airports, allOf(), "BRN", "GVA", "NIL", "ZRH");
    assertFinds(airports, anyOf());
    assertFinds(airports, bern.negate(), "GVA", "ZRH");
    assertFinds(airports, bern.negate().negate(), "BRN");
    assertFinds(airports, bern.or(column("runways").equalTo(3)), "BRN", "ZRH");
    assertFinds(airports, bern.and(column("runways").equalTo(3)));
    assertFinds(
        airports,
        anyOf(
            allOf(column("open").equalTo(true), anyOf(bern, column("code").equalTo("GVA"))),
            column("name").isNull()),
        "BRN",
        "GVA",
        "NIL");
    assertFinds(airports, column("name").isNull(), "NIL");
    assertFinds(airports, column("name").isNotNull(), "BRN", "GVA", "ZRH");
    assertFinds(airports, column("city").isNull(), "BRN", "GVA", "NIL");
    assertFinds(airports, column("remarks").isNull(), "NIL");
  }

  @Test
  void findBy_lists_treatNullAsSqlDoes() {
    Repository<Airport> airports = airports();

    assertFinds(airports, column("code").in(List.of("ZRH", "BRN", "???")), "BRN", "ZRH");
    assertFinds(airports, column("code").in(List.of()));
    assertFinds(airports, column("code").in(List.of()).negate(), "BRN", "GVA", "NIL", "ZRH");
    assertFinds(airports, column("name").in(List.of("Bern")).negate(), "GVA", "ZRH");
    assertFinds(airports, column("name").in(Arrays.asList("Bern", null)), "BRN");
    assertFinds(airports, column("name").in(Arrays.asList("Bern", null)).negate());
    assertFinds(airports, column("kind").in(List.of(Kind.SMALL, Kind.LARGE)), "BRN", "GVA", "ZRH");
    assertFinds(
        airports, column("city").in(List.of(Optional.of("Kloten"), Optional.empty())), "ZRH");
  }

  @Test
  void findBy_valuesOfTheComponentsTypes_areConverted() {
    Repository<Airport> airports = airports();

    assertFinds(airports, column("reference").equalTo(ZRH.reference()), "ZRH");
    assertFinds(
        airports, column("reference").equalTo(ZRH.reference().toString().toUpperCase()), "ZRH");
    assertFinds(airports, column("kind").equalTo(Kind.SMALL), "BRN");
    assertFinds(airports, column("airport_kind").equalTo("SMALL"), "BRN");
    assertFinds(airports, column("city").equalTo(Optional.of("Kloten")), "ZRH");
    assertFinds(airports, column("updated").equalTo(ZRH.updated()), "ZRH");
    assertFinds(airports, column("updated").equalTo(ZRH.updated().plusNanos(999)), "ZRH");
    assertFinds(
        airports, column("updated").equalTo(ZRH.updated().atZone(ZoneId.of("UTC+2"))), "ZRH");
    assertFinds(
        airports,
        column("updated").greaterThan(Timestamp.from(Instant.ofEpochSecond(500))),
        "BRN",
        "ZRH");
    assertFinds(airports, column("midnight").equalTo(ZRH.midnight()), "ZRH");
    assertFinds(airports, column("opened").lessThan(LocalDate.of(1951, 1, 1)), "GVA");
    assertFinds(airports, column("opened").equalTo(java.sql.Date.valueOf("1953-08-29")), "ZRH");
    assertFinds(airports, column("fee").equalTo(new BigDecimal("1234567.8")), "ZRH");
    assertFinds(airports, column("fee").greaterThan(500), "BRN", "ZRH");
    assertFinds(airports, column("passengers").equalTo(Long.MIN_VALUE), "NIL");
    assertFinds(airports, column("passengers").greaterThan(BigInteger.TEN.pow(10)), "ZRH");
    assertFinds(airports, column("elevation").greaterThan(431.5), "BRN", "ZRH");
    assertFinds(airports, column("elevation").lessThan(Long.MAX_VALUE), "BRN", "GVA", "ZRH");
    assertFinds(airports, column("latitude").lessThan(48), "ZRH");
    assertFinds(airports, column("rating").equalTo(4.1f), "ZRH");
    assertFinds(airports, column("rating").equalTo(4.1), "ZRH");
    assertFinds(airports, column("open").equalTo(false), "NIL");
  }

  @Test
  void findBy_sqlExpression_isTakenAsItIs() {
    assertFinds(
        airports(), Condition.expression("length(name) = 4 or iata_code = 'GVA'"), "BRN", "GVA");
  }

  @Test
  void findBy_awkwardText_findsExactlyThatText() {
    List<String> texts =
        List.of(
            "O'Brien",
            "100%",
            "1000",
            "a_b",
            "axb",
            "back\\slash",
            "\\",
            "\"quoted\"",
            "`tick`",
            "x' OR '1'='1",
            "'; DROP TABLE notes; --",
            "${env:HOME}",
            "? ?1 :name",
            "null",
            "two\nlines",
            "tab\there",
            "Zürich 東京 😀",
            "",
            " space ",
            "/* */");
    Repository<Note> notes = repository(Note.class);
    notes.save(IntStream.range(0, texts.size()).mapToObj(i -> new Note(i, texts.get(i))).toList());

    for (int i = 0; i < texts.size(); i++) {
      String text = texts.get(i);
      assertThat(notes.findBy(column("text").equalTo(text)))
          .as(text)
          .containsExactly(new Note(i, text));
      assertThat(notes.findBy(column("text").contains(text)).stream().map(Note::text).sorted())
          .as("contains %s", text)
          .containsExactlyElementsOf(
              texts.stream().filter(other -> other.contains(text)).sorted().toList());
    }
  }

  @Test
  void findBy_startsWith_takesWildcardsLiterally() {
    Repository<Note> notes = repository(Note.class);
    notes.save(
        List.of(
            new Note(1, "50% off"),
            new Note(2, "500 off"),
            new Note(3, "a_b"),
            new Note(4, "axb"),
            new Note(5, "\\%x"),
            new Note(6, "\\yx")));

    assertThat(ids(notes, column("text").startsWith("50%"))).containsExactly(1);
    assertThat(ids(notes, column("text").startsWith("a_"))).containsExactly(3);
    assertThat(ids(notes, column("text").startsWith("\\%"))).containsExactly(5);
    assertThat(ids(notes, column("text").startsWith("\\"))).containsExactly(5, 6);
  }

  @Test
  void findBy_listOfAwkwardTexts_findsThem() {
    Repository<Note> notes = repository(Note.class);
    notes.save(
        List.of(new Note(1, "O'Brien"), new Note(2, "a\\"), new Note(3, "','"), new Note(4, "x")));

    assertThat(ids(notes, column("text").in(List.of("O'Brien", "a\\", "','"))))
        .containsExactly(1, 2, 3);
  }

  @Test
  void delete_awkwardText_deletesExactlyThatText() {
    List<String> texts =
        List.of("O'Brien", "x' OR '1'='1", "100%", "a\\b", "'; DROP TABLE notes; --", "kept");
    Repository<Note> notes = repository(Note.class);
    notes.save(IntStream.range(0, texts.size()).mapToObj(i -> new Note(i, texts.get(i))).toList());

    for (int i = 0; i < texts.size() - 1; i++) {
      notes.delete(column("text").equalTo(texts.get(i)));
      assertThat(notes.count()).as(texts.get(i)).isEqualTo(texts.size() - 1L - i);
    }
    assertThat(notes.findAll()).containsExactly(new Note(texts.size() - 1, "kept"));
  }

  @Test
  void findBy_likePatterns_matchAsSqlDoes() {
    Repository<Note> notes = repository(Note.class);
    notes.save(
        List.of(
            new Note(1, "100%"),
            new Note(2, "100 percent"),
            new Note(3, "a_b"),
            new Note(4, "axb"),
            new Note(5, "a\\b"),
            new Note(6, null)));

    assertThat(ids(notes, column("text").like("100%"))).containsExactly(1, 2);
    assertThat(ids(notes, column("text").like("100\\%"))).containsExactly(1);
    assertThat(ids(notes, column("text").like("a_b"))).containsExactly(3, 4, 5);
    assertThat(ids(notes, column("text").like("a\\_b"))).containsExactly(3);
    assertThat(ids(notes, column("text").like("a\\\\b"))).containsExactly(5);
    assertThat(ids(notes, column("text").like("%").negate())).isEmpty();
    assertThat(ids(notes, column("text").like("100").negate())).containsExactly(1, 2, 3, 4, 5);
  }

  private static List<Integer> ids(Repository<Note> notes, Condition condition) {
    return notes.findBy(condition).stream().map(Note::id).sorted().toList();
  }

  @Test
  void findBy_unknownName_suggestsTheNearest() {
    Repository<Airport> airports = repository(Airport.class);

    assertThatThrownBy(() -> airports.findBy(column("elevatoin").equalTo(1)))
        .isInstanceOf(RepositoryException.class)
        .hasMessageEndingWith(
            "the condition does not fit: Airport has no component or column 'elevatoin'."
                + " Did you mean 'elevation'?");
    assertThatThrownBy(() -> airports.delete(column("iata_kode").isNull()))
        .isInstanceOf(RepositoryException.class)
        .hasMessageEndingWith("'iata_kode'. Did you mean 'iata_code'?");
    assertThatThrownBy(() -> airports.count(column("name` or 1=1 or `name").isNull()))
        .isInstanceOf(RepositoryException.class)
        .hasMessageContaining("Airport has no component or column 'name` or 1=1 or `name'.");
  }

  @Test
  void findBy_valueThatCannotBeCompared_isRefused() {
    Repository<Airport> airports = repository(Airport.class);

    assertThatThrownBy(() -> airports.findBy(column("name").equalTo(0)))
        .isInstanceOf(RepositoryException.class)
        .hasMessageEndingWith(
            "the condition does not fit: component 'name': it holds String and cannot be compared"
                + " with the Integer 0. Give a String.");
    assertThatThrownBy(() -> airports.findBy(column("remarks").equalTo("x")))
        .isInstanceOf(RepositoryException.class)
        .hasMessageEndingWith(
            "the condition does not fit: component 'remarks': a column that holds compressed"
                + " String cannot be compared with a value. Only isNull() and isNotNull() go with"
                + " it.");
    assertThatThrownBy(() -> airports.findBy(column("remarks").contains("x")))
        .isInstanceOf(RepositoryException.class)
        .hasMessageContaining("LIKE needs text, and the column holds compressed String");
    assertThatThrownBy(() -> airports.findBy(column("kind").equalTo("LARG")))
        .isInstanceOf(RepositoryException.class)
        .hasMessageEndingWith(
            "component 'kind' (column 'airport_kind'): 'LARG' is no constant of Kind."
                + " Did you mean 'LARGE'?");
    assertThatThrownBy(() -> airports.findBy(column("city").equalTo(Optional.empty())))
        .isInstanceOf(RepositoryException.class)
        .hasMessageContaining("an empty Optional is NULL. To compare with NULL use isNull().");
    assertThatThrownBy(() -> airports.findBy(column("name").like("100\\")))
        .isInstanceOf(RepositoryException.class)
        .hasMessageContaining("the LIKE pattern '100\\' has a backslash that escapes nothing");
    assertThatThrownBy(() -> column("name").equalTo(null))
        .hasMessage("value: to compare with NULL use isNull()");
  }

  @Test
  void findBy_manyThreads_eachFindsItsOwn() throws Exception {
    Repository<Note> notes = repository(Note.class);
    notes.save(IntStream.range(0, 8).mapToObj(i -> new Note(i, "n" + i)).toList());
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Callable<List<Note>>> searches =
          IntStream.range(0, 8)
              .<Callable<List<Note>>>mapToObj(i -> () -> notes.findBy(column("id").equalTo(i)))
              .toList();
      var found = threads.invokeAll(searches);
      for (int i = 0; i < 8; i++) {
        assertThat(found.get(i).get()).containsExactly(new Note(i, "n" + i));
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
