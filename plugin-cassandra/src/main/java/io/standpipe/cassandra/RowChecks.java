package io.standpipe.cassandra;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.standpipe.spi.Identifiers;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/**
 * Checks that run within the write's own pass over the rows; the task that meets a bad row fails.
 * The messages are matched by {@code errors.tsv}.
 */
final class RowChecks {
  private static final String KEY_ROWS = "__standpipe_rows_of_key";
  private static final Map<String, String> KEEP_NULLS = Map.of("ignoreNullFields", "false");

  private RowChecks() {}

  /**
   * The same rows, of which no two have the same key, and none a NULL in it. Cassandra would keep
   * one of them, whichever. Costs a shuffle and a sort by key; the rows then lie together by
   * partition, which the writer batches.
   */
  static Dataset<Row> uniqueKeys(Dataset<Row> rows, List<String> keys) {
    Column repeated = raise_error(concat(lit("more than one row with the key "), key(keys)));
    return rows.withColumn(KEY_ROWS, count(lit(1)).over(Window.partitionBy(columns(keys))))
        .where(
            whenNullKey(keys)
                .when(Identifiers.column(KEY_ROWS).gt(1), repeated.cast("boolean"))
                .otherwise(lit(true)))
        .drop(KEY_ROWS);
  }

  /** The same rows, of which none has a NULL key. */
  static Dataset<Row> knownKeys(Dataset<Row> rows, List<String> keys) {
    return rows.where(whenNullKey(keys).otherwise(lit(true)));
  }

  /** The same rows, of which none has a NULL in these columns: the writer cannot convert it. */
  static Dataset<Row> knownTuples(Dataset<Row> rows, List<String> tuples) {
    Dataset<Row> checked = rows;
    for (String tuple : tuples) {
      Column missing = raise_error(lit("NULL in the tuple column '" + tuple + "'"));
      checked =
          checked.where(
              when(Identifiers.column(tuple).isNull(), missing.cast("boolean"))
                  .otherwise(lit(true)));
    }
    return checked;
  }

  /**
   * The same rows, without dates that the Julian calendar skipped: the writer converts by it, and
   * would store others.
   */
  static Dataset<Row> storableDates(Dataset<Row> rows) {
    Dataset<Row> checked = rows;
    for (StructField field : rows.schema().fields()) {
      if (field.dataType().equals(DataTypes.DateType)) {
        Column date = Identifiers.column(field.name());
        Column skipped =
            raise_error(
                concat(
                    lit("cannot store the date "),
                    date.cast("string"),
                    lit(" in column '" + field.name() + "'")));
        checked =
            checked.where(
                when(
                        date.between(LocalDate.of(1582, 10, 5), LocalDate.of(1582, 10, 14)),
                        skipped.cast("boolean"))
                    .otherwise(lit(true)));
      }
    }
    return checked;
  }

  private static Column whenNullKey(List<String> keys) {
    Column anyNull =
        keys.stream().map(Identifiers::column).map(Column::isNull).reduce(Column::or).orElseThrow();
    Column message = concat(lit("NULL in the key "), coalesce(key(keys), lit("")));
    return when(anyNull, raise_error(message).cast("boolean"));
  }

  /** The values of the keys of a row, as text for messages. */
  static Column key(List<String> keys) {
    return to_json(struct(columns(keys)), KEEP_NULLS);
  }

  static Column[] columns(List<String> names) {
    return names.stream().map(Identifiers::column).toArray(Column[]::new);
  }
}
