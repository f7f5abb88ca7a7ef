package io.standpipe.repository;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The contract over Parquet files. */
@ExtendWith(TestSession.class)
class FolderRepositoryTest extends RepositoryContract {
  @TempDir Path folder;

  @Override
  protected Tables tables() {
    return new FolderTables(folder);
  }
}
