package io.standpipe.hudi;

import java.io.IOException;
import java.util.List;
import org.apache.hudi.common.config.RecordMergeMode;
import org.apache.hudi.common.model.HoodieTimelineTimeZone;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.common.util.Option;
import org.apache.hudi.hadoop.fs.HadoopFSUtils;
import org.apache.hudi.keygen.KeyGenUtils;
import org.apache.spark.sql.SparkSession;

/**
 * Lays out a table before its first write. Hudi's own first write would do that as well, but first
 * looks for five seconds whether there is one.
 */
final class NewTable {
  private NewTable() {}

  static OpenTable create(HudiConfig config, TableAddress address, SparkSession session) {
    String recordKey = joined(config.recordKey());
    String partitions = joined(config.partitionBy());
    try {
      return new OpenTable(
          HoodieTableMetaClient.newTableBuilder()
              .setTableName(config.tableName())
              .setTableType(config.tableType().name())
              .setRecordKeyFields(recordKey)
              .setPartitionFields(partitions)
              .setOrderingFields(joined(config.orderingFields()))
              .setRecordMergeMode(
                  config.orderingFields().isEmpty()
                      ? RecordMergeMode.COMMIT_TIME_ORDERING
                      : RecordMergeMode.EVENT_TIME_ORDERING)
              .setKeyGeneratorType(
                  KeyGenUtils.inferKeyGeneratorType(Option.ofNullable(recordKey), partitions)
                      .name())
              .setHiveStylePartitioningEnable(true)
              .setUrlEncodePartitioning(true)
              .setCommitTimezone(HoodieTimelineTimeZone.UTC)
              .setCDCEnabled(config.changeDataCapture())
              .initTable(
                  HadoopFSUtils.getStorageConfWithCopy(session.sessionState().newHadoopConf()),
                  address.path()));
    } catch (IOException e) {
      throw Problem.of("create " + address.label(), e);
    }
  }

  /** Hudi takes no columns for null, not for an empty text. */
  private static String joined(List<String> columns) {
    return columns.isEmpty() ? null : String.join(",", columns);
  }
}
