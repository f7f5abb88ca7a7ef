package io.standpipe.hudi;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteResult;
import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.hudi.common.model.HoodieCommitMetadata;
import org.apache.hudi.common.model.HoodieWriteStat;
import org.apache.hudi.common.model.WriteOperationType;

/**
 * One completed commit of a table.
 *
 * @param version its instant, such as {@code 20240501120000123}
 * @param metadata what it did
 */
record Commit(String version, HoodieCommitMetadata metadata) {
  /** What options must start with to be stored with the commit. */
  static final String EXTRA_PREFIX = "standpipe.";

  static final String MARK = EXTRA_PREFIX + "mark";
  static final String TOKEN = EXTRA_PREFIX + "token";

  private static final Set<WriteOperationType> DELETES =
      EnumSet.of(WriteOperationType.DELETE, WriteOperationType.DELETE_PREPPED);

  /** Whether the write with this token made it. */
  boolean has(CommitToken token) {
    return token.value().equals(metadata.getExtraMetadata().get(TOKEN));
  }

  /** Whether the write that left this mark made it. */
  boolean marked(String mark) {
    return mark.equals(metadata.getExtraMetadata().get(MARK));
  }

  /** Rows inserted and updated, or deleted. */
  long rows() {
    return DELETES.contains(metadata.getOperationType())
        ? metadata.getWriteStats().stream().mapToLong(HoodieWriteStat::getNumDeletes).sum()
        : metadata.fetchTotalInsertRecordsWritten() + metadata.fetchTotalUpdateRecordsWritten();
  }

  /** The commit as the result of the write that made it. */
  WriteResult result() {
    return new WriteResult(
        WriteResult.Outcome.COMMITTED, OptionalLong.of(rows()), Optional.of(version));
  }
}
