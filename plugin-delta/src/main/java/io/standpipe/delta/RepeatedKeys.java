package io.standpipe.delta;

import static org.apache.spark.sql.functions.xxhash64;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.spark.HashPartitioner;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.InternalRow;
import scala.Tuple2;

/**
 * Looks for keys that more than one row has, by what can be shuffled in arrays: a hash of 64 bits
 * per row. Grouping by the keys themselves takes several times as long, and nearly always finds
 * nothing.
 */
final class RepeatedKeys {
  /** As many are enough to look closer, at all rows. */
  private static final int MANY = 100;

  private RepeatedKeys() {}

  /**
   * The rows among which all with a repeated key are, and perhaps others; empty if the hashes of
   * all keys differ. Runs a job that reads the rows once.
   */
  static Optional<Dataset<Row>> suspects(Dataset<Row> rows, Column... keys) {
    Column hash = xxhash64(keys);
    Object[] repeated = repeated(rows.select(hash)).toArray();
    if (repeated.length == 0) {
      return Optional.empty();
    }
    return Optional.of(repeated.length < MANY ? rows.where(hash.isin(repeated)) : rows);
  }

  private static List<Long> repeated(Dataset<Row> hashes) {
    JavaRDD<InternalRow> values = hashes.queryExecution().toRdd().toJavaRDD();
    int parts = Math.max(1, values.getNumPartitions());
    return values
        .mapPartitionsToPair(rows -> split(rows, parts))
        .partitionBy(new HashPartitioner(parts))
        .values()
        .mapPartitions(RepeatedKeys::repeated)
        .collect();
  }

  /** The hashes of one task, an array for each task that looks for equal ones. */
  private static Iterator<Tuple2<Integer, long[]>> split(Iterator<InternalRow> rows, int parts) {
    LongStream.Builder[] split =
        Stream.generate(LongStream::builder).limit(parts).toArray(LongStream.Builder[]::new);
    while (rows.hasNext()) {
      long hash = rows.next().getLong(0);
      split[Math.floorMod(hash, parts)].add(hash);
    }
    return IntStream.range(0, parts)
        .mapToObj(part -> new Tuple2<>(part, split[part].build().toArray()))
        .iterator();
  }

  private static Iterator<Long> repeated(Iterator<long[]> arrays) {
    List<long[]> all = new ArrayList<>();
    arrays.forEachRemaining(all::add);
    long[] sorted = all.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    return IntStream.range(1, sorted.length)
        .filter(i -> sorted[i] == sorted[i - 1])
        .mapToObj(i -> sorted[i])
        .distinct()
        .limit(MANY)
        .iterator();
  }
}
