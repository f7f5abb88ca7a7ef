package io.standpipe.hudi;

import io.standpipe.spi.CommitToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.hudi.HoodieSchemaConversionUtils;
import org.apache.hudi.common.schema.HoodieSchema;
import org.apache.hudi.common.table.HoodieTableConfig;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.table.HoodieTableVersion;
import org.apache.hudi.common.table.TableSchemaResolver;
import org.apache.hudi.common.table.timeline.HoodieArchivedTimeline;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.hudi.common.table.timeline.HoodieInstantTimeGenerator;
import org.apache.hudi.common.table.timeline.HoodieTimeline;
import org.apache.spark.sql.types.StructType;

/**
 * A table at the time at which it was opened: its properties and its timeline.
 *
 * @param client Hudi's own handle
 */
record OpenTable(HoodieTableMetaClient client) {
  private static final Set<String> COMMITS =
      Set.of(
          HoodieTimeline.COMMIT_ACTION,
          HoodieTimeline.DELTA_COMMIT_ACTION,
          HoodieTimeline.REPLACE_COMMIT_ACTION);

  HoodieTableConfig config() {
    return client.getTableConfig();
  }

  List<String> recordKey() {
    return config().getRecordKeyFields().map(List::of).orElse(List.of());
  }

  List<String> partitionColumns() {
    return config().getPartitionFields().map(List::of).orElse(List.of());
  }

  boolean recordsChanges() {
    return config().isCDCEnabled();
  }

  /** The columns without Hudi's own; empty if nothing was ever written. */
  Optional<StructType> schema() {
    return hudiSchema()
        .map(HoodieSchemaConversionUtils::convertHoodieSchemaToStructType)
        .map(schema -> (StructType) schema.asNullable());
  }

  Optional<HoodieSchema> hudiSchema() {
    return Optional.ofNullable(
        new TableSchemaResolver(client).getTableSchemaIfPresent(false).orElse(null));
  }

  /** All that was done and is done, newest first, as far as it is not archived. */
  List<HoodieInstant> completed() {
    return client
        .getActiveTimeline()
        .filterCompletedInstants()
        .getReverseOrderedInstants()
        .toList();
  }

  /** The commits that changed rows or files, newest first, as far as they are not archived. */
  List<HoodieInstant> commits() {
    return completed().stream().filter(OpenTable::isCommit).toList();
  }

  static boolean isCommit(HoodieInstant instant) {
    return COMMITS.contains(instant.getAction());
  }

  /** When a completed instant was completed. */
  Instant time(HoodieInstant instant) {
    String text =
        HoodieInstantTimeGenerator.fixInstantTimeCompatibility(
            Optional.ofNullable(instant.getCompletionTime()).orElse(instant.requestedTime()));
    ZoneId zone = config().getTimelineTimezone().getZoneId();
    return LocalDateTime.parse(text, HoodieInstantTimeGenerator.MILLIS_INSTANT_TIME_FORMATTER)
        .atZone(zone)
        .toInstant();
  }

  /** How a commit is named as a bound of an incremental query. */
  String bound(HoodieInstant commit) {
    return config().getTableVersion().greaterThanOrEquals(HoodieTableVersion.EIGHT)
        ? commit.getCompletionTime()
        : commit.requestedTime();
  }

  /** The oldest commit whose files are all kept; empty if nothing was cleaned. */
  Optional<String> earliestKept() {
    return completed().stream()
        .filter(instant -> instant.getAction().equals(HoodieTimeline.CLEAN_ACTION))
        .findFirst()
        .map(clean -> read(() -> client.getActiveTimeline().readCleanMetadata(clean)))
        .map(clean -> clean.getEarliestCommitToRetain())
        .filter(commit -> !commit.isBlank());
  }

  /** What a completed commit did. */
  Commit commit(HoodieInstant instant) {
    return commit(client.getActiveTimeline(), instant);
  }

  /** The commit of the write that left this mark. */
  Optional<Commit> commitMarked(String mark) {
    return commits().stream().map(this::commit).filter(commit -> commit.marked(mark)).findFirst();
  }

  /** Whether a write with this token is among the commits, archived ones included. */
  boolean hasToken(CommitToken token) {
    return Stream.concat(commits().stream().map(this::commit), archived())
        .anyMatch(commit -> commit.has(token));
  }

  private Stream<Commit> archived() {
    return Stream.of(client)
        .map(HoodieTableMetaClient::getArchivedTimeline)
        .filter(timeline -> !timeline.empty())
        .flatMap(OpenTable::loaded);
  }

  private static Stream<Commit> loaded(HoodieArchivedTimeline timeline) {
    timeline.loadCompletedInstantDetailsInMemory();
    return timeline
        .filterCompletedInstants()
        .getReverseOrderedInstants()
        .filter(OpenTable::isCommit)
        .map(instant -> commit(timeline, instant));
  }

  private static Commit commit(HoodieTimeline timeline, HoodieInstant instant) {
    return new Commit(instant.requestedTime(), read(() -> timeline.readCommitMetadata(instant)));
  }

  private static <T> T read(Reading<T> reading) {
    try {
      return reading.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads a file of the timeline. */
  @FunctionalInterface
  private interface Reading<T> {
    T run() throws IOException;
  }
}
