package io.standpipe.benchmarks;

import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/** A storage in a PostgreSQL beside it. */
record PostgresBench(PostgresServer server, StorageBench storage) implements AutoCloseable {

  /** Rows of a comparison. */
  static final long ROWS = Long.getLong("rows", 1_000_000);

  /** The table that everything works on. */
  static final String TABLE = "target";

  static PostgresBench open(Jobs jobs) throws IOException {
    Path folder = Files.createDirectories(jobs.work().resolve("postgres-bench"));
    PostgresServer server = PostgresServer.start(folder);
    return new PostgresBench(server, storage(jobs.root(), folder, server.port()));
  }

  /** The table {@link #TABLE} in the PostgreSQL at this port. */
  static StorageBench storage(Path root, Path folder, int port) throws IOException {
    return StorageBench.open(
        root,
        folder,
        "connector: jdbc, url: \"jdbc:postgresql://127.0.0.1:%d/postgres\", user: postgres, table: public.%s"
            .formatted(port, TABLE));
  }

  /** The table with {@link #ROWS} rows. */
  void fill(SparkSession spark, String constraints) throws Exception {
    recreate(constraints);
    storage.write(
        spark, SampleRows.of(spark, storage.folder(), 0, ROWS), WriteRequest.of(WriteMode.APPEND));
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

  @Override
  public void close() throws IOException {
    storage.close();
    server.close();
  }
}
