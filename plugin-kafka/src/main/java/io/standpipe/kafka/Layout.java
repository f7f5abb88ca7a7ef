package io.standpipe.kafka;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;
import static org.apache.spark.sql.functions.when;

import io.standpipe.kafka.Problem.Refusal;
import io.standpipe.spi.Identifiers;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.avro.SchemaConverters;
import org.apache.spark.sql.avro.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** The columns of a topic's records, and how they become bytes and come back. */
final class Layout {
  private final KafkaConfig config;
  private final StructType values;

  Layout(KafkaConfig config) {
    this.config = config;
    this.values =
        values(config.format(), config.schema(), config.avroSchema(), config.valueColumn());
  }

  /** What is wrong with the columns that a configuration declares. */
  static Optional<String> problem(
      Format format,
      Optional<String> schema,
      Optional<String> avroSchema,
      String valueColumn,
      Optional<String> keyColumn,
      List<Metadata> metadata,
      Malformed malformed) {
    StructType values;
    try {
      values = values(format, schema, avroSchema, valueColumn);
    } catch (Exception e) { // Spark's parser throws checked exceptions undeclared
      String reason = String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
      return Optional.of(
          (format == Format.AVRO ? "avroSchema" : "schema") + " is not valid: " + reason);
    }
    Optional<String> unfit = format == Format.JSON ? Json.problem(values) : Optional.empty();
    if (unfit.isPresent()) {
      return Optional.of("schema: " + unfit.get());
    }
    Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    Stream<String> others =
        Stream.of(
                keyColumn.stream(),
                metadata.stream().map(Metadata::column),
                Stream.of(KafkaConfig.RAW).filter(raw -> malformed == Malformed.KEEP))
            .flatMap(names -> names);
    return Stream.concat(Stream.of(values.fieldNames()), others)
        .filter(name -> !seen.add(name))
        .findFirst()
        .map(name -> "two columns are named '" + name + "'. Choose other names");
  }

  private static StructType values(
      Format format, Optional<String> schema, Optional<String> avroSchema, String column) {
    return switch (format) {
      case JSON -> StructType.fromDDL(schema.orElseThrow());
      case AVRO -> record(new Schema.Parser().parse(avroSchema.orElseThrow()));
      case STRING -> new StructType().add(column, DataTypes.StringType);
      case BYTES -> new StructType().add(column, DataTypes.BinaryType);
    };
  }

  private static StructType record(Schema schema) {
    if (SchemaConverters.toSqlType(schema).dataType() instanceof StructType record) {
      return record;
    }
    throw new IllegalArgumentException("a record is needed, not " + schema.getType().getName());
  }

  /** The columns of a read: key, values, metadata. */
  StructType schema() {
    StructType schema = new StructType();
    if (config.keyColumn().isPresent()) {
      schema = schema.add(config.keyColumn().get(), keyType());
    }
    for (StructField field : values.fields()) {
      // A record without a value, or with a malformed one, has NULL in all of them.
      schema = schema.add(field.name(), field.dataType(), true);
    }
    for (Metadata item : config.metadata()) {
      schema = schema.add(item.column(), item.type());
    }
    return config.malformed() == Malformed.KEEP
        ? schema.add(KafkaConfig.RAW, DataTypes.BinaryType)
        : schema;
  }

  private DataType keyType() {
    return config.keyFormat() == Format.BYTES ? DataTypes.BinaryType : DataTypes.StringType;
  }

  /** The rows of records as Spark's source gives them. */
  Dataset<Row> decode(Dataset<Row> records) {
    ValueParser parser = new ValueParser(config, values);
    List<Column> columns = new ArrayList<>();
    config.keyColumn().ifPresent(name -> columns.add(col("key").cast(keyType()).as(name)));
    if (config.format().structured()) {
      for (String name : values.fieldNames()) {
        columns.add(parser.column(name).as(name));
      }
    } else {
      columns.add(col("value").cast(values.fields()[0].dataType()).as(config.valueColumn()));
    }
    config.metadata().forEach(item -> columns.add(col(item.column())));
    if (config.malformed() == Malformed.KEEP) {
      columns.add(when(parser.malformed(), col("value")).as(KafkaConfig.RAW));
    }
    Dataset<Row> parsed = config.format().structured() ? parser.parse(records) : records;
    return parsed.select(columns.toArray(Column[]::new));
  }

  /**
   * The records of rows as Spark's sink takes them.
   *
   * @throws Refusal if the rows have other columns
   */
  Dataset<Row> encode(Dataset<Row> rows) {
    List<String> left = new ArrayList<>(List.of(rows.schema().fieldNames()));
    List<Column> record = new ArrayList<>();
    config.keyColumn().ifPresent(name -> record.add(fitted(rows, name, keyType(), left).as("key")));
    for (Metadata item : config.metadata()) {
      Optional<String> column = Fitting.find(left, item.column());
      if (item.writable() && column.isPresent()) {
        record.add(fitted(rows, column.get(), item.type(), left).as(item.column()));
      }
    }
    List<Column> fields = new ArrayList<>();
    for (StructField field : values.fields()) {
      fields.add(fitted(rows, field.name(), field.dataType(), left).as(field.name()));
    }
    if (!left.isEmpty()) {
      throw new Refusal(
          "cannot write to " + config.label() + ": it has no column " + String.join(", ", left),
          "Its columns are "
              + String.join(", ", schema().fieldNames())
              + ", of which a write takes those of key and value, headers and partition. Select them.");
    }
    record.add(bytes(fields).as("value"));
    return rows.select(record.toArray(Column[]::new));
  }

  private Column bytes(List<Column> fields) {
    return switch (config.format()) {
      case JSON -> to_json(struct(fields.toArray(Column[]::new)), Json.writing());
      case AVRO ->
          functions.to_avro(
              struct(fields.toArray(Column[]::new)), config.avroSchema().orElseThrow());
      case STRING, BYTES -> fields.get(0);
    };
  }

  /** A column in the type that it is to have; it is left no more. */
  private Column fitted(Dataset<Row> rows, String name, DataType type, List<String> left) {
    Fitting fitting = new Fitting(config.label());
    String column = fitting.take(left, name, name);
    return fitting.fit(
        Identifiers.column(column), column, rows.schema().apply(column).dataType(), type);
  }
}
