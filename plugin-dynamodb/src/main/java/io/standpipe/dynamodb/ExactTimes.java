package io.standpipe.dynamodb;

import io.standpipe.spi.Identifiers;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import scala.Option;

/**
 * Dates as the text that is stored, timestamps as local ones in UTC. As the Java objects that a
 * task would get of them, both would be of the calendar that has no days between 1582-10-04 and
 * 1582-10-15, and of other zones before 1900.
 */
final class ExactTimes {
  private static final Option<String> UTC = Option.apply("UTC");

  private ExactTimes() {}

  /** The same rows, with text in ISO 8601 for DATE and TIMESTAMP_NTZ for TIMESTAMP. */
  static Dataset<Row> of(Dataset<Row> rows) {
    if (of(rows.schema()).equals(rows.schema())) {
      return rows;
    }
    Column[] columns =
        Arrays.stream(rows.schema().fields())
            .map(field -> column(field).as(field.name()))
            .toArray(Column[]::new);
    return rows.select(columns);
  }

  private static Column column(StructField field) {
    Column column = Identifiers.column(field.name());
    DataType exact = of(field.dataType());
    return exact.equals(field.dataType())
        ? column
        : new Column(new Cast(column.expr(), exact, UTC));
  }

  private static DataType of(DataType type) {
    if (type instanceof DateType) {
      return DataTypes.StringType;
    } else if (type instanceof TimestampType) {
      return DataTypes.TimestampNTZType;
    } else if (type instanceof ArrayType array) {
      return new ArrayType(of(array.elementType()), array.containsNull());
    } else if (type instanceof MapType map) {
      return new MapType(map.keyType(), of(map.valueType()), map.valueContainsNull());
    } else if (type instanceof StructType struct) {
      return new StructType(
          Arrays.stream(struct.fields())
              .map(
                  field ->
                      new StructField(
                          field.name(), of(field.dataType()), field.nullable(), field.metadata()))
              .toArray(StructField[]::new));
    }
    return type;
  }
}
