package io.standpipe.hudi;

import io.standpipe.hudi.HudiConfig.Concurrency;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteResult;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a write and says what it did.
 *
 * <p>A write is found among the commits of others by a random mark that Hudi stores with the
 * commit, beside the commit token: that tells even after a failure whether the rows are committed.
 */
final class Committer {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  private final HudiConfig config;
  private final TableAddress address;
  private final SparkSession session;

  Committer(HudiConfig config, TableAddress address, SparkSession session) {
    this.config = config;
    this.address = address;
    this.session = session;
  }

  /** What a write writes. */
  @FunctionalInterface
  interface Write {
    /** The rows for the table as it is before the write, empty if there is none. */
    Dataset<Row> rows(Optional<OpenTable> before);
  }

  /**
   * Runs a write, unless its token was committed before.
   *
   * @param action what the write does, for messages: {@code append to}
   * @param operation Hudi's name of the operation
   * @param extra further settings of Hudi for this write
   */
  WriteResult commit(
      String action,
      String operation,
      Map<String, String> extra,
      Optional<CommitToken> token,
      Write write) {
    return exclusively(
        () -> {
          Optional<OpenTable> before = address.find(session);
          if (committed(before, token)) {
            return WriteResult.unchanged(WriteResult.Outcome.ALREADY_COMMITTED);
          }
          String mark = UUID.randomUUID().toString();
          try {
            Dataset<Row> rows = write.rows(before);
            OpenTable table = before.orElseGet(() -> NewTable.create(config, address, session));
            Map<String, String> settings =
                new WriteSettings(config, address, session).of(operation, table, mark, token);
            rows.write()
                .format("hudi")
                .options(settings)
                .options(extra)
                .mode(SaveMode.Append)
                .save(address.path());
          } catch (Exception e) {
            return committedDespite(e, mark)
                .orElseThrow(() -> Problem.of(action + " " + address.label(), e));
          }
          return address.require(session).commitMarked(mark).orElseThrow().result();
        });
  }

  private static boolean committed(Optional<OpenTable> table, Optional<CommitToken> token) {
    return token.isPresent() && table.filter(open -> open.hasToken(token.get())).isPresent();
  }

  /**
   * The timeline tells what became of a write that failed: the failure may have come after the
   * commit, in a compaction, a cleaning or the like. A failed sync with a catalog stays a failure.
   */
  private Optional<WriteResult> committedDespite(Exception error, String mark) {
    if (error instanceof ConnectorException || isSyncFailure(error)) {
      return Optional.empty();
    }
    try {
      Optional<WriteResult> result =
          address.find(session).flatMap(table -> table.commitMarked(mark)).map(Commit::result);
      result.ifPresent(
          done -> LOG.warn("{} holds {}, although its write failed", address.label(), done, error));
      return result;
    } catch (RuntimeException unreadable) {
      error.addSuppressed(unreadable);
      return Optional.empty();
    }
  }

  private static boolean isSyncFailure(Exception error) {
    return HudiErrorTable.causes(error).stream()
        .anyMatch(cause -> cause.getClass().getSimpleName().equals("HoodieMetaSyncException"));
  }

  /** Changes the table, after whatever else in this process changes it. */
  <T> T exclusively(TableLock.Action<T> action) {
    ObjectSizes.prepare();
    return config.concurrency() == Concurrency.SINGLE
        ? TableLock.of(address).holding(action)
        : action.run();
  }
}
