package io.standpipe.delta;

import io.standpipe.spi.*;
import java.nio.file.*;
import org.apache.spark.sql.*;
import org.junit.jupiter.api.Test;

class ZzTimingTest {
  @Test
  void t() throws Exception {
    SparkSession s = DeltaSession.get();
    for (int i = 0; i < 6; i++) {
      Path p = Files.createTempDirectory("zz").resolve("t");
      DeltaConnector c = new DeltaConnector(DeltaConfig.ofPath(p.toString()));
      Dataset<Row> rows = s.sql("select * from values (1,'a'),(2,'b') as t(id,name)");
      long a = System.nanoTime();
      c.write(s, rows, WriteRequest.of(WriteMode.APPEND));
      long b = System.nanoTime();
      c.write(s, rows, WriteRequest.of(WriteMode.APPEND));
      long d = System.nanoTime();
      c.read(s).collectAsList();
      long e = System.nanoTime();
      c.write(s, rows, WriteRequest.of(WriteMode.OVERWRITE));
      long f = System.nanoTime();
      c.upsert(s, rows, WriteRequest.upsert("id"));
      long g = System.nanoTime();
      c.write(s, rows, WriteRequest.of(WriteMode.APPEND).withToken(new CommitToken("r", "n")));
      long h = System.nanoTime();
      System.err.printf(
          "create %d append %d read %d overwrite %d upsert %d token %d%n",
          (b - a) / 1000000,
          (d - b) / 1000000,
          (e - d) / 1000000,
          (f - e) / 1000000,
          (g - f) / 1000000,
          (h - g) / 1000000);
    }
  }
}
