package io.standpipe.dynamodb;

import java.util.List;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;

/** A planned read. */
record TableScan(ReadPlan plan, List<Slice> slices, List<Predicate> pushed) implements Scan, Batch {

  @Override
  public StructType readSchema() {
    return plan.columns();
  }

  /** Shown in plans. */
  @Override
  public String description() {
    boolean queries = slices.isEmpty() || !slices.get(0).partitionKeys().isEmpty();
    return "dynamodb "
        + plan.table().name()
        + (plan.path().index().isEmpty() ? "" : " index " + plan.path().index())
        + (queries ? " query" : " scan, segments: " + slices.size())
        + ", columns: "
        + List.of(plan.columns().fieldNames())
        + ", pushed filters: "
        + pushed
        + (plan.limit() > 0 ? ", limit: " + plan.limit() : "");
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public InputPartition[] planInputPartitions() {
    return slices.toArray(InputPartition[]::new);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new PageReader.Factory(plan);
  }

  @Override
  public String toString() {
    return description();
  }
}
