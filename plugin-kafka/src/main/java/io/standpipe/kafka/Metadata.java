package io.standpipe.kafka;

import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** What a record has besides key and value. The column is named as the constant, in lower case. */
public enum Metadata {
  TOPIC(DataTypes.StringType),
  PARTITION(DataTypes.IntegerType),
  OFFSET(DataTypes.LongType),
  TIMESTAMP(DataTypes.TimestampType),
  HEADERS(DataType.fromDDL("ARRAY<STRUCT<key: STRING, value: BINARY>>"));

  private final DataType type;

  Metadata(DataType type) {
    this.type = type;
  }

  DataType type() {
    return type;
  }

  String column() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Whether a row that has it decides on it when it is written. */
  boolean writable() {
    return this == HEADERS || this == PARTITION;
  }
}
