package io.standpipe.kafka;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.raise_error;
import static org.apache.spark.sql.functions.udf;
import static org.apache.spark.sql.functions.when;

import java.util.Map;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.avro.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * Makes records of values in JSON and Avro. A value must be one record and nothing else: Spark
 * alone takes the first one that it finds, and NULL where there is none.
 *
 * @param values the columns of a record
 */
record ValueParser(KafkaConfig config, StructType values) {
  private static final Column VALUE = col("value");
  private static final String PARSED = "_parsed";
  private static final String RECORD = "_record";

  /** What the rule in errors.tsv looks for; Spark says the same. */
  private static final String MESSAGE = "Malformed records are detected in record parsing: ";

  /** The same rows, with what the other methods refer to. */
  Dataset<Row> parse(Dataset<Row> records) {
    return config.format() == Format.JSON
        ? records.withColumn(RECORD, json(records.sparkSession().conf()))
        : records.withColumn(PARSED, avro()).withColumn(RECORD, wholeAvro());
  }

  /** A column of the record; NULL without a value. */
  Column column(String name) {
    return col(RECORD).getField(name);
  }

  Column malformed() {
    return VALUE.isNotNull().and(col(RECORD).isNull());
  }

  private boolean fails() {
    return config.malformed() == Malformed.FAIL;
  }

  private Column json(RuntimeConfig conf) {
    return JsonRecord.of(
        VALUE,
        values,
        conf.get("spark.sql.session.timeZone"),
        fails() ? MESSAGE + "a value is not one JSON object" : "");
  }

  private Column avro() {
    return functions.from_avro(
        VALUE,
        config.avroSchema().orElseThrow(),
        Map.of("mode", fails() ? "FAILFAST" : "PERMISSIVE"));
  }

  private Column wholeAvro() {
    Column otherwise =
        fails() ? raise_error(lit(MESSAGE + "a value is not one Avro record")) : lit(null);
    return when(VALUE.isNotNull().and(notOneRecord()), otherwise).otherwise(col(PARSED));
  }

  private Column notOneRecord() {
    WholeAvro whole = new WholeAvro(config.avroSchema().orElseThrow());
    Column left = not(udf(whole, DataTypes.BooleanType).apply(VALUE));
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
