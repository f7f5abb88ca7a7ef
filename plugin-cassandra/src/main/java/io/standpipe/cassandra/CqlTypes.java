package io.standpipe.cassandra;

import com.datastax.oss.driver.api.core.type.CustomType;
import com.datastax.oss.driver.api.core.type.DataType;
import com.datastax.oss.driver.api.core.type.ListType;
import com.datastax.oss.driver.api.core.type.MapType;
import com.datastax.oss.driver.api.core.type.SetType;
import com.datastax.oss.driver.api.core.type.TupleType;
import com.datastax.oss.driver.api.core.type.UserDefinedType;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Which types there are on both sides. */
final class CqlTypes {
  private static final Map<org.apache.spark.sql.types.DataType, String> SIMPLE =
      Map.ofEntries(
          Map.entry(DataTypes.StringType, "text"),
          Map.entry(DataTypes.BooleanType, "boolean"),
          Map.entry(DataTypes.ByteType, "tinyint"),
          Map.entry(DataTypes.ShortType, "smallint"),
          Map.entry(DataTypes.IntegerType, "int"),
          Map.entry(DataTypes.LongType, "bigint"),
          Map.entry(DataTypes.FloatType, "float"),
          Map.entry(DataTypes.DoubleType, "double"),
          Map.entry(DataTypes.BinaryType, "blob"),
          Map.entry(DataTypes.DateType, "date"),
          Map.entry(DataTypes.TimestampType, "timestamp"));

  private CqlTypes() {}

  /** The part of a CQL type that cannot be read or written, if there is one. */
  static Optional<String> unsupportedIn(DataType type) {
    if (type instanceof CustomType) {
      return Optional.of(type.asCql(true, true));
    }
    return parts(type).stream().map(CqlTypes::unsupportedIn).flatMap(Optional::stream).findFirst();
  }

  private static List<DataType> parts(DataType type) {
    if (type instanceof ListType list) {
      return List.of(list.getElementType());
    } else if (type instanceof SetType set) {
      return List.of(set.getElementType());
    } else if (type instanceof MapType map) {
      return List.of(map.getKeyType(), map.getValueType());
    } else if (type instanceof UserDefinedType fields) {
      return fields.getFieldTypes();
    } else if (type instanceof TupleType tuple) {
      return tuple.getComponentTypes();
    }
    return List.of();
  }

  /**
   * The CQL type for a column of these rows; nested collections are frozen.
   *
   * @throws Problem.Refusal naming the column if there is none
   */
  static String of(StructField column) {
    return cql(column.dataType(), false)
        .orElseThrow(
            () ->
                new Problem.Refusal(
                    "cannot create a column '"
                        + column.name()
                        + "' for the Spark type "
                        + column.dataType().sql(),
                    "Name its CQL type in columnTypes, or convert it before the write."));
  }

  /**
   * Refuses a column of the rows whose Spark type no CQL type can take, or whose name the Spark
   * Cassandra Connector does not quote rightly.
   */
  static void requireWritable(String label, StructType rows) {
    for (StructField column : rows.fields()) {
      if (column.name().indexOf('"') >= 0) {
        throw new Problem.Refusal(
            "cannot write to " + label + ": column '" + column.name() + "' has a quote in its name",
            "Rename it.");
      }
      if (!writable(column.dataType())) {
        throw new Problem.Refusal(
            "cannot write to "
                + label
                + ": column '"
                + column.name()
                + "' of the rows has the Spark type "
                + column.dataType().sql()
                + ", which Cassandra does not have",
            "Convert it before the write, for example to TIMESTAMP or STRING.");
      }
    }
  }

  private static boolean writable(org.apache.spark.sql.types.DataType type) {
    if (type instanceof ArrayType array) {
      return writable(array.elementType());
    } else if (type instanceof org.apache.spark.sql.types.MapType map) {
      return writable(map.keyType()) && writable(map.valueType());
    } else if (type instanceof StructType struct) {
      return Stream.of(struct.fields()).allMatch(field -> writable(field.dataType()));
    }
    return type instanceof DecimalType || SIMPLE.containsKey(type);
  }

  private static Optional<String> cql(org.apache.spark.sql.types.DataType type, boolean nested) {
    if (type instanceof DecimalType) {
      return Optional.of("decimal");
    } else if (type instanceof ArrayType array) {
      return cql(array.elementType(), true).map(element -> frozen("list<" + element + ">", nested));
    } else if (type instanceof org.apache.spark.sql.types.MapType map) {
      Optional<String> value = cql(map.valueType(), true);
      return cql(map.keyType(), true)
          .flatMap(key -> value.map(it -> frozen("map<" + key + ", " + it + ">", nested)));
    }
    return Optional.ofNullable(SIMPLE.get(Objects.requireNonNull(type, "type")));
  }

  private static String frozen(String type, boolean nested) {
    return nested ? "frozen<" + type + ">" : type;
  }
}
