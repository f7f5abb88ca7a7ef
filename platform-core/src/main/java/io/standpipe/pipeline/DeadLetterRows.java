package io.standpipe.pipeline;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.standpipe.spi.Identifiers;
import io.standpipe.spi.RefusedRows;
import io.standpipe.spi.Verdict;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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

  /** The error code of a record that could not be read. */
  static final String MALFORMED = "malformed";

  private static final String VERDICT = Verdict.DATA.id();

  /** Nothing of a value may be lost: microseconds, NULL against missing. */
  private static final Map<String, String> JSON =
      Map.of(
          // An offset of old times has seconds, which the format has not.
          "timeZone", "UTC",
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
    StructType own = without(refused.schema(), Set.of(RefusedRows.CODE, RefusedRows.MESSAGE));
    Column code = refused.col(RefusedRows.CODE);
    return of(refused, run, write, Letter.of(own, code, refused.col(RefusedRows.MESSAGE)));
  }

  /** Whether a row is right, as far as its own values tell. */
  static Column fits(DeadLetters letters) {
    Column readable =
        letters.malformed().map(it -> Identifiers.column(it).isNull()).orElse(lit(true));
    return letters.where().map(it -> readable.and(coalesce(expr(it), lit(false)))).orElse(readable);
  }

  /** Rows that are not right. Of one that could not be read there is only the record as it came. */
  static Dataset<Row> unfit(
      Dataset<Row> rows, DeadLetters letters, RunIdentity run, Step.Write write) {
    StructType schema = rows.schema();
    Letter unfit = Letter.of(schema, lit(Replay.WHERE), lit(untrue(letters)));
    if (letters.malformed().isEmpty()) {
      return of(rows, run, write, unfit);
    }
    String malformed = letters.malformed().get();
    Letter unread =
        Letter.of(
            new StructType().add(schema.apply(malformed)),
            lit(MALFORMED),
            lit("the record could not be read"));
    Letter read = Letter.of(without(schema, Set.of(malformed)), unfit.code(), unfit.message());
    return of(rows, run, write, unread.when(Identifiers.column(malformed).isNotNull(), read));
  }

  private static StructType without(StructType schema, Set<String> names) {
    return new StructType(
        Arrays.stream(schema.fields())
            .filter(field -> !names.contains(field.name()))
            .toArray(StructField[]::new));
  }

  private static String untrue(DeadLetters letters) {
    return "the condition is not true: " + letters.where().orElse("").strip();
  }

  /** What is said of a row, and of its values. */
  private record Letter(Column code, Column message, Column row, Column types) {
    /**
     * @param kept the columns that are kept
     */
    static Letter of(StructType kept, Column code, Column message) {
      Column[] columns =
          Arrays.stream(kept.fieldNames()).map(Identifiers::column).toArray(Column[]::new);
      return new Letter(
          code, message, to_json(struct(columns), JSON), lit(DeadLetterRows.types(kept)));
    }

    /** This where a condition is true, else another one. */
    Letter when(Column condition, Letter other) {
      return new Letter(
          functions.when(condition, code).otherwise(other.code),
          functions.when(condition, message).otherwise(other.message),
          functions.when(condition, row).otherwise(other.row),
          functions.when(condition, types).otherwise(other.types));
    }
  }

  private static Dataset<Row> of(
      Dataset<Row> rows, RunIdentity run, Step.Write write, Letter letter) {
    return rows.select(
        lit(run.id()).as("run"),
        lit(write.name()).as("step"),
        lit(write.storage()).as("storage"),
        functions.current_timestamp().as("failed_at"),
        lit(VERDICT).as("verdict"),
        letter.code().as("error_code"),
        letter.message().as("error"),
        letter.row().as("row"),
        letter.types().as("row_schema"));
  }

  /** Only what is needed to make the rows again, so that those of one step are alike. */
  private static String types(StructType schema) {
    StructType plain = new StructType();
    for (StructField field : schema.asNullable().fields()) {
      plain = plain.add(field.name(), field.dataType(), true);
    }
    return plain.toDDL();
  }

  /** Tells sets of dead letters apart, whatever their order: their number and a sum of hashes. */
  static String contents(Dataset<Row> letters) {
    Row row =
        letters
            .agg(
                functions.count(lit(1)),
                functions.sum(
                    functions.xxhash64(col("row")).cast(DataTypes.createDecimalType(20, 0))))
            .head();
    return row.getLong(0)
        + "-"
        + (row.isNullAt(1) ? "0" : row.getDecimal(1).toBigInteger().toString(36));
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
