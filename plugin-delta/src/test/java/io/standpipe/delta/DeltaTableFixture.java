package io.standpipe.delta;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A table that is not there yet, in a folder of its own for each test. */
abstract class DeltaTableFixture {
  final SparkSession session = DeltaSession.get();
  @TempDir Path folder;
  Path path;
  DeltaConnector table;

  @BeforeEach
  void configure() {
    path = folder.resolve("a table");
    table = new DeltaConnector(DeltaConfig.ofPath(path.toString()));
  }
}
