package io.standpipe.kafka;

import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.transform;
import static org.apache.spark.sql.functions.transform_keys;
import static org.apache.spark.sql.functions.transform_values;
import static org.apache.spark.sql.functions.when;

import io.standpipe.kafka.Problem.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Values in the types that they are to have, if none can get lost by that. Fields of structs are
 * matched by their names, at any depth; none may be missing or left over.
 *
 * @param label how messages name the topic
 */
record Fitting(String label) {

  /**
   * A value in another type.
   *
   * @param path what it is called, for example {@code address.city}
   * @throws Refusal if it does not fit
   */
  Column fit(Column value, String path, DataType given, DataType wanted) {
    if (given.asNullable().equals(wanted.asNullable())) {
      return value;
    } else if (given instanceof StructType from && wanted instanceof StructType to) {
      return when(value.isNotNull(), struct(fields(value, path, from, to)));
    } else if (given instanceof ArrayType from && wanted instanceof ArrayType to) {
      return transform(value, each -> fit(each, path, from.elementType(), to.elementType()));
    } else if (given instanceof MapType from && wanted instanceof MapType to) {
      Column values =
          transform_values(value, (key, each) -> fit(each, path, from.valueType(), to.valueType()));
      return transform_keys(values, (key, each) -> fit(key, path, from.keyType(), to.keyType()));
    } else if (!Cast.canUpCast(given, wanted) || losesDigits(given, wanted)) {
      throw new Refusal(
          "cannot write to "
              + label
              + ": column '"
              + path
              + "' is "
              + given.simpleString()
              + ", not "
              + wanted.simpleString(),
          "Cast it in the query.");
    }
    return value.cast(wanted);
  }

  /** Spark takes these casts for safe, though 2^53 + 1 is no DOUBLE and 2^24 + 1 no FLOAT. */
  private static boolean losesDigits(DataType given, DataType wanted) {
    return given.equals(DataTypes.LongType)
            && (wanted.equals(DataTypes.DoubleType) || wanted.equals(DataTypes.FloatType))
        || given.equals(DataTypes.IntegerType) && wanted.equals(DataTypes.FloatType);
  }

  private Column[] fields(Column value, String path, StructType given, StructType wanted) {
    List<String> left = new ArrayList<>(List.of(given.fieldNames()));
    List<Column> fields = new ArrayList<>();
    for (StructField field : wanted.fields()) {
      String inner = path + "." + field.name();
      String name = take(left, field.name(), inner);
      Column fitted =
          fit(value.getField(name), inner, given.apply(name).dataType(), field.dataType());
      fields.add(fitted.as(field.name()));
    }
    if (!left.isEmpty()) {
      throw new Refusal(
          "cannot write to " + label + ": it has no column " + path + "." + left.get(0),
          "The fields of '" + path + "' are " + String.join(", ", wanted.fieldNames()) + ".");
    }
    return fields.toArray(Column[]::new);
  }

  /**
   * Takes a name out of those that are left.
   *
   * @param path what messages call it
   * @return the name as it is written there
   * @throws Refusal if it is not among them
   */
  String take(List<String> left, String wanted, String path) {
    String name =
        find(left, wanted)
            .orElseThrow(
                () ->
                    new Refusal(
                        "cannot write to " + label + ": the rows lack the column '" + path + "'",
                        "Select it, as NULL if it has no value."));
    left.remove(name);
    return name;
  }

  static Optional<String> find(List<String> names, String wanted) {
    String lower = wanted.toLowerCase(Locale.ROOT);
    return names.stream().filter(name -> name.toLowerCase(Locale.ROOT).equals(lower)).findFirst();
  }
}
