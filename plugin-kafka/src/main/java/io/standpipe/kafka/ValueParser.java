package io.standpipe.kafka;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.get;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.size;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.avro.functions;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Makes records of values in JSON and Avro. A value must be one record and nothing else: Spark
 * alone takes the first one that it finds, and NULL where there is none.
 *
 * @param values the columns of a record
 */
record ValueParser(KafkaConfig config, StructType values) {
  private static final String PARSED = "_parsed";
  private static final String RECORD = "_record";
  private static final String MALFORMED = "_malformed";
  private static final String CORRUPT = "_standpipe_corrupt";
  private static final String ALL = "all";

  /** What the rule in errors.tsv looks for; Spark says the same. */
  private static final String MESSAGE = "Malformed records are detected in record parsing: ";

  /** The same rows, with what the other methods refer to. */
  Dataset<Row> parse(Dataset<Row> records) {
    boolean json = config.format() == Format.JSON;
    Column value = col("value");
    Column kind = lit(MESSAGE + "a value is not one " + (json ? "JSON object" : "Avro record"));
    Column otherwise = fails() ? raise_error(kind) : lit(null);
    Column record = json ? get(col(PARSED).getField(ALL), lit(0)) : col(PARSED);
    return records
        .withColumn(PARSED, json ? json(value) : avro(value))
        .withColumn(MALFORMED, value.isNotNull().and(json ? notOneObject() : notOneRecord(value)))
        .withColumn(RECORD, when(col(MALFORMED), otherwise).otherwise(record));
  }

  /** A column of the record; NULL without a value. */
  Column column(String name) {
    return col(RECORD).getField(name);
  }

  Column malformed() {
    return col(MALFORMED);
  }

  private boolean fails() {
    return config.malformed() == Malformed.FAIL;
  }

  /** As an object with an array, whose ends Spark looks for, even if the value is none or two. */
  private Column json(Column value) {
    StructType all = new StructType().add(ALL, new ArrayType(values.asNullable(), true));
    Map<String, String> options =
        fails()
            ? Map.of("mode", "FAILFAST")
            : Map.of("mode", "PERMISSIVE", "columnNameOfCorruptRecord", CORRUPT);
    return from_json(
        concat(lit("{\"" + ALL + "\":["), value.cast("string"), lit("]}")),
        fails() ? all : all.add(CORRUPT, DataTypes.StringType),
        options);
  }

  private Column notOneObject() {
    Column all = col(PARSED).getField(ALL);
    Column other = get(all, lit(0)).isNull().or(size(all).gt(1));
    return fails() ? other : col(PARSED).getField(CORRUPT).isNotNull().or(other);
  }

  private Column avro(Column value) {
    return functions.from_avro(
        value,
        config.avroSchema().orElseThrow(),
        Map.of("mode", fails() ? "FAILFAST" : "PERMISSIVE"));
  }

  private Column notOneRecord(Column value) {
    WholeAvro whole = new WholeAvro(config.avroSchema().orElseThrow());
    Column left = not(udf(whole, DataTypes.BooleanType).apply(value));
    if (fails()) {
      return left;
    }
    // Spark gives a record of NULLs for values that it cannot take, and does not say so.
    return Stream.of(values.fieldNames())
        .map(name -> col(PARSED).getField(name).isNull())
        .reduce(Column::and)
        .map(left::or)
        .orElse(left);
  }
}
