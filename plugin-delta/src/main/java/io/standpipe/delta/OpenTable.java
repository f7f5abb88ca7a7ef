package io.standpipe.delta;

import io.standpipe.spi.CommitToken;
import java.io.FileNotFoundException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaHistoryManager;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.actions.CommitInfo;
import org.apache.spark.sql.delta.util.DeltaCommitFileProvider;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * A table at one of its versions. Uses Delta's log directly for what its public interface does not
 * tell: committed transaction ids, and which commit a write made.
 *
 * @param log the table's log, shared by all who use the table in this process
 * @param snapshot the version
 */
record OpenTable(DeltaLog log, Snapshot snapshot) {

  /** The newest version of the table, or empty if the log is empty. */
  static Optional<OpenTable> of(DeltaLog log) {
    Snapshot newest = log.update(false, Option.empty(), Option.empty());
    return newest.version() < 0 ? Optional.empty() : Optional.of(new OpenTable(log, newest));
  }

  long version() {
    return snapshot.version();
  }

  StructType schema() {
    return snapshot.schema();
  }

  List<String> partitionColumns() {
    return List.copyOf(JavaConverters.seqAsJavaList(snapshot.metadata().partitionColumns()));
  }

  /** The table's folder, as Hadoop names it. */
  String location() {
    return log.dataPath().toString();
  }

  /** Whether this version records changed rows. */
  boolean recordsChanges() {
    return "true".equalsIgnoreCase(properties().get("delta.enableChangeDataFeed"));
  }

  private Map<String, String> properties() {
    return JavaConverters.mapAsJavaMap(snapshot.metadata().configuration());
  }

  /** The same table at another of its versions, which exists. */
  OpenTable at(long version) {
    return new OpenTable(log, log.getSnapshotAt(version, Option.empty(), Option.empty()));
  }

  /** Whether a write with this token is among the commits up to this version. */
  boolean hasToken(SparkSession session, CommitToken token) {
    return session.withActive(() -> Transaction.of(token).isIn(log, snapshot));
  }

  /**
   * The commit that carries a mark. A commit that Delta adds on its own account after a write, such
   * as an automatic compaction, carries the mark as well; the write's own is the lowest.
   *
   * @param after the version before the write, -1 if there was no table
   */
  Optional<Commit> commitMarked(String mark, long after) {
    DeltaCommitFileProvider files = DeltaCommitFileProvider.apply(snapshot);
    for (long version = after + 1; version <= version(); version++) {
      Optional<CommitInfo> info = commitInfo(files, version);
      if (info.isPresent() && info.get().userMetadata().contains(mark)) {
        return Optional.of(Commit.of(version, info.get()));
      }
    }
    return Optional.empty();
  }

  /** The commit that made a version that exists. */
  Commit commitAt(long version) {
    return commitInfo(DeltaCommitFileProvider.apply(snapshot), version)
        .map(info -> Commit.of(version, info))
        .orElseGet(() -> new Commit(version, "", Map.of()));
  }

  @SuppressWarnings("CatchingUnchecked")
  private Optional<CommitInfo> commitInfo(DeltaCommitFileProvider files, long version) {
    try {
      Option<CommitInfo> info =
          DeltaHistoryManager.getCommitInfoOpt(
              log.store(), files.deltaFile(version), log.newDeltaHadoopConf());
      return info.isDefined() ? Optional.of(info.get()) : Optional.empty();
    } catch (Exception e) {
      // Scala declares no checked exceptions. A commit may be cleaned up while we read.
      if (e instanceof FileNotFoundException) {
        return Optional.empty();
      }
      throw Problem.of("read commit " + version + " of '" + location() + "'", e);
    }
  }
}
