package io.standpipe.repository;

import io.standpipe.storage.Storage;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Parquet files below a folder. */
record FolderTables(Path folder) implements StorageContract.Tables {
  @Override
  public SparkSession session() {
    return TestSession.session();
  }

  @Override
  public Storage create(StructType schema, List<String> keys) {
    return TestSession.emptyFolder(folder, schema);
  }
}
