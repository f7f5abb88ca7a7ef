package io.standpipe.hudi;

import java.util.Map;
import java.util.Optional;

/** Settings of Hudi that are not for users to set, and what to use instead. */
final class ReservedOptions {
  private static final String BY_MODE = "the mode of the write decides it";
  private static final String MEANING = "the connector needs its own value to keep its guarantees";
  private static final String USE = "use the option ";
  private static final String NO_ROCKS_DB =
      "the plug-in comes without RocksDB, its only other value";

  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("hoodie.table.name", USE + "table"),
          Map.entry("hoodie.table.type", USE + "tableType"),
          Map.entry("hoodie.datasource.write.table.name", USE + "table"),
          Map.entry("hoodie.datasource.write.table.type", USE + "tableType"),
          Map.entry("hoodie.datasource.write.operation", BY_MODE),
          Map.entry("hoodie.datasource.write.recordkey.field", USE + "recordKey"),
          Map.entry("hoodie.datasource.write.partitionpath.field", USE + "partitionBy"),
          Map.entry("hoodie.datasource.write.precombine.field", USE + "orderingFields"),
          Map.entry("hoodie.table.ordering.fields", USE + "orderingFields"),
          Map.entry("hoodie.datasource.query.type", USE + "query"),
          Map.entry("hoodie.index.type", USE + "index"),
          Map.entry("hoodie.write.concurrency.mode", USE + "concurrency"),
          Map.entry("hoodie.clean.failed.writes.policy", USE + "concurrency"),
          Map.entry("hoodie.cleaner.policy.failed.writes", USE + "concurrency"),
          Map.entry("hoodie.metadata.enable", USE + "metadataTable"),
          Map.entry("hoodie.table.cdc.enabled", USE + "changeDataCapture"),
          Map.entry("hoodie.table.timeline.timezone", MEANING),
          Map.entry("hoodie.datasource.write.hive_style_partitioning", MEANING),
          Map.entry("hoodie.datasource.write.partitionpath.urlencode", MEANING),
          Map.entry("hoodie.datasource.write.commitmeta.key.prefix", MEANING),
          Map.entry("hoodie.combine.before.insert", MEANING),
          Map.entry("hoodie.combine.before.upsert", MEANING),
          Map.entry("hoodie.merge.allow.duplicate.on.inserts", MEANING),
          Map.entry("hoodie.datasource.insert.dup.policy", MEANING),
          Map.entry("hoodie.datasource.write.insert.drop.duplicates", MEANING),
          Map.entry("hoodie.writestatus.class", MEANING),
          Map.entry("hoodie.write.ignore.failed", MEANING),
          Map.entry("hoodie.datasource.write.streaming.ignore.failed.batch", MEANING),
          Map.entry("hoodie.write.set.null.for.missing.columns", MEANING),
          Map.entry("hoodie.common.spillable.diskmap.type", NO_ROCKS_DB),
          Map.entry(
              "hoodie.write.num.retries.on.conflict.failures",
              "retries are the platform's: set them in resilience"));

  private ReservedOptions() {}

  /** What is wrong with setting this, if anything. */
  static Optional<String> problem(String name) {
    if (!name.startsWith("hoodie.")) {
      return Optional.of("options must be settings of Hudi, hoodie.*, got '" + name + "'");
    }
    return Optional.ofNullable(REASONS.get(name))
        .map(reason -> "options must not set " + name + ": " + reason);
  }
}
