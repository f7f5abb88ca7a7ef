package io.standpipe.dynamodb;

import java.util.List;
import org.apache.spark.sql.connector.read.InputPartition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What one task reads: a segment of a scan, or the items of some partition keys.
 *
 * @param segment the number of the segment
 * @param segments how many segments there are
 * @param partitionKeys for queries; empty for a scan
 */
record Slice(int segment, int segments, List<Scalar> partitionKeys) implements InputPartition {

  static Slice scan(int segment, int segments) {
    return new Slice(segment, segments, List.of());
  }

  static Slice queries(List<AttributeValue> partitionKeys) {
    return new Slice(0, 1, partitionKeys.stream().map(Scalar::of).toList());
  }
}
