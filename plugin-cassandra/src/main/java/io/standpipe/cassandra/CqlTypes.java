package io.standpipe.cassandra;

import com.datastax.oss.driver.api.core.CqlIdentifier;
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
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;

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

  /** What is read from a column of the CQL type. */
  private static final Map<DataType, org.apache.spark.sql.types.DataType> READ =
      Map.ofEntries(
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.ASCII, DataTypes.StringType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.TEXT, DataTypes.StringType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.UUID, DataTypes.StringType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.TIMEUUID, DataTypes.StringType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.INET, DataTypes.StringType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.DURATION, DataTypes.StringType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.BOOLEAN, DataTypes.BooleanType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.TINYINT, DataTypes.ByteType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.SMALLINT, DataTypes.ShortType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.INT, DataTypes.IntegerType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.BIGINT, DataTypes.LongType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.COUNTER, DataTypes.LongType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.TIME, DataTypes.LongType),
          Map.entry(
              com.datastax.oss.driver.api.core.type.DataTypes.VARINT,
              DataTypes.createDecimalType(38, 0)),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.FLOAT, DataTypes.FloatType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.DOUBLE, DataTypes.DoubleType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.BLOB, DataTypes.BinaryType),
          Map.entry(com.datastax.oss.driver.api.core.type.DataTypes.DATE, DataTypes.DateType),
          Map.entry(
              com.datastax.oss.driver.api.core.type.DataTypes.TIMESTAMP, DataTypes.TimestampType));

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

  /** The Spark type of a simple CQL type; empty for decimals, of which Spark has many, too. */
  static Optional<org.apache.spark.sql.types.DataType> spark(DataType type) {
    return Optional.ofNullable(READ.get(type));
  }

  /** Whether every value of the Spark type is one of the CQL type, nearly so for fractions. */
  static boolean takes(DataType type, org.apache.spark.sql.types.DataType from) {
    org.apache.spark.sql.types.DataType own = READ.get(type);
    if (own != null) {
      return own instanceof NumericType ? Cast.canUpCast(from, own) : from.equals(own);
    } else if (type.equals(com.datastax.oss.driver.api.core.type.DataTypes.DECIMAL)) {
      return from instanceof NumericType;
    } else if (from instanceof ArrayType array) {
      return (type instanceof ListType || type instanceof SetType)
          && takes(parts(type).get(0), array.elementType());
    } else if (from instanceof org.apache.spark.sql.types.MapType map) {
      return type instanceof MapType
          && takes(parts(type).get(0), map.keyType())
          && takes(parts(type).get(1), map.valueType());
    }
    return from instanceof StructType struct && takesFields(type, struct);
  }

  /** User-defined types are matched by the names of their fields, tuples by position. */
  private static boolean takesFields(DataType type, StructType struct) {
    if (type instanceof UserDefinedType fields) {
      return Stream.of(struct.fields())
          .filter(field -> fields.contains(CqlIdentifier.fromInternal(field.name())))
          .allMatch(
              field ->
                  takes(
                      fields
                          .getFieldTypes()
                          .get(fields.firstIndexOf(CqlIdentifier.fromInternal(field.name()))),
                      field.dataType()));
    }
    return type instanceof TupleType
        && parts(type).size() == struct.size()
        && IntStream.range(0, struct.size())
            .allMatch(i -> takes(parts(type).get(i), struct.apply(i).dataType()));
  }

  /**
   * Whether values of the Spark type may be converted to the other one, each after a look at it.
   * Fractions do not become whole numbers, and text does not become anything.
   */
  static boolean convertible(
      org.apache.spark.sql.types.DataType from, org.apache.spark.sql.types.DataType own) {
    if (from instanceof NumericType && own instanceof NumericType) {
      return isWhole(from) || !isWhole(own);
    }
    return own instanceof TimestampType && from instanceof DateType
        || own instanceof StringType
            && (from instanceof NumericType
                || from instanceof BooleanType
                || from instanceof DateType
                || from instanceof TimestampType);
  }

  static boolean isWhole(org.apache.spark.sql.types.DataType type) {
    return type instanceof DecimalType decimal
        ? decimal.scale() <= 0
        : type instanceof IntegralType;
  }

  /** Whether there are decimals in the type, which Cassandra keeps with their zeros at the end. */
  static boolean hasDecimal(DataType type) {
    return type.equals(com.datastax.oss.driver.api.core.type.DataTypes.DECIMAL)
        || parts(type).stream().anyMatch(CqlTypes::hasDecimal);
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
