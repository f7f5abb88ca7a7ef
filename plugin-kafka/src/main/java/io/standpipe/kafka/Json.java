package io.standpipe.kafka;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Values as JSON, so that what is written can be read. */
final class Json {
  private static final String TIME = "yyyy-MM-dd'T'HH:mm:ss.SSSSSS";

  /** Spark's own leave out microseconds, and the seconds of old time zones. */
  private static final Map<String, String> WRITING =
      Map.of("timeZone", "UTC", "timestampFormat", TIME + "XXX", "timestampNTZFormat", TIME);

  private Json() {}

  /** How Spark writes it. */
  static Map<String, String> writing() {
    return new LinkedHashMap<>(WRITING);
  }

  /** Why columns cannot be JSON, if they cannot. */
  static Optional<String> problem(StructType columns) {
    return problem("", columns);
  }

  private static Optional<String> problem(String parent, StructType columns) {
    return Stream.of(columns.fields())
        .flatMap(field -> problem(parent, field).stream())
        .findFirst();
  }

  private static Optional<String> problem(String parent, StructField field) {
    return problem(parent + field.name(), field.dataType());
  }

  private static Optional<String> problem(String name, DataType type) {
    if (type instanceof StructType struct) {
      return problem(name + ".", struct);
    } else if (type instanceof ArrayType array) {
      return problem(name, array.elementType());
    } else if (type instanceof MapType map) {
      return map.keyType() instanceof StringType
          ? problem(name, map.valueType())
          : Optional.of("column '" + name + "' is " + type.sql() + ", but keys of JSON are texts");
    }
    return type instanceof NullType
        ? Optional.of("column '" + name + "' is " + type.sql() + ", which no value can be")
        : Optional.empty();
  }
}
