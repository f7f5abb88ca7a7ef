package io.standpipe.tck;

import io.standpipe.Platform;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Storages of the connector under test, opened as a user opens them, and closed together. */
final class Bench implements AutoCloseable {
  /** Suites may share a server: names are never used twice in this JVM. */
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final ConnectorConformance suite;
  private final Path folder;
  private final SparkSession spark;
  private final List<Platform> opened = new ArrayList<>();
  private final List<String> views = new ArrayList<>();

  Bench(ConnectorConformance suite, Path folder, SparkSession spark) {
    this.suite = suite;
    this.folder = folder;
    this.spark = spark;
  }

  ConnectorConformance suite() {
    return suite;
  }

  Path folder() {
    return folder;
  }

  SparkSession spark() {
    return spark;
  }

  /** A name that no storage has had. */
  static String fresh() {
    return "kit" + NAMES.incrementAndGet();
  }

  /** The options of a storage whose rows have these columns. */
  Map<String, Object> options(String name, StructType columns) {
    return Configurations.over(suite.storage(name), suite.declared(Rows.ddl(columns)));
  }

  /** The section of a storage that holds {@link Rows#numbers}. */
  Map<String, Object> section(String name) {
    return Configurations.section(suite.type(), options(name, Rows.NUMBERS));
  }

  /** The section of a storage for rows with these columns, identified by these of them. */
  Map<String, Object> section(String name, List<String> keys, StructType columns) {
    return Configurations.section(
        suite.type(),
        Configurations.over(suite.keyed(name, keys), suite.declared(Rows.ddl(columns))));
  }

  /** The section of a storage that has these rows, and needs nobody but the platform. */
  Map<String, Object> given(Dataset<Row> rows) {
    String view = fresh();
    rows.createOrReplaceTempView(view);
    views.add(view);
    return Map.of("connector", "sql", "view", view);
  }

  /** The section of a storage that takes any rows, and needs nobody but the platform. */
  Map<String, Object> taking() {
    return Map.of(
        "connector", "file", "format", "parquet", "path", folder.resolve(fresh()).toString());
  }

  /** A storage whose object is not there yet, for {@link Rows#numbers}. */
  Storage storage() {
    return storage(Rows.NUMBERS);
  }

  /** A storage whose object is not there yet, for rows with these columns. */
  Storage storage(StructType columns) {
    String name = fresh();
    return open(name, options(name, columns));
  }

  /** As {@link #storage()}, with these options over its own. */
  Storage storage(Map<String, Object> options) {
    String name = fresh();
    return open(name, Configurations.over(options(name, Rows.NUMBERS), options));
  }

  /** A storage for rows with these columns, identified by these of them. */
  Storage keyed(List<String> keys, StructType columns) {
    String name = fresh();
    return guest(configuration(Map.of(name, section(name, keys, columns))))
        .storages()
        .require(name);
  }

  /** As {@link #storage()}, and made by key. */
  Storage keyed() {
    return keyed(List.of("id"), Rows.NUMBERS);
  }

  /** As {@link #storage()}, and made if a write does not make it. */
  Storage target() {
    return prepared(storage(), Rows.NUMBERS);
  }

  /** The storage, which is made for rows with these columns if a write does not make it. */
  Storage prepared(Storage storage, StructType columns) {
    suite.prepare(spark, storage, columns);
    return storage;
  }

  /** The same storage on a platform of its own, as another run has it. */
  Storage again(Storage storage, StructType columns) {
    return open(storage.name(), options(storage.name(), columns));
  }

  /** A storage with exactly these options. */
  Storage open(String name, Map<String, Object> options) {
    Path file = configuration(Map.of(name, Configurations.section(suite.type(), options)));
    return guest(file).storages().require(name);
  }

  /** A configuration file with these sections. */
  Path configuration(Map<String, ?> storages) {
    return Configurations.file(folder, storages);
  }

  /** A platform on this configuration in the session of all suites, closed with the others. */
  Platform guest(Path configuration) {
    return platform(Configurations.platform(configuration).session(spark));
  }

  /** Opens a platform, which is closed with the others. */
  Platform platform(Platform.Builder builder) {
    Platform platform = builder.open();
    synchronized (opened) {
      opened.add(platform);
    }
    return platform;
  }

  /** A storage that holds these rows. */
  Storage holding(Dataset<Row> rows) {
    Storage storage = storage(rows.schema());
    suite.load(spark, storage, rows);
    return storage;
  }

  /** Writes in a mode, by the key {@code id} if it needs one. */
  WriteResult write(Storage storage, Dataset<Row> rows, WriteMode mode) {
    return storage.write(spark, rows, Needs.request(mode));
  }

  /** All rows of a storage, exactly, see {@link Rows#texts(Dataset)}. */
  List<String> texts(Storage storage) {
    return storage.act(() -> Rows.texts(storage.read(spark)));
  }

  /** Closes all platforms that were opened, and forgets the rows that were given. */
  @Override
  public void close() {
    views.forEach(spark.catalog()::dropTempView);
    views.clear();
    List<Platform> platforms;
    synchronized (opened) {
      platforms = List.copyOf(opened);
      opened.clear();
    }
    platforms.forEach(Platform::close);
  }
}
