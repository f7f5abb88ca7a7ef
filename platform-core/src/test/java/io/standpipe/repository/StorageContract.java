package io.standpipe.repository;

import io.standpipe.spi.Condition;
import io.standpipe.storage.Storage;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * Records to store, and where: what the contracts of repositories have in common. A test of one
 * technology extends {@link RepositoryContract}, {@link ConditionContract} and, if it has such
 * columns, {@link NestedTypesContract}, each with the same {@link Tables}.
 */
public abstract class StorageContract {

  /** A size of airport. */
  public enum Kind {
    SMALL,
    LARGE
  }

  /** Most types that a component may have. */
  public record Airport(
      @Key @ColumnName("iata_code") String code,
      String name,
      Optional<String> city,
      int runways,
      Integer elevation,
      long passengers,
      Double latitude,
      float rating,
      boolean open,
      @Precision(digits = 12, scale = 2) BigDecimal fee,
      LocalDate opened,
      @ColumnName("updated_at") Instant updated,
      @ColumnName("local_midnight") LocalDateTime midnight,
      UUID reference,
      @ColumnName("airport_kind") Kind kind,
      @Compressed String remarks) {}

  /** A key of two columns, which are not in the order of the key. */
  public record Leg(
      @Key(order = 2) String flight,
      @Key(order = 1) @ColumnName("flight_day") LocalDate day,
      int seats) {}

  /** Text as it is. */
  public record Note(@Key int id, String text) {}

  /** Large values, plain and compressed. */
  public record Blob(
      @Key int id, byte[] raw, @Compressed byte[] packed, @Compressed Optional<String> text) {}

  /** Lists and the like have a column in every technology when they are compressed. */
  public record Folded(
      @Key int id, @Compressed List<String> lines, @Compressed Optional<Leg> leg) {}

  static final Airport ZRH =
      new Airport(
          "ZRH",
          "Zurich",
          Optional.of("Kloten"),
          3,
          432,
          28_900_000_000L,
          47.4647,
          4.1f,
          true,
          new BigDecimal("1234567.80"),
          LocalDate.of(1953, 8, 29),
          Instant.parse("2026-02-03T04:05:06.123456Z"),
          LocalDateTime.parse("2026-02-03T00:00:00"),
          UUID.fromString("00112233-4455-6677-8899-aabbccddeeff"),
          Kind.LARGE,
          "three runways\nand a train");
  static final Airport BRN = airport("BRN", "Bern", 510, Kind.SMALL);
  static final Airport GVA = airport("GVA", "Geneva", 430, Kind.LARGE);
  static final Airport NIL =
      new Airport(
          "NIL",
          null,
          Optional.empty(),
          0,
          null,
          Long.MIN_VALUE,
          null,
          -0.5f,
          false,
          null,
          null,
          null,
          null,
          null,
          null,
          null);

  /** Where the storages are made. */
  public interface Tables {
    /** The session that the storages work in. */
    SparkSession session();

    /**
     * A new storage without rows.
     *
     * @param schema its columns
     * @param keys the columns that identify a row, none or several
     */
    Storage create(StructType schema, List<String> keys);
  }

  /** The technology under test. */
  protected abstract Tables tables();

  /** A repository over a new storage that has the record's columns. */
  protected final <T extends Record> Repository<T> repository(Class<T> type) {
    RecordMapping<T> mapping = RecordMapping.of(type);
    List<String> keys = mapping.keys().stream().map(Component::column).toList();
    return Repository.of(tables().create(mapping.schema(), keys), tables().session(), type);
  }

  static Airport airport(String code, String name, int elevation, Kind kind) {
    return new Airport(
        code,
        name,
        Optional.empty(),
        1,
        elevation,
        elevation * 1000L,
        (double) elevation,
        0.1f,
        true,
        new BigDecimal(elevation + ".50"),
        LocalDate.of(1900 + elevation / 10, 1, 1),
        Instant.ofEpochSecond(elevation),
        LocalDate.of(1900 + elevation / 10, 1, 1).atTime(12, 30),
        new UUID(elevation, elevation),
        kind,
        "");
  }

  /** A repository over a new storage that holds the four airports. */
  final Repository<Airport> airports() {
    Repository<Airport> airports = repository(Airport.class);
    airports.save(List.of(ZRH, BRN, GVA, NIL));
    return airports;
  }

  static List<String> codes(Repository<Airport> airports, Condition condition) {
    return airports.findBy(condition).stream().map(Airport::code).sorted().toList();
  }
}
