package io.standpipe.dynamodb;

import java.util.EnumSet;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** The table as a Spark data source. It is put into a plan as an object, without any options. */
final class DynamoDbTable implements Table, SupportsRead {
  private final DynamoDbConfig config;
  private final TableInfo info;
  private final StructType schema;
  private final int parallelism;
  private final int tasksAtOnce;
  private final boolean consistent;

  /**
   * @param parallelism into how many parts a scan is cut at least
   * @param tasksAtOnce how many tasks can run at a time at most
   * @param consistent whether a read must see all writes that were answered before
   */
  DynamoDbTable(
      DynamoDbConfig config,
      TableInfo info,
      StructType schema,
      int parallelism,
      int tasksAtOnce,
      boolean consistent) {
    this.config = config;
    this.info = info;
    this.schema = schema;
    this.parallelism = parallelism;
    this.tasksAtOnce = tasksAtOnce;
    this.consistent = consistent;
  }

  @Override
  public String name() {
    return "dynamodb " + info.name();
  }

  @Override
  @SuppressWarnings("deprecation")
  public StructType schema() {
    return schema;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return EnumSet.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return new TableScanBuilder(config, info, schema, parallelism, tasksAtOnce, consistent);
  }

  @Override
  public String toString() {
    return name();
  }
}
