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

/** Storages of the connector under test, opened as a user opens them, and closed together. */
final class Bench implements AutoCloseable {
  /** Suites may share a server: names are never used twice in this JVM. */
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final ConnectorConformance suite;
  private final Path folder;
  private final SparkSession spark;
  private final List<Platform> opened = new ArrayList<>();

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
    return "k" + NAMES.incrementAndGet();
  }

  /** A storage whose object is not there yet. */
  Storage storage() {
    String name = fresh();
    return open(name, suite.storage(name));
  }

  /** The same with these options over its own. */
  Storage storage(Map<String, Object> options) {
    String name = fresh();
    return open(name, Configurations.over(suite.storage(name), options));
  }

  /** A storage whose rows are identified by these columns. */
  Storage keyed(List<String> keys) {
    String name = fresh();
    return open(name, suite.keyed(name, keys));
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
    Storage storage = storage();
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

  /** Closes all platforms that were opened. */
  @Override
  public void close() {
    List<Platform> platforms;
    synchronized (opened) {
      platforms = List.copyOf(opened);
      opened.clear();
    }
    platforms.forEach(Platform::close);
  }
}
