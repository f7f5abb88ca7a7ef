package io.standpipe.pipeline;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.standpipe.spi.RefusedRows;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.AtomicType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.YearMonthIntervalType;

/**
 * Wrong rows in the form in which any storage can keep them: where they were to go and why they did
 * not, and the row itself as JSON with its schema, so that it can be made again.
 */
final class DeadLetterRows {
  /** The columns that a storage for dead letters gets. */
  static final StructType SCHEMA =
      StructType.fromDDL(
          "run STRING, step STRING, storage STRING, failed_at TIMESTAMP, verdict STRING,"
              + " error_code STRING, error STRING, row STRING, row_schema STRING");

  private static final String VERDICT = "data";

  /** Nothing of a value may be lost: microseconds, NULL against missing. */
  private static final Map<String, String> JSON =
      Map.of(
          "timestampFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSSXXX",
          "timestampNTZFormat", "yyyy-MM-dd'T'HH:mm:ss.SSSSSS",
          "ignoreNullFields", "false");

  private DeadLetterRows() {}

  /**
   * Rows that a storage refused.
   *
   * @param refused with the columns of {@link RefusedRows}
   */
  static Dataset<Row> refused(Dataset<Row> refused, RunIdentity run, Step.Write write) {
    List<String> errors = List.of(RefusedRows.CODE, RefusedRows.MESSAGE);
    StructField[] own =
        Arrays.stream(refused.schema().fields())
            .filter(field -> !errors.contains(field.name()))
            .toArray(StructField[]::new);
    return of(
        refused,
        new StructType(own),
        run,
        write,
        refused.col(RefusedRows.CODE),
        refused.col(RefusedRows.MESSAGE));
  }

  /** Rows for which a condition is not true. */
  static Dataset<Row> unfit(
      Dataset<Row> rows, String condition, RunIdentity run, Step.Write write) {
    return of(
        rows,
        rows.schema(),
        run,
        write,
        lit("where"),
        lit("the condition is not true: " + condition.strip()));
  }

  private static Dataset<Row> of(
      Dataset<Row> rows,
      StructType own,
      RunIdentity run,
      Step.Write write,
      Column code,
      Column message) {
    Column[] columns =
        Arrays.stream(own.fieldNames())
            .map(name -> col("`" + name.replace("`", "``") + "`"))
            .toArray(Column[]::new);
    return rows.select(
        lit(run.id()).as("run"),
        lit(write.name()).as("step"),
        lit(write.storage()).as("storage"),
        functions.current_timestamp().as("failed_at"),
        lit(VERDICT).as("verdict"),
        code.as("error_code"),
        message.as("error"),
        to_json(struct(columns), JSON).as("row"),
        lit(types(own)).as("row_schema"));
  }

  /** Only what is needed to make the rows again, so that those of one step are alike. */
  private static String types(StructType schema) {
    StructType plain = new StructType();
    for (StructField field : schema.asNullable().fields()) {
      plain = plain.add(field.name(), field.dataType(), true);
    }
    return plain.toDDL();
  }

  /** The rows of dead letters again. */
  static Dataset<Row> original(Dataset<Row> letters, StructType schema) {
    Map<String, String> options = new HashMap<>(JSON);
    options.put("mode", "FAILFAST");
    return letters
        .select(functions.from_json(col("row"), schema, options).as("row"))
        .select("row.*");
  }

  /** The first column whose values JSON does not keep. */
  static Optional<StructField> unkept(StructType schema) {
    return Arrays.stream(schema.fields()).filter(field -> !isKept(field.dataType())).findFirst();
  }

  private static boolean isKept(DataType type) {
    if (type instanceof StructType struct) {
      return unkept(struct).isEmpty();
    } else if (type instanceof ArrayType array) {
      return isKept(array.elementType());
    } else if (type instanceof MapType map) {
      return map.keyType() instanceof StringType && isKept(map.valueType());
    }
    return type instanceof AtomicType
        && !(type instanceof DayTimeIntervalType)
        && !(type instanceof YearMonthIntervalType)
        && type != DataTypes.NullType;
  }
}
