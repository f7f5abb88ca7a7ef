package io.standpipe.repository;

import static io.standpipe.spi.Condition.allOf;
import static io.standpipe.spi.Condition.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.WriteResult;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/**
 * How records are found, saved, upserted and deleted in every storage that can be read, appended
 * to, upserted and deleted from. All columns are plain.
 */
public abstract class RepositoryContract extends StorageContract {

  @Test
  void findAll_savedRecords_comeBackEqual() {
    assertThat(airports().findAll()).containsExactlyInAnyOrder(ZRH, BRN, GVA, NIL);
  }

  @Test
  void findAll_emptyStorage_isEmpty() {
    Repository<Airport> airports = repository(Airport.class);

    assertThat(airports.findAll()).isEmpty();
    assertThat(airports.count()).isZero();
    assertThat(airports.exists(allOf())).isFalse();
  }

  @Test
  void save_moreRecords_addsThem() {
    Repository<Note> notes = repository(Note.class);

    notes.save(List.of(new Note(1, "one")));
    WriteResult result = notes.save(List.of(new Note(2, "two"), new Note(3, "three")));

    assertThat(result.outcome()).isEqualTo(WriteResult.Outcome.COMMITTED);
    assertThat(notes.count()).isEqualTo(3);
  }

  @Test
  void save_emptyCollection_changesNothing() {
    Repository<Note> notes = repository(Note.class);

    assertThat(notes.save(List.of())).isEqualTo(WriteResult.committed(0));
    assertThat(notes.upsert(List.of())).isEqualTo(WriteResult.committed(0));
    assertThat(notes.count()).isZero();
  }

  @Test
  void save_oneRecordThatDoesNotFit_writesNone() {
    Repository<Airport> airports = repository(Airport.class);
    Airport dear =
        new Airport(
            "XXX",
            "",
            Optional.empty(),
            0,
            0,
            0,
            0.0,
            0,
            false,
            new BigDecimal("0.005"),
            null,
            null,
            null,
            null,
            null,
            null);

    assertThatThrownBy(() -> airports.save(List.of(ZRH, dear)))
        .isInstanceOf(RepositoryException.class)
        .hasMessageEndingWith(
            "record 2 of 2 (Airport iata_code='XXX') cannot be written: component 'fee': 0.005 has"
                + " more than 2 digits after the point. Round it, or give the component more with"
                + " @Precision. Nothing was written.");
    assertThat(airports.count()).isZero();
  }

  @Test
  void upsert_knownAndNewKeys_updatesAndInserts() {
    Repository<Airport> airports = airports();
    Airport moved = airport("BRN", "Belp", 511, Kind.SMALL);
    Airport added = airport("LUG", "Lugano", 279, Kind.SMALL);

    airports.upsert(List.of(moved, added));

    assertThat(airports.findAll()).containsExactlyInAnyOrder(ZRH, moved, GVA, NIL, added);
  }

  @Test
  void upsert_compositeKey_replacesWhereAllOfItIsEqual() {
    Repository<Leg> legs = repository(Leg.class);
    LocalDate monday = LocalDate.of(2026, 3, 2);
    legs.save(
        List.of(
            new Leg("LX1", monday, 1),
            new Leg("LX1", monday.plusDays(1), 2),
            new Leg("LX2", monday, 3)));

    legs.upsert(List.of(new Leg("LX1", monday, 100), new Leg("LX2", monday.plusDays(1), 4)));

    assertThat(legs.findAll())
        .containsExactlyInAnyOrder(
            new Leg("LX1", monday, 100),
            new Leg("LX1", monday.plusDays(1), 2),
            new Leg("LX2", monday, 3),
            new Leg("LX2", monday.plusDays(1), 4));
  }

  @Test
  void upsert_twoRecordsWithOneKey_isRefusedBeforeAnythingIsWritten() {
    Repository<Leg> legs = repository(Leg.class);
    LocalDate day = LocalDate.of(2026, 3, 2);

    assertThatThrownBy(
            () ->
                legs.upsert(
                    List.of(
                        new Leg("LX1", day, 1), new Leg("LX2", day, 2), new Leg("LX1", day, 3))))
        .isInstanceOf(RepositoryException.class)
        .hasMessageEndingWith(
            "records 1 and 3 have the same key {flight='LX1', flight_day=2026-03-02}."
                + " Keep one of them. Nothing was written.");
    assertThat(legs.count()).isZero();
  }

  @Test
  void delete_condition_deletesOnlyWhereItIsTrue() {
    Repository<Airport> airports = airports();

    airports.delete(column("elevation").lessThan(500));

    assertThat(codes(airports, allOf())).containsExactly("BRN", "NIL");
    airports.delete(column("code").equalTo("BRN").or(column("iata_code").equalTo("NIL")));
    assertThat(airports.count()).isZero();
  }

  @Test
  void delete_conditionThatIsNeverTrue_deletesNothing() {
    Repository<Airport> airports = airports();

    airports.delete(column("name").in(List.of()));
    airports.delete(column("name").notEqualTo("Zurich").and(column("name").isNull()));

    assertThat(airports.count()).isEqualTo(4);
  }

  @Test
  void compressed_fiveMegabytesOfNoise_comeBackBitByBit() {
    byte[] noise = new byte[5 * 1024 * 1024];
    new Random(7).nextBytes(noise);
    StringBuilder text = new StringBuilder();
    new Random(8).ints(2 * 1024 * 1024, 0, 0x10000).forEach(c -> text.append((char) c));
    Repository<Blob> blobs = repository(Blob.class);

    blobs.upsert(List.of(new Blob(1, noise, noise, Optional.of(text.toString()))));

    Blob found = blobs.findBy(column("id").equalTo(1)).get(0);
    assertThat(Arrays.equals(found.raw(), noise)).isTrue();
    assertThat(Arrays.equals(found.packed(), noise)).isTrue();
    assertThat(found.text().orElseThrow().contentEquals(text)).isTrue();
  }

  @Test
  void compressed_everyCharacterAndSeparator_comeBackAsTheyWere() {
    StringBuilder all = new StringBuilder();
    IntStream.range(0, 0x10000).forEach(c -> all.append((char) c));
    String separators = ",;:|\t\n\r\u0000\u0001\u001c\u001d\u001e\u001f\u2028\"'`\\/{}[]()<>&=$#%~";
    Repository<Blob> blobs = repository(Blob.class);
    byte[] bytes = new byte[256];
    IntStream.range(0, 256).forEach(i -> bytes[i] = (byte) i);

    blobs.save(
        List.of(
            new Blob(1, bytes, bytes, Optional.of(all.toString())),
            new Blob(2, new byte[0], new byte[0], Optional.of("")),
            new Blob(3, null, null, Optional.empty()),
            new Blob(4, bytes, bytes, Optional.of(separators))));

    List<Blob> found = blobs.findAll().stream().sorted(Comparator.comparingInt(Blob::id)).toList();
    assertThat(found).extracting(Blob::raw).containsExactly(bytes, new byte[0], null, bytes);
    assertThat(found).extracting(Blob::packed).containsExactly(bytes, new byte[0], null, bytes);
    assertThat(found)
        .extracting(Blob::text)
        .containsExactly(
            Optional.of(all.toString()),
            Optional.of(""),
            Optional.empty(),
            Optional.of(separators));
  }

  @Test
  void compressed_listsAndRecords_comeBackEqual() {
    Repository<Folded> folded = repository(Folded.class);
    List<Folded> records =
        List.of(
            new Folded(
                1,
                List.of("a,b", "c;d", "", "\ud800", "\"{}[]"),
                Optional.of(new Leg("LX1", LocalDate.of(2026, 3, 2), 7))),
            new Folded(2, List.of(), Optional.empty()),
            new Folded(3, null, Optional.empty()));

    folded.save(records);

    assertThat(folded.findAll()).containsExactlyInAnyOrderElementsOf(records);
  }

  @Test
  void rows_condition_haveTheRecordsColumnsInItsOrder() {
    Repository<Leg> legs = repository(Leg.class);
    LocalDate day = LocalDate.of(2026, 3, 2);
    legs.save(List.of(new Leg("LX1", day, 1), new Leg("LX2", day, 2)));

    List<Row> found = legs.rows(column("seats").greaterThan(1), Dataset::collectAsList);

    assertThat(found).hasSize(1);
    assertThat(found.get(0).schema().fieldNames())
        .extracting(String::toLowerCase)
        .containsExactly("flight", "flight_day", "seats");
    assertThat(found.get(0).getString(0)).isEqualTo("LX2");
  }
}
