package io.standpipe.delta;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteResult;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.SparkSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a write and says what it did.
 *
 * <p>A write is found among the commits of others by a mark that it leaves as the commit's user
 * metadata: its commit token, if it has one, and a random part. The token is also stored as a
 * {@link Transaction}: Delta silently skips a write whose application is there with the same or a
 * higher version.
 */
final class Committer {
  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
  private static final String USER_METADATA = "spark.databricks.delta.commitInfo.userMetadata";

  private static final String TRANSACTION = "spark.databricks.delta.write.";

  private final TableAddress address;
  private final SparkSession session;

  Committer(TableAddress address, SparkSession session) {
    this.address = address;
    this.session = session;
  }

  /** A write that leaves its mark in the commit. */
  @FunctionalInterface
  interface Write {
    /**
     * @param before the table before the write, empty if there is none
     */
    void run(String mark, Optional<OpenTable> before) throws Exception;
  }

  /**
   * Runs a write, unless its token was committed before.
   *
   * @param action what the write does, for messages: {@code append to}
   */
  WriteResult commit(String action, Optional<CommitToken> token, Write write) {
    Optional<OpenTable> before = address.find(session);
    if (token.isPresent()
        && before.filter(table -> table.hasToken(session, token.get())).isPresent()) {
      return WriteResult.unchanged(WriteResult.Outcome.ALREADY_COMMITTED);
    }
    String mark = mark(token);
    long versionBefore = before.map(OpenTable::version).orElse(-1L);
    try {
      write.run(mark, before);
    } catch (Exception e) {
      return committedDespite(e, token, mark, versionBefore)
          .orElseThrow(() -> Problem.of(action + " " + address.label(), e));
    }
    // Creating a table of the catalog leaves no mark, but fails unless it makes the first version.
    return before.isEmpty() && address instanceof TableAddress.InCatalog
        ? address.require(session).commitAt(0).result()
        : result(token, mark, versionBefore);
  }

  private WriteResult result(Optional<CommitToken> token, String mark, long versionBefore) {
    Optional<OpenTable> after = address.find(session);
    Optional<Commit> commit = after.flatMap(table -> table.commitMarked(mark, versionBefore));
    if (commit.isPresent()) {
      return commit.get().result();
    }
    if (token.isPresent()
        && after.filter(table -> table.hasToken(session, token.get())).isPresent()) {
      return WriteResult.unchanged(WriteResult.Outcome.ALREADY_COMMITTED);
    }
    // Delta makes no version for a write that changes nothing.
    return WriteResult.committed(0);
  }

  /**
   * With a token the log tells what became of a write that failed: another attempt with the same
   * token may have won, or the failure may have come after the commit.
   */
  private Optional<WriteResult> committedDespite(
      Exception error, Optional<CommitToken> token, String mark, long versionBefore) {
    if (token.isEmpty() || error instanceof ConnectorException) {
      return Optional.empty();
    }
    try {
      Optional<OpenTable> after = address.find(session);
      if (after.filter(table -> table.hasToken(session, token.get())).isEmpty()) {
        return Optional.empty();
      }
    } catch (RuntimeException unreadable) {
      error.addSuppressed(unreadable);
      return Optional.empty();
    }
    LOG.warn("{} holds {}, although its write reported an error", address.label(), token, error);
    return Optional.of(result(token, mark, versionBefore));
  }

  /** Keeps what the user has set as metadata of all commits. */
  private String mark(Optional<CommitToken> token) {
    StringBuilder mark = new StringBuilder(session.conf().get(USER_METADATA, ""));
    mark.append(mark.isEmpty() ? "" : " ").append("standpipe ");
    token.ifPresent(present -> mark.append(present.value()).append(' '));
    return mark.append(UUID.randomUUID()).toString();
  }

  /**
   * A session for one change in place, with the same temporary views and settings. Delta takes the
   * mark and the token of such a change only from the session's properties, and the user's session
   * is shared by threads.
   */
  SparkSession privateSession(String mark, Optional<CommitToken> token) {
    SparkSession copy = session.cloneSession();
    copy.conf().set(USER_METADATA, mark);
    token
        .map(Transaction::of)
        .ifPresent(it -> it.describe((name, value) -> copy.conf().set(TRANSACTION + name, value)));
    // Schemas evolve if the request says so, never because of a session property.
    copy.conf().set("spark.databricks.delta.schema.autoMerge.enabled", "false");
    // The source of a merge is materialised before; see DeltaMerges.
    copy.conf().set("spark.databricks.delta.merge.materializeSource", "none");
    return copy;
  }
}
