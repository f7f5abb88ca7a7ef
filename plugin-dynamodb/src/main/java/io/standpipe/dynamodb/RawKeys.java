package io.standpipe.dynamodb;

import io.standpipe.spi.Identifiers;
import java.util.Arrays;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Columns with the keys of items as DynamoDB has them, beside those of a read. As a TIMESTAMP or
 * DOUBLE, a key would lose its notation or digits, and no longer find its item.
 */
final class RawKeys {
  private static final String PREFIX = "_standpipe_key_";

  private RawKeys() {}

  /** The columns, and one more for each key: bytes, or text, which a number is as well. */
  static StructType beside(StructType columns, TableInfo table) {
    StructType all = columns;
    for (TableInfo.Key key : table.keys()) {
      all =
          all.add(
              PREFIX + key.name(),
              key.type().equals("B") ? DataTypes.BinaryType : DataTypes.StringType);
    }
    return all;
  }

  /** Nothing but the keys of such rows, by the names of their attributes. */
  static Dataset<Row> only(Dataset<Row> rows, TableInfo table) {
    return rows.select(
        table.keyNames().stream()
            .map(name -> Identifiers.column(PREFIX + name).as(name))
            .toArray(Column[]::new));
  }

  static boolean isOne(String column) {
    return column.startsWith(PREFIX);
  }

  /** The attributes that the columns show, each once. */
  static String[] attributes(StructType columns) {
    return Arrays.stream(columns.fieldNames())
        .map(RawKeys::attribute)
        .distinct()
        .toArray(String[]::new);
  }

  /** The attribute that a column shows. */
  static String attribute(String column) {
    return isOne(column) ? column.substring(PREFIX.length()) : column;
  }

  /** The value of such a column in Spark's own form. */
  static Object value(AttributeValue key) {
    return switch (key.type()) {
      case N -> UTF8String.fromString(key.n());
      case B -> key.b().asByteArray();
      default -> UTF8String.fromString(key.s());
    };
  }
}
