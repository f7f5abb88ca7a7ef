package io.standpipe.repository;

import static org.apache.spark.sql.functions.lit;

import io.standpipe.spi.Condition;
import io.standpipe.spi.Identifiers;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The rows of a storage as Java records: finds, counts, saves, upserts and deletes them, whatever
 * the storage's technology.
 *
 * <pre>{@code
 * record Airport(
 *     @Key @ColumnName("iata_code") String code,
 *     String name,
 *     Optional<Integer> elevation,
 *     @Compressed String remarks) {}
 *
 * Repository<Airport> airports = Repository.of(storage, session, Airport.class);
 * airports.upsert(List.of(new Airport("ZRH", "Zurich", Optional.of(432), "")));
 * List<Airport> high = airports.findBy(
 *     Condition.column("elevation").atLeast(400).and(Condition.column("name").startsWith("Z")));
 * airports.delete(Condition.column("code").equalTo("ZRH"));
 * }</pre>
 *
 * <p><b>Columns.</b> A component is stored in the column of its name or of its {@link ColumnName}.
 * The order of columns does not matter, columns that the record does not have are left alone, and
 * case is ignored unless {@code spark.sql.caseSensitive} is set. Components are primitives and
 * their boxes, {@code String}, {@code BigDecimal} (see {@link Precision}), {@code BigInteger},
 * {@code LocalDate}, {@code LocalDateTime}, {@code Instant} (both to the microsecond), {@code
 * UUID}, {@code byte[]}, enums (by name), records, and {@code Optional}, {@code List} and {@code
 * Map<String, ...>} of these. Numbers are also read from number columns of another type, if no
 * digit is lost. A column without a value is null, an empty {@code Optional}, or for a primitive an
 * error. Written columns are nullable unless they hold a primitive or a {@link Key}.
 *
 * <p><b>Conditions</b> name columns or components and are compared with values of the component's
 * type; a compressed component, a list, a map and a record only with NULL. They run inside the
 * storage as far as it can. {@link Condition.Expression} goes to the storage as it is, with the
 * storage's column names.
 *
 * <p>Found records and records to be written stand in the driver's memory: use {@link #rows} where
 * there are many. What the storage cannot do is refused with a {@link
 * io.standpipe.storage.StorageException}, what does not fit to the record with a {@link
 * RepositoryException}, before anything is written. Thread-safe; closes neither storage nor
 * session.
 *
 * @param <T> the record
 */
public final class Repository<T extends Record> {
  private final Storage storage;
  private final SparkSession session;
  private final RecordMapping<T> mapping;
  private final RowReader reader;

  private Repository(Storage storage, SparkSession session, RecordMapping<T> mapping) {
    this.storage = storage;
    this.session = session;
    this.mapping = mapping;
    this.reader = new RowReader(storage, session);
  }

  /**
   * The repository of a record class. Opens nothing.
   *
   * @throws RepositoryException with everything in the record that cannot be mapped to columns
   */
  public static <T extends Record> Repository<T> of(
      Storage storage, SparkSession session, Class<T> type) {
    Objects.requireNonNull(storage, "storage");
    Objects.requireNonNull(session, "session");
    return new Repository<>(storage, session, RecordMapping.of(type));
  }

  /**
   * All rows, in no particular order.
   *
   * @throws RepositoryException with all columns that do not fit, before a row is read; or with the
   *     first row that does not
   */
  public List<T> findAll() {
    return findBy(Condition.allOf());
  }

  /**
   * The rows for which the condition is true, in no particular order.
   *
   * @throws RepositoryException as {@link #findAll()}, and for a condition that does not fit
   */
  public List<T> findBy(Condition condition) {
    return records(rows(condition));
  }

  /**
   * Works on the rows for which the condition is true as a dataset of the record's columns, in the
   * order of its components: {@code rows(condition, rows -> rows.groupBy("city").count()
   * .collectAsList())}. Lazy: Spark reads them when an action needs them. Return values, not
   * datasets: only within {@code work} does Spark find the classes of plug-ins.
   *
   * @throws RepositoryException if columns or the condition do not fit
   */
  public <R> R rows(Condition condition, Function<Dataset<Row>, R> work) {
    Objects.requireNonNull(work, "work");
    Dataset<Row> rows = rows(condition);
    return storage.act(() -> work.apply(rows));
  }

  private Dataset<Row> rows(Condition condition) {
    Objects.requireNonNull(condition, "condition");
    Dataset<Row> all = reader.open();
    Column[] columns =
        reader.bind(all, mapping).cells().stream()
            .map(cell -> Identifiers.column(cell.column()))
            .toArray(Column[]::new);
    Dataset<Row> found = filtered(all, condition);
    return reader.act(() -> found.select(columns));
  }

  /** The number of all rows. */
  public long count() {
    return count(Condition.allOf());
  }

  /** The number of rows for which the condition is true. */
  public long count(Condition condition) {
    Objects.requireNonNull(condition, "condition");
    Dataset<Row> rows = filtered(reader.open(), condition);
    return reader.act(rows::count);
  }

  /** Whether the condition is true for any row; reads no further than the first. */
  public boolean exists(Condition condition) {
    Objects.requireNonNull(condition, "condition");
    Dataset<Row> rows = filtered(reader.open(), condition);
    return !reader.act(() -> rows.select(lit(1)).limit(1).collectAsList()).isEmpty();
  }

  /**
   * Appends the records. An empty collection changes nothing.
   *
   * @throws RepositoryException if a record cannot be stored; nothing is written then
   */
  public WriteResult save(Collection<T> records) {
    return write(records, WriteRequest.of(WriteMode.APPEND));
  }

  /**
   * Inserts the records whose key is new and updates the rows whose key exists. An empty collection
   * changes nothing.
   *
   * @throws RepositoryException if no component is a {@link Key}, two of the records have one key,
   *     or a record cannot be stored; nothing is written then
   */
  public WriteResult upsert(Collection<T> records) {
    if (mapping.keys().isEmpty()) {
      throw RepositoryException.of(
          storage,
          "cannot upsert: "
              + mapping.name()
              + " has no key. Mark the components that identify a row with @Key.");
    }
    String[] keys = mapping.keys().stream().map(Component::column).toArray(String[]::new);
    return write(records, WriteRequest.upsert(keys));
  }

  /**
   * Deletes the rows for which the condition is true.
   *
   * @throws RepositoryException if the condition does not fit
   */
  public WriteResult delete(Condition condition) {
    Objects.requireNonNull(condition, "condition");
    Condition translated =
        reader.readable()
            ? translated(condition, reader.open())
            : reader.translate(condition, new ConditionTranslator(mapping, Component::column));
    return storage.delete(session, translated);
  }

  private WriteResult write(Collection<T> records, WriteRequest request) {
    Objects.requireNonNull(records, "records");
    List<T> copy = new ArrayList<>(records);
    if (!storage.writeModes().contains(request.mode())) {
      // Refuses with the storage's own words, before the records are looked at.
      return storage.write(session, session.emptyDataFrame(), request);
    }
    List<Row> rows = new RecordWriter(storage, mapping).rows(copy, request);
    return rows.isEmpty()
        ? WriteResult.committed(0)
        : storage.write(session, session.createDataFrame(rows, mapping.schema()), request);
  }

  private Dataset<Row> filtered(Dataset<Row> all, Condition condition) {
    Condition translated = translated(condition, all);
    return reader.act(() -> all.filter(translated.toColumn()));
  }

  private Condition translated(Condition condition, Dataset<Row> all) {
    SchemaMatch match = new SchemaMatch(session);
    ConditionTranslator translator =
        new ConditionTranslator(mapping, component -> match.name(all.schema(), component));
    Condition translated = reader.translate(condition, translator);
    reader.check(match, mapping);
    return translated;
  }

  private List<T> records(Dataset<Row> rows) {
    Binding<T> binding = reader.bind(rows, mapping);
    List<Row> found = reader.act(rows::collectAsList);
    List<T> records = new ArrayList<>(found.size());
    for (Row row : found) {
      records.add(reader.record(binding, row));
    }
    return records;
  }
}
