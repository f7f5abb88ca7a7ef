package io.standpipe.hudi;

import io.standpipe.hudi.HudiConfig.Query;
import io.standpipe.spi.TableVersion;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hudi.common.model.HoodieRecord;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Reads of a table: now, then, and what has changed. */
final class HudiReads {
  private static final String QUERY = "hoodie.datasource.query.type";
  private static final String SNAPSHOT = "snapshot";

  private final HudiConfig config;
  private final TableAddress address;
  private final SparkSession session;

  HudiReads(HudiConfig config, TableAddress address, SparkSession session) {
    this.config = config;
    this.address = address;
    this.session = session;
  }

  Dataset<Row> read() {
    address.require(session);
    return visible(
        load(Map.of(QUERY, config.query() == Query.SNAPSHOT ? SNAPSHOT : "read_optimized")));
  }

  Dataset<Row> withMetaColumns() {
    return load(Map.of(QUERY, SNAPSHOT));
  }

  boolean isEmpty() {
    return withMetaColumns().isEmpty();
  }

  /** Always merges the logs, whatever the storage says: a version is all of its rows. */
  Dataset<Row> readVersion(TableVersion version) {
    OpenTable table = address.require(session);
    HoodieInstant commit = resolve(table, version);
    return visible(load(Map.of(QUERY, SNAPSHOT, "as.of.instant", commit.requestedTime())));
  }

  Dataset<Row> changes(TableVersion from, Optional<TableVersion> to) {
    OpenTable table = address.require(session);
    HoodieInstant first = resolve(table, from);
    HoodieInstant last =
        to.map(version -> resolve(table, version)).orElseGet(() -> table.commits().get(0));
    if (first.requestedTime().compareTo(last.requestedTime()) > 0) {
      throw new Problem.Refusal(
          "cannot read the changes of "
              + address.label()
              + " from version "
              + first.requestedTime()
              + " to version "
              + last.requestedTime(),
          "Give a first version that is not after the last.");
    }
    Dataset<Row> changes =
        load(
            Map.of(
                QUERY,
                "incremental",
                "hoodie.datasource.query.incremental.format",
                table.recordsChanges() ? "cdc" : "latest_state",
                // Exclusive, and compared as text.
                "hoodie.datasource.read.begin.instanttime",
                justBefore(bound(table, first)),
                "hoodie.datasource.read.end.instanttime",
                bound(table, last)));
    return table.recordsChanges() || config.metaColumns()
        ? changes
        : changes.drop(without(HoodieRecord.COMMIT_TIME_METADATA_FIELD));
  }

  /** Recorded changes are looked up by when their commit began, all others by when it ended. */
  private static String bound(OpenTable table, HoodieInstant commit) {
    return table.recordsChanges() ? commit.requestedTime() : table.bound(commit);
  }

  private static String justBefore(String instant) {
    return Long.toString(Long.parseLong(instant) - 1);
  }

  private Dataset<Row> load(Map<String, String> options) {
    ObjectSizes.prepare();
    return session
        .read()
        .format("hudi")
        .options(config.options())
        .options(options)
        // Hudi stores dates as they are, without the note by which Spark would know.
        .option("datetimeRebaseMode", "CORRECTED")
        .load(address.path());
  }

  private Dataset<Row> visible(Dataset<Row> rows) {
    return config.metaColumns() ? rows : rows.drop(without(""));
  }

  private static String[] without(String kept) {
    List<String> own = HoodieRecord.HOODIE_META_COLUMNS;
    return own.stream().filter(column -> !column.equals(kept)).toArray(String[]::new);
  }

  /** A commit that exists, and whose files are kept. */
  private HoodieInstant resolve(OpenTable table, TableVersion version) {
    List<HoodieInstant> commits = table.commits();
    HoodieInstant found =
        commits.stream()
            .filter(commit -> matches(table, commit, version))
            .findFirst()
            .orElseThrow(() -> noSuchVersion(version, commits));
    if (table
        .earliestKept()
        .filter(kept -> found.requestedTime().compareTo(kept) < 0)
        .isPresent()) {
      throw new Problem.Refusal(
          "cannot read version "
              + found.requestedTime()
              + " of "
              + address.label()
              + ": its files are cleaned",
          "Choose "
              + table.earliestKept().orElseThrow()
              + " or later. hoodie.clean.commits.retained says how many versions are kept.");
    }
    return found;
  }

  private static boolean matches(OpenTable table, HoodieInstant commit, TableVersion version) {
    return version instanceof TableVersion.Number number
        ? commit.requestedTime().equals(Long.toString(number.number()))
        : !table.time(commit).isAfter(((TableVersion.At) version).timestamp());
  }

  private Problem.Refusal noSuchVersion(TableVersion version, List<HoodieInstant> commits) {
    String range =
        commits.isEmpty()
            ? "There are none yet."
            : "Choose one from "
                + commits.get(commits.size() - 1).requestedTime()
                + " to "
                + commits.get(0).requestedTime()
                + "; the history lists them.";
    return version instanceof TableVersion.Number number
        ? new Problem.Refusal(
            "cannot read version "
                + number.number()
                + " of "
                + address.label()
                + ": it is not there",
            range)
        : new Problem.Refusal(
            "cannot read "
                + address.label()
                + " as of "
                + ((TableVersion.At) version).timestamp()
                + ": no version that old is kept",
            range);
  }
}
