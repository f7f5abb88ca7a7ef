package io.standpipe.tck;

import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.WriteMode;
import io.standpipe.storage.Storage;
import io.standpipe.tck.Deviations.Kind;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every connector must do. The test class of a connector extends it and says how storages are
 * configured:
 *
 * <pre>{@code
 * class DeltaConformanceIT extends ConnectorConformance {
 *   @TempDir static Path folder;
 *
 *   protected String type() { return "delta"; }
 *   protected Map<String, Object> storage(String name) {
 *     return Map.of("path", folder.resolve(name).toString());
 *   }
 *   protected Map<String, Object> refusedOptions() { return Map.of("table", "t"); }
 * }
 * }</pre>
 *
 * <p>Every behaviour is expected to be supported. What the connector does not declare (by the
 * interfaces that it implements, its modes and schema evolutions) must be refused by the platform,
 * what it documents not to do ({@link #deviations()}) by its own message. Nothing is skipped: a
 * behaviour is supported or refused, else it fails.
 *
 * <p>The connector comes from its packaged JAR in the plug-ins folder that the system property
 * {@code conformance.plugins} names (default {@code target/plugins}). What was seen is compared
 * with {@code NAME.json} in the folder {@code conformance.results} (default {@code conformance});
 * the first time, and with {@code -Dconformance.update=true}, it is written there.
 *
 * <p>All rows have a column {@code id}, a BIGINT that is unique: technologies whose tables need a
 * key take it.
 */
@TestInstance(Lifecycle.PER_CLASS)
public abstract class ConnectorConformance {
  private Path folder;
  private Bench bench;
  private Recorder recorder;

  /** The connector's type. */
  protected abstract String type();

  /**
   * The options of a storage, as a user writes them: a table or folder of this name, which is not
   * there yet and is made by the first write. If the connector has secret options, at least one is
   * among them, with a value that is recognised when it leaks.
   *
   * @param name letters and digits, never the same twice
   */
  protected abstract Map<String, Object> storage(String name);

  /**
   * Options that, put over those of {@link #storage}, are refused although each of them is known
   * and well-formed: out of range, or contradictory.
   */
  protected abstract Map<String, Object> refusedOptions();

  /** Under which name the results are kept; by default the type. */
  protected String name() {
    return type();
  }

  /**
   * The options of a storage whose table is made with another key than {@code id}. By default as
   * {@link #storage}.
   */
  protected Map<String, Object> keyed(String name, List<String> keys) {
    return storage(name);
  }

  /**
   * Options that, put over those of a storage, say which columns its rows have. For technologies
   * that keep no columns; by default none.
   *
   * @param ddl Spark DDL, such as {@code `id` BIGINT, `name` STRING}
   */
  protected Map<String, Object> declared(String ddl) {
    return Map.of();
  }

  /** Options that make a read of rows parallel that were written with them. By default none. */
  protected Map<String, Object> parallel() {
    return Map.of();
  }

  /** The server, if there is one. */
  protected Optional<Server> server() {
    return Optional.empty();
  }

  /** What the connector documents to be different. By default nothing. */
  protected Deviations deviations() {
    return Deviations.none();
  }

  /**
   * Sections by name of other storages that the session must have room for, one of each connector
   * that is installed with this one.
   */
  protected Map<String, Object> beside() {
    return Map.of();
  }

  /** Brings rows into a storage to be read. By default written through the connector. */
  protected void load(SparkSession spark, Storage storage, Dataset<Row> rows) {
    prepare(spark, storage, rows.schema());
    Set<WriteMode> modes = storage.writeModes();
    storage.write(
        spark,
        rows,
        Needs.request(
            Stream.of(WriteMode.APPEND, WriteMode.OVERWRITE, WriteMode.UPSERT)
                .filter(modes::contains)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("override load: " + modes))));
  }

  /** Makes what a storage names where writes do not, which is a deviation of behaviour 29. */
  final void prepare(SparkSession spark, Storage storage, StructType columns) {
    if (deviations().text(Kind.DIFFERS, WriteSection.APPEND).isPresent()) {
      storage.use(
          SupportsTable.class,
          table -> {
            if (!table.exists(spark)) {
              table.create(spark, columns);
            }
            return true;
          });
    }
  }

  @BeforeAll
  final void keep(@TempDir Path given) {
    folder = given;
  }

  /** Made with the first behaviour: by then the subclass has started its server. */
  private Bench bench() {
    if (bench == null) {
      Map<String, Object> storages = new LinkedHashMap<>(beside());
      Map<String, Object> options =
          Configurations.over(storage(Bench.fresh()), declared(Rows.ddl(Rows.NUMBERS)));
      storages.put("subject", Configurations.section(type(), options));
      bench = new Bench(this, folder, SharedSession.with(folder, storages));
      recorder = new Recorder(name());
    }
    return bench;
  }

  @TestFactory
  final Stream<DynamicTest> packaging() {
    return new PackagingSection(bench(), recorder).tests();
  }

  @TestFactory
  final Stream<DynamicTest> configuration() {
    return new ConfigurationSection(bench(), recorder).tests();
  }

  @TestFactory
  final Stream<DynamicTest> read() {
    return new ReadSection(bench(), recorder).tests();
  }

  @TestFactory
  final Stream<DynamicTest> types() {
    return new TypeSection(bench(), recorder).tests();
  }

  @TestFactory
  final Stream<DynamicTest> names() {
    return new NameSection(bench(), recorder).tests();
  }

  @TestFactory
  final Stream<DynamicTest> write() {
    return new WriteSection(bench(), recorder).tests();
  }

  @TestFactory
  final Stream<DynamicTest> faults() {
    return new FaultSection(bench(), recorder).tests();
  }

  @TestFactory
  final Stream<DynamicTest> tables() {
    return new TableSection(bench(), recorder).tests();
  }

  @TestFactory
  final Stream<DynamicTest> streams() {
    return new StreamSection(bench(), recorder).tests();
  }

  @TestFactory
  final Stream<DynamicTest> failures() {
    return new FailureSection(bench(), recorder).tests();
  }

  @TestFactory
  final Stream<DynamicTest> resilience() {
    return new ResilienceSection(bench(), recorder).tests();
  }

  @TestFactory
  final Stream<DynamicTest> deadLetters() {
    return new DeadLetterSection(bench(), recorder).tests();
  }

  @TestFactory
  final Stream<DynamicTest> reports() {
    return new ReportSection(bench(), recorder).tests();
  }

  @AfterAll
  final void compareResults() {
    if (recorder != null && recorder.complete()) {
      try (Bench closing = bench) {
        recorder.requireAbout(deviations());
        recorder.finish(closing.storage());
      }
    }
  }
}
