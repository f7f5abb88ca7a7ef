package io.standpipe.delta;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.standpipe.spi.CommitToken;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.delta.Snapshot;
import org.apache.spark.sql.delta.actions.SetTransaction;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * A commit token as Delta keeps it, which knows of each application the highest version only. The
 * batches of a stream come one after the other, and are versions of one application, so that the
 * log has a single entry for a stream. Any other token is an application of its own.
 *
 * @param application Delta's {@code txnAppId}
 * @param version Delta's {@code txnVersion}
 */
record Transaction(String application, long version) {
  private static final StructType LOGGED =
      StructType.fromDDL("txn STRUCT<appId: STRING, version: BIGINT, lastUpdated: BIGINT>");

  static Transaction of(CommitToken token) {
    return token.batch().isPresent()
        ? new Transaction("stream " + token.run() + "/" + token.node(), token.batch().getAsLong())
        : new Transaction(token.value(), 1);
  }

  /**
   * Whether it, or a later one of its application, is committed in a version. {@code
   * Snapshot.transactions} says the same, but computes the state of the whole table for it, and
   * that anew for each version.
   */
  boolean isIn(DeltaLog log, Snapshot snapshot) {
    return inChecksum(snapshot).orElseGet(() -> isInLog(log, snapshot));
  }

  /** By the version's checksum file, which has either all transactions of the table or none. */
  private Optional<Boolean> inChecksum(Snapshot snapshot) {
    Option<Seq<SetTransaction>> known =
        snapshot.checksumOpt().flatMap(sum -> sum.setTransactions());
    return known.isEmpty()
        ? Optional.empty()
        : Optional.of(
            JavaConverters.seqAsJavaList(known.get()).stream()
                .anyMatch(it -> it.appId().equals(application) && it.version() >= version));
  }

  /** By the transactions in the newest checkpoint and in the commits after it. */
  private boolean isInLog(DeltaLog log, Snapshot snapshot) {
    Option<Object> oldestKept = snapshot.minSetTransactionRetentionTimestamp();
    Column wanted = col("txn.appId").equalTo(application).and(col("txn.version").geq(version));
    Column kept = oldestKept.isEmpty() ? lit(true) : col("txn.lastUpdated").gt(oldestKept.get());
    return JavaConverters.seqAsJavaList(snapshot.fileIndices()).stream()
        .map(files -> log.loadIndex(files, LOGGED).where(wanted.and(kept)).select("txn.version"))
        .reduce(Dataset::unionAll)
        .filter(found -> !found.collectAsList().isEmpty())
        .isPresent();
  }

  /** Tells a write of Delta to commit it. */
  void describe(BiConsumer<String, String> settings) {
    settings.accept("txnAppId", application);
    settings.accept("txnVersion", Long.toString(version));
  }
}
