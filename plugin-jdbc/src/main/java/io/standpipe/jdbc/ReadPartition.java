package io.standpipe.jdbc;

import org.apache.spark.sql.connector.read.InputPartition;

/**
 * The share of a task.
 *
 * @param number of this partition, from 1
 * @param of how many there are
 */
record ReadPartition(int number, int of, String sql) implements InputPartition {

  /** For messages. */
  @Override
  public String toString() {
    return "partition " + number + " of " + of;
  }
}
