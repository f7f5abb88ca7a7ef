package io.standpipe.delta;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
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
   * The same rows, of which none has a NULL key and no two the same key. Delta itself notices a
   * repeated key only where a row of the table has it.
   *
   * <p>Costs a sort by key, and a shuffle unless the rows are distributed by key already.
   */
  static Dataset<Row> uniqueKeys(Dataset<Row> rows, List<String> keys) {
    Column key = key(keys);
    Column repeated = raise_error(concat(lit("more than one row with the key "), key));
    return rows.withColumn(KEY_ROWS, count(lit(1)).over(Window.partitionBy(columns(keys))))
        .where(
            whenNoNullKey(keys)
                .when(column(KEY_ROWS).gt(1), repeated.cast("boolean"))
                .otherwise(lit(true)))
        .drop(KEY_ROWS);
  }

  /** The same rows, of which none has a NULL key. */
  static Dataset<Row> knownKeys(Dataset<Row> rows, List<String> keys) {
    return rows.where(whenNoNullKey(keys).otherwise(lit(true)));
  }

  /** The same rows, for all of which the condition is true. */
  static Dataset<Row> matching(Dataset<Row> rows, Column condition, String sql) {
    Column outside = raise_error(lit("a row lies outside the condition of the overwrite: " + sql));
    return rows.where(
        when(coalesce(condition, lit(false)), lit(true)).otherwise(outside.cast("boolean")));
  }

  private static Column whenNoNullKey(List<String> keys) {
    Column anyNull =
        keys.stream().map(RowChecks::column).map(Column::isNull).reduce(Column::or).orElseThrow();
    return when(anyNull, raise_error(concat(lit("NULL in the key "), key(keys))).cast("boolean"));
  }

  private static Column key(List<String> keys) {
    return to_json(struct(columns(keys)), KEEP_NULLS);
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(RowChecks::column).toArray(Column[]::new);
  }

  static Column column(String name) {
    return org.apache.spark.sql.functions.col(ConditionSql.name(name));
  }

  /** A column of one side of a join. */
  static Column qualified(String side, String name) {
    return org.apache.spark.sql.functions.col(side + "." + ConditionSql.name(name));
  }

  /** Fails if text literals mean something else in this session. */
  static void requireEscapes(SparkSession session) {
    if (Boolean.parseBoolean(
        session.conf().get("spark.sql.parser.escapedStringLiterals", "false"))) {
      throw new Problem.Refusal(
          "cannot bind the values of a condition while spark.sql.parser.escapedStringLiterals is true",
          "Remove that property, or give the condition as an expression.");
    }
  }
}
