package io.standpipe.hudi;

import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.standpipe.spi.Identifiers;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * Checks that run within the write's own pass over the rows: the task that meets a bad row fails,
 * and nothing is committed. The messages are matched by {@code errors.tsv}.
 */
final class RowChecks {
  private static final String KEY_ROWS = "__standpipe_rows_of_key";
  private static final Map<String, String> KEEP_NULLS = Map.of("ignoreNullFields", "false");

  private RowChecks() {}

  /**
   * The same rows, of which none has a NULL key and no two the same key. Hudi itself would keep one
   * of them and drop the others; it is told not to look, so that the shuffle for this is the only
   * one.
   */
  static Dataset<Row> uniqueKeys(Dataset<Row> rows, List<String> keys) {
    Column key = key(keys);
    Column repeated = raise_error(concat(lit("more than one row with the key "), key));
    return rows.withColumn(KEY_ROWS, count(lit(1)).over(Window.partitionBy(columns(keys))))
        .where(
            whenNoNullKey(keys)
                .when(Identifiers.column(KEY_ROWS).gt(1), repeated.cast("boolean"))
                .otherwise(lit(true)))
        .drop(KEY_ROWS);
  }

  /** The same rows, of which none has a NULL key. */
  static Dataset<Row> knownKeys(Dataset<Row> rows, List<String> keys) {
    return keys.isEmpty() ? rows : rows.where(whenNoNullKey(keys).otherwise(lit(true)));
  }

  private static Column whenNoNullKey(List<String> keys) {
    Column anyNull =
        keys.stream().map(Identifiers::column).map(Column::isNull).reduce(Column::or).orElseThrow();
    return when(anyNull, raise_error(concat(lit("NULL in the key "), key(keys))).cast("boolean"));
  }

  private static Column key(List<String> keys) {
    return to_json(struct(columns(keys)), KEEP_NULLS);
  }

  static Column[] columns(List<String> names) {
    return names.stream().map(Identifiers::column).toArray(Column[]::new);
  }
}
