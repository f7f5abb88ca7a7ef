package io.standpipe.benchmarks;

import io.standpipe.Platform;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * A platform with the packaged plug-in and a PostgreSQL beside it. Both sides of a comparison run
 * in its one warm Spark session of two cores, in turn.
 */
record PostgresBench(PostgresServer server, Platform platform, Path folder)
    implements AutoCloseable {

  /** Rows of a comparison. */
  static final long ROWS = Long.getLong("rows", 1_000_000);

  /** The storage and the table that everything works on. */
  static final String TABLE = "target";

  static PostgresBench open(Jobs jobs) throws IOException {
    Path folder = Files.createDirectories(jobs.work().resolve("postgres-bench"));
    PostgresServer server = PostgresServer.start(folder);
    return new PostgresBench(server, platform(jobs.root(), folder, server.port()), folder);
  }

  /** A platform with the storage {@link #TABLE} in the PostgreSQL at this port. */
  static Platform platform(Path root, Path folder, int port) throws IOException {
    Path file = folder.resolve("standpipe.yaml");
    Files.writeString(
        file,
        """
        spark:
          master: local[2]
          conf: {spark.ui.enabled: false, spark.sql.shuffle.partitions: 2}
        storages:
          %s: {connector: jdbc, url: "jdbc:postgresql://127.0.0.1:%d/postgres", user: postgres, table: public.%s}
        """
            .formatted(TABLE, port, TABLE));
    return Platform.builder()
        .configuration(ConfigurationSource.of(file))
        .pluginDirectories(List.of(root.resolve("plugins")))
        .open();
  }

  /** Work in the platform's Spark session. */
  @FunctionalInterface
  interface SparkWork {
    void run(SparkSession spark) throws Exception;
  }

  void inSpark(SparkWork work) throws Exception {
    inSpark(platform, work);
  }

  static void inSpark(Platform platform, SparkWork work) throws Exception {
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

  /** The table with {@link #ROWS} rows. */
  void fill(SparkSession spark, String constraints) throws Exception {
    recreate(constraints);
    Dataset<Row> rows = SampleRows.of(spark, folder, 0, ROWS);
    write(platform, spark, rows, WriteRequest.of(WriteMode.APPEND));
    server.execute("VACUUM ANALYZE " + TABLE, "CHECKPOINT");
    requireRows(ROWS);
  }

  /** A new, empty table. */
  void recreate(String constraints) throws Exception {
    server.execute(
        "DROP TABLE IF EXISTS " + TABLE,
        "CREATE TABLE " + TABLE + " (" + SampleRows.DDL + constraints + ")");
  }

  /** Throws unless the table has so many rows. */
  void requireRows(long count) throws Exception {
    server.require(count, "SELECT count(*) FROM " + TABLE);
  }

  /** Writes as a pipeline does, with a commit token of its own. */
  static void write(
      Platform platform, SparkSession spark, Dataset<Row> rows, WriteRequest request) {
    CommitToken token = new CommitToken(UUID.randomUUID().toString(), "write");
    WriteResult result =
        platform.storages().require(TABLE).write(spark, rows, request.withToken(token));
    if (result.outcome() != WriteResult.Outcome.COMMITTED) {
      throw new IllegalStateException("not written: " + result);
    }
  }

  @Override
  public void close() throws IOException {
    platform.close();
    server.close();
  }
}
