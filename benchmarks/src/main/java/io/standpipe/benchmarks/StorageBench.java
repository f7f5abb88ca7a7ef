package io.standpipe.benchmarks;

import io.standpipe.Platform;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A platform with the packaged plug-ins and one storage. Both sides of a comparison run in its one
 * warm Spark session of two cores, in turn. What is written by hand finds the technology's classes
 * where Standpipe does, in the plug-in: so both run the same classes in the same JVM, and differ in
 * what Standpipe does around them.
 *
 * @param folder where the storage's relative paths begin, and the sample rows are
 */
record StorageBench(Platform platform, Path folder) implements AutoCloseable {
  /** The storage's name. */
  static final String STORAGE = "target";

  /**
   * A platform with this storage.
   *
   * @param storage its configuration as it stands between braces
   */
  static StorageBench open(Path root, Path folder, String storage) throws IOException {
    Path file = Files.createDirectories(folder).resolve("standpipe.yaml");
    Files.writeString(
        file,
        """
        spark:
          master: local[2]
          conf: {spark.ui.enabled: false, spark.sql.shuffle.partitions: 2}
        storages:
          %s: {%s}
        """
            .formatted(STORAGE, storage));
    return new StorageBench(Benchmarks.platform(root, file), folder);
  }

  /** Work in the platform's Spark session. */
  @FunctionalInterface
  interface SparkWork {
    void run(SparkSession spark) throws Exception;
  }

  void inSpark(SparkWork work) throws Exception {
    Optional<Exception> failure =
        platform.withSpark(
            spark -> {
              try {
                work.run(spark);
                return Optional.empty();
              } catch (Exception e) {
                return Optional.of(e);
              }
            });
    if (failure.isPresent()) {
      throw failure.get();
    }
  }

  /** Writes as a pipeline does, with a commit token of its own. */
  void write(SparkSession spark, Dataset<Row> rows, WriteRequest request) {
    CommitToken token = new CommitToken(UUID.randomUUID().toString(), "write");
    WriteResult result = storage().write(spark, rows, request.withToken(token));
    if (result.outcome() != WriteResult.Outcome.COMMITTED) {
      throw new IllegalStateException("not written: " + result);
    }
  }

  Dataset<Row> read(SparkSession spark) {
    return storage().read(spark);
  }

  Storage storage() {
    return platform.storages().require(STORAGE);
  }

  /** Brings every column of every row into Spark, and drops it there. */
  static void consume(Dataset<Row> rows) {
    rows.write().format("noop").mode("overwrite").save();
  }

  /** Throws unless there are so many rows: a benchmark must not measure a failure. */
  static void requireRows(long expected, Dataset<Row> rows) {
    long count = rows.count();
    if (count != expected) {
      throw new IllegalStateException("expected " + expected + " rows, got " + count);
    }
  }

  @Override
  public void close() {
    platform.close();
  }
}
