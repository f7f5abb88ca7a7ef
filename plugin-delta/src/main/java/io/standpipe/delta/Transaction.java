package io.standpipe.delta;

import io.standpipe.spi.CommitToken;
import java.util.function.BiConsumer;
import org.apache.spark.sql.delta.Snapshot;
import scala.Option;

/**
 * A commit token as Delta keeps it, which knows of each application the highest version only. The
 * batches of a stream come one after the other, and are versions of one application, so that the
 * log has a single entry for a stream. Any other token is an application of its own.
 *
 * @param application Delta's {@code txnAppId}
 * @param version Delta's {@code txnVersion}
 */
record Transaction(String application, long version) {

  static Transaction of(CommitToken token) {
    return token.batch().isPresent()
        ? new Transaction("stream " + token.run() + "/" + token.node(), token.batch().getAsLong())
        : new Transaction(token.value(), 1);
  }

  /** Whether it, or a later one of its application, is committed. */
  boolean isIn(Snapshot snapshot) {
    Option<Object> highest = snapshot.transactions().get(application);
    return highest.isDefined() && (long) highest.get() >= version;
  }

  /** Tells a write of Delta to commit it. */
  void describe(BiConsumer<String, String> settings) {
    settings.accept("txnAppId", application);
    settings.accept("txnVersion", Long.toString(version));
  }
}
