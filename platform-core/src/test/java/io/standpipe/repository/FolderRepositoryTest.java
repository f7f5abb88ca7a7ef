package io.standpipe.repository;

import io.standpipe.storage.Storage;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.io.TempDir;

/** The contract over Parquet files. */
class FolderRepositoryTest extends RepositoryContract {
  @TempDir Path folder;

  @Override
  protected SparkSession session() {
    return TestSession.session();
  }

  @Override
  protected Storage create(StructType schema, List<String> keys) {
    return TestSession.emptyFolder(folder, schema);
  }
}
