package io.standpipe.kafka;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.executor.InputMetrics;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SQLContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import org.apache.spark.sql.sources.BaseRelation;
import org.apache.spark.sql.sources.TableScan;
import org.apache.spark.sql.types.StructType;

/**
 * The records of a batch, which are counted as rows that were read. Spark does that for its other
 * sources and for streams, but its older reader, which batches of Kafka have, does not.
 */
final class CountedRecords extends BaseRelation implements TableScan {
  private final BaseRelation records;

  private CountedRecords(BaseRelation records) {
    this.records = records;
  }

  /**
   * The same, counted.
   *
   * @param records as Spark has loaded them
   */
  static Dataset<Row> of(SparkSession session, Dataset<Row> records) {
    LogicalRelation loaded = (LogicalRelation) records.queryExecution().analyzed();
    return session.baseRelationToDataFrame(new CountedRecords(loaded.relation()));
  }

  @Override
  public SQLContext sqlContext() {
    return records.sqlContext();
  }

  @Override
  public StructType schema() {
    return records.schema();
  }

  @Override
  public RDD<Row> buildScan() {
    return ((TableScan) records)
        .buildScan()
        .toJavaRDD()
        .mapPartitions(CountedRecords::counted)
        .rdd();
  }

  private static Iterator<Row> counted(Iterator<Row> rows) {
    InputMetrics metrics = TaskContext.get().taskMetrics().inputMetrics();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        Row row = rows.next();
        metrics.incRecordsRead(1);
        return row;
      }
    };
  }

  /** What a plan shows. */
  @Override
  public String toString() {
    return records.toString();
  }
}
