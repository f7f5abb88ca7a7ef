package io.standpipe.delta;

import static org.apache.spark.sql.functions.coalesce;
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
import org.apache.spark.sql.SparkSession;

/**
 * Checks of rows before they are committed: the task that meets a bad row fails, and nothing is
 * committed. The messages are matched by {@code errors.tsv}.
 */
final class RowChecks {
  private static final String KEY_ROWS = "__standpipe_rows_of_key";
  private static final Map<String, String> KEEP_NULLS = Map.of("ignoreNullFields", "false");

  private RowChecks() {}

  /**
   * Fails if two rows have the same key. Delta itself notices a repeated key only where a row of
   * the table has it. The rows must be materialised: they are read more than once.
   */
  static void requireUniqueKeys(Dataset<Row> rows, List<String> keys) {
    RepeatedKeys.suspects(rows, columns(keys))
        .ifPresent(
            suspects ->
                suspects
                    .groupBy(columns(keys))
                    .agg(count(lit(1)).as(KEY_ROWS))
                    .where(Identifiers.column(KEY_ROWS).gt(1))
                    .select(raise_error(concat(lit("more than one row with the key "), key(keys))))
                    .collectAsList());
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
        keys.stream().map(Identifiers::column).map(Column::isNull).reduce(Column::or).orElseThrow();
    return when(anyNull, raise_error(concat(lit("NULL in the key "), key(keys))).cast("boolean"));
  }

  private static Column key(List<String> keys) {
    return to_json(struct(columns(keys)), KEEP_NULLS);
  }

  private static Column[] columns(List<String> names) {
    return names.stream().map(Identifiers::column).toArray(Column[]::new);
  }

  /** A column of one side of a join. */
  static Column qualified(String side, String name) {
    return org.apache.spark.sql.functions.col(side + "." + Identifiers.quoted(name));
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
