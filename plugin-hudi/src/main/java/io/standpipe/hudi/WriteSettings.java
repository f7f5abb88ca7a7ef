package io.standpipe.hudi;

import io.standpipe.hudi.HudiConfig.Concurrency;
import io.standpipe.hudi.HudiConfig.Index;
import io.standpipe.spi.CommitToken;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hudi.client.FailOnFirstErrorWriteStatus;
import org.apache.hudi.common.table.HoodieTableConfig;
import org.apache.spark.sql.SparkSession;

/** The settings of a write, as Hudi names them. */
final class WriteSettings {
  private final HudiConfig config;
  private final TableAddress address;
  private final SparkSession session;

  WriteSettings(HudiConfig config, TableAddress address, SparkSession session) {
    this.config = config;
    this.address = address;
    this.session = session;
  }

  /**
   * Everything for one write.
   *
   * @param operation Hudi's name, such as {@code upsert}
   * @param table the table before the write
   * @param mark stored with the commit
   */
  Map<String, String> of(
      String operation, OpenTable table, String mark, Optional<CommitToken> token) {
    Map<String, String> settings = general(table);
    settings.put("hoodie.datasource.write.operation", operation);
    settings.put("hoodie.datasource.write.commitmeta.key.prefix", Commit.EXTRA_PREFIX);
    settings.put(Commit.MARK, mark);
    token.ifPresent(present -> settings.put(Commit.TOKEN, present.value()));
    return settings;
  }

  /** What does not depend on the write: also for maintenance. */
  Map<String, String> general(OpenTable table) {
    Map<String, String> settings = new HashMap<>(defaults());
    settings.putAll(config.options());
    identity(settings, table);
    semantics(settings);
    concurrency(settings);
    index(settings);
    settings.put("hoodie.metadata.enable", Boolean.toString(metadataTable(table)));
    return settings;
  }

  /** What suits a process that writes now and then; the storage's options override it. */
  private Map<String, String> defaults() {
    String partitions = session.conf().get("spark.sql.shuffle.partitions");
    return Map.of(
        // A server that executors ask for files: worth its port and its threads for huge tables.
        "hoodie.embed.timeline.server", "false",
        "hoodie.write.markers.type", "DIRECT",
        "hoodie.global.simple.index.parallelism", partitions,
        "hoodie.finalize.write.parallelism", partitions,
        "hoodie.markers.delete.parallelism", partitions,
        "hoodie.rollback.parallelism", partitions);
  }

  private static void identity(Map<String, String> settings, OpenTable table) {
    HoodieTableConfig own = table.config();
    settings.put("hoodie.table.name", own.getTableName());
    settings.put("hoodie.datasource.write.table.type", own.getTableType().name());
    columns(settings, "hoodie.datasource.write.recordkey.field", table.recordKey());
    columns(settings, "hoodie.datasource.write.partitionpath.field", table.partitionColumns());
    columns(settings, "hoodie.table.ordering.fields", own.getOrderingFields());
  }

  private static void columns(Map<String, String> settings, String key, List<String> columns) {
    if (!columns.isEmpty()) {
      settings.put(key, String.join(",", columns));
    }
  }

  /** What would change the meaning of a write, or hide its failure. */
  private static void semantics(Map<String, String> settings) {
    settings.put("hoodie.combine.before.insert", "false");
    settings.put("hoodie.combine.before.upsert", "false");
    settings.put("hoodie.merge.allow.duplicate.on.inserts", "true");
    settings.put("hoodie.write.num.retries.on.conflict.failures", "0");
    // Else a row that cannot be written is only logged, and the write fails without a reason.
    settings.put("hoodie.writestatus.class", FailOnFirstErrorWriteStatus.class.getName());
  }

  private void concurrency(Map<String, String> settings) {
    if (config.concurrency() == Concurrency.SINGLE) {
      settings.put("hoodie.write.concurrency.mode", "SINGLE_WRITER");
      settings.put("hoodie.clean.failed.writes.policy", "EAGER");
      return;
    }
    settings.put("hoodie.write.concurrency.mode", "OPTIMISTIC_CONCURRENCY_CONTROL");
    settings.put("hoodie.clean.failed.writes.policy", "LAZY");
    settings.putIfAbsent("hoodie.write.lock.provider", config.lock().provider());
  }

  private void index(Map<String, String> settings) {
    Index index = config.index();
    settings.put("hoodie.index.type", index.type());
    if (index == Index.RECORD_LEVEL) {
      settings.put("hoodie.metadata.global.record.level.index.enable", "true");
      settings.put("hoodie.record.index.update.partition.path", "true");
    }
  }

  private boolean metadataTable(OpenTable table) {
    boolean fresh = table.completed().isEmpty();
    return config
        .metadataTable()
        .orElseGet(
            () ->
                config.index() == Index.RECORD_LEVEL
                    || table.config().isMetadataTableAvailable()
                    || fresh && !address.local());
  }
}
