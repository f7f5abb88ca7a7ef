package io.standpipe.hudi;

import static io.standpipe.hudi.HudiSession.sorted;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A table that is not there yet, in a folder of its own for each test. */
abstract class HudiTableFixture {
  static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  static final WriteRequest OVERWRITE = WriteRequest.of(WriteMode.OVERWRITE);
  static final CommitToken TOKEN = new CommitToken("run-1", "write");

  final SparkSession session = HudiSession.get();
  @TempDir Path folder;
  Path path;

  @BeforeEach
  void configure() {
    path = folder.resolve("a table");
  }

  Configs config() {
    return Configs.at(path);
  }

  List<String> rows(HudiConnector table) {
    return sorted(table.read(session));
  }
}
