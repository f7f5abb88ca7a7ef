package io.standpipe.repository;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract over Parquet files. */
class FolderRepositoryTest extends RepositoryContract {
  @TempDir Path folder;

  @Override
  protected Tables tables() {
    return new FolderTables(folder);
  }
}
