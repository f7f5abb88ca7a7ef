package io.standpipe.delta;

import io.standpipe.spi.TableVersion;
import java.sql.Timestamp;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.VersionNotFoundException;

/** Reads of a table: now, then, and what has changed. */
final class DeltaReads {
  private final DeltaConfig config;
  private final TableAddress address;
  private final SparkSession session;

  DeltaReads(DeltaConfig config, TableAddress address, SparkSession session) {
    this.config = config;
    this.address = address;
    this.session = session;
  }

  Dataset<Row> read() {
    Optional<TableVersion> pinned =
        config
            .version()
            .<TableVersion>map(TableVersion.Number::new)
            .or(() -> config.timestamp().map(TableVersion.At::new));
    if (pinned.isPresent()) {
      return readVersion(pinned.get());
    }
    address.require(session);
    return address.rows(session);
  }

  Dataset<Row> readVersion(TableVersion version) {
    OpenTable table = address.require(session);
    long number = resolve(table, version);
    return session.read().format("delta").option("versionAsOf", number).load(table.location());
  }

  Dataset<Row> changes(TableVersion from, Optional<TableVersion> to) {
    OpenTable table = address.require(session);
    if (!table.recordsChanges()) {
      throw new Problem.Refusal(
          "cannot read the changes of " + address.label() + ": it does not record them",
          "Set its property delta.enableChangeDataFeed to true; changes made after that can be"
              + " read.");
    }
    long first = resolve(table, from);
    long last = to.map(version -> resolve(table, version)).orElse(table.version());
    if (first > last) {
      throw new Problem.Refusal(
          "cannot read the changes of "
              + address.label()
              + " from version "
              + first
              + " to version "
              + last,
          "Give a first version that is not after the last.");
    }
    if (!table.at(first).recordsChanges()) {
      throw new Problem.Refusal(
          "cannot read the changes of "
              + address.label()
              + " from version "
              + first
              + ": it did not record them then",
          "Start at a version after delta.enableChangeDataFeed was set; the history shows which.");
    }
    return session
        .read()
        .format("delta")
        .options(
            Map.of(
                "readChangeFeed", "true",
                "startingVersion", Long.toString(first),
                "endingVersion", Long.toString(last)))
        .load(table.location());
  }

  /** The number of a version that exists and can be read. */
  @SuppressWarnings("CatchingUnchecked")
  private long resolve(OpenTable table, TableVersion version) {
    try {
      if (version instanceof TableVersion.Number number) {
        table.log().history().checkVersionExists(number.number(), true, false);
        return number.number();
      }
      Timestamp time = Timestamp.from(((TableVersion.At) version).timestamp());
      return table.log().history().getActiveCommitAtTime(time, true, true, false).version();
    } catch (Exception e) {
      // Scala declares no checked exceptions.
      throw noSuchVersion(table, version, e);
    }
  }

  private RuntimeException noSuchVersion(OpenTable table, TableVersion version, Exception error) {
    if (error instanceof VersionNotFoundException missing) {
      return new Problem.Refusal(
          "cannot read version "
              + missing.userVersion()
              + " of "
              + address.label()
              + ": it is not there",
          "Choose one from " + missing.earliest() + " to " + missing.latest() + ".",
          error);
    }
    if (error.getClass().getSimpleName().equals("TimestampEarlierThanCommitRetentionException")
        && version instanceof TableVersion.At at) {
      return new Problem.Refusal(
          "cannot read "
              + address.label()
              + " as of "
              + at.timestamp()
              + ": no version that old is kept",
          "Choose a later time; the history lists the versions up to " + table.version() + ".",
          error);
    }
    return Problem.of("read an older version of " + address.label(), error);
  }
}
