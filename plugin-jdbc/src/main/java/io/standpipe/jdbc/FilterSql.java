package io.standpipe.jdbc;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;

/**
 * Conditions of Spark as SQL, as far as the database evaluates them exactly as Spark does. What is
 * left out here Spark does itself.
 *
 * @param columns by name
 */
record FilterSql(Map<String, ReadColumn> columns) {
  /** The one form of a uuid that is the text of itself. */
  private static final String CANONICAL_UUID = "'[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}'";

  /** The condition as SQL, or empty if Spark has to apply it. */
  Optional<String> of(Predicate predicate) {
    try {
      return Optional.of(sql(predicate));
    } catch (UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private String sql(Expression predicate) {
    if (!(predicate instanceof Predicate known)) {
      throw new UnsupportedOperationException("not a condition");
    }
    Expression[] parts = known.children();
    return switch (known.name()) {
      case "AND", "OR" -> "(" + sql(parts[0]) + ") " + known.name() + " (" + sql(parts[1]) + ")";
      case "NOT" -> "NOT (" + sql(parts[0]) + ")";
      case "ALWAYS_TRUE" -> "1 = 1";
      case "ALWAYS_FALSE" -> "1 = 0";
      case "IS_NULL" -> column(parts[0]).select() + " IS NULL";
      case "IS_NOT_NULL" -> column(parts[0]).select() + " IS NOT NULL";
      case "=", "<>", "!=" -> compared(known.name(), parts, FilterSql::equal);
      case "<", "<=", ">", ">=" -> compared(known.name(), parts, FilterSql::order);
      case "<=>" -> same(parts);
      case "IN" -> in(parts);
      case "STARTS_WITH" -> like(parts, "", "%");
      case "ENDS_WITH" -> like(parts, "%", "");
      case "CONTAINS" -> like(parts, "%", "%");
      default -> throw new UnsupportedOperationException(known.name());
    };
  }

  private static String equal(ReadColumn column) {
    return orRefused(column.equal());
  }

  private static String order(ReadColumn column) {
    return orRefused(column.order());
  }

  private static String orRefused(Optional<String> expression) {
    return expression.orElseThrow(() -> new UnsupportedOperationException("compares otherwise"));
  }

  private ReadColumn column(Expression expression) {
    if (!(expression instanceof NamedReference name)
        || name.fieldNames().length != 1
        || !columns.containsKey(name.fieldNames()[0])) {
      throw new UnsupportedOperationException("not a column");
    }
    return columns.get(name.fieldNames()[0]);
  }

  private String compared(
      String operator, Expression[] sides, Function<ReadColumn, String> comparable) {
    if (isUuid(sides, Arrays.copyOfRange(sides, 1, 2)) && !operator.matches("[<>]=?")) {
      return column(sides[0]).quoted() + " " + operator + " " + literal(sides[1]);
    }
    // Of two texts the collations may differ; what sorts as Spark does has named one.
    Function<ReadColumn, String> way =
        sides[0] instanceof Literal || sides[1] instanceof Literal ? comparable : FilterSql::order;
    return operand(sides[0], way) + " " + operator + " " + operand(sides[1], way);
  }

  private String operand(Expression side, Function<ReadColumn, String> comparable) {
    return side instanceof Literal ? literal(side) : comparable.apply(column(side));
  }

  /** Equal, or both NULL. */
  private String same(Expression[] sides) {
    String equal = compared("=", sides, FilterSql::equal);
    String left = operand(sides[0], ReadColumn::select);
    String right = operand(sides[1], ReadColumn::select);
    return String.format(
        Locale.ROOT,
        "(%2$s IS NOT NULL AND %3$s IS NOT NULL AND %1$s) OR (%2$s IS NULL AND %3$s IS NULL)",
        equal,
        left,
        right);
  }

  private String in(Expression[] parts) {
    Expression[] values = Arrays.copyOfRange(parts, 1, parts.length);
    if (values.length == 0) {
      throw new UnsupportedOperationException("empty list");
    }
    String tested = isUuid(parts, values) ? column(parts[0]).quoted() : equal(column(parts[0]));
    return tested
        + Arrays.stream(values).map(this::literal).collect(Collectors.joining(", ", " IN (", ")"));
  }

  /** Whether an index on uuids can be used, because their texts are compared with such texts. */
  private boolean isUuid(Expression[] parts, Expression[] values) {
    return parts[0] instanceof NamedReference
        && column(parts[0]).field().wire().equals("uuid")
        && Arrays.stream(values)
            .allMatch(value -> value instanceof Literal && literal(value).matches(CANONICAL_UUID));
  }

  private String like(Expression[] parts, String before, String after) {
    ReadColumn column = column(parts[0]);
    String text = literal(parts[1]);
    if (!text.startsWith("'")) {
      throw new UnsupportedOperationException("not a text");
    }
    return equal(column) + " LIKE '" + before + likeText(text) + after + "' ESCAPE '\\'";
  }

  /** The text of a literal, its quotes still doubled, with nothing in it that LIKE understands. */
  private static String likeText(String literal) {
    return literal
        .substring(1, literal.length() - 1)
        .replace("\\", "\\\\")
        .replace("%", "\\%")
        .replace("_", "\\_");
  }

  private String literal(Expression expression) {
    if (!(expression instanceof Literal<?> literal)) {
      throw new UnsupportedOperationException("not a literal");
    }
    return literal.value() == null ? "NULL" : literal(literal.value(), literal.dataType());
  }

  private static String literal(Object value, DataType type) {
    if (type.equals(DataTypes.StringType)) {
      return text(value.toString());
    } else if (type.equals(DataTypes.BooleanType)) {
      return value.toString().toUpperCase(Locale.ROOT);
    } else if (type instanceof DecimalType) {
      return number(((Decimal) value).toJavaBigDecimal());
    } else if (type.equals(DataTypes.DateType)) {
      return SqlLiteral.date(LocalDate.ofEpochDay((Integer) value));
    } else if (type.equals(DataTypes.TimestampType)) {
      return SqlLiteral.instant((Long) value);
    } else if (type.equals(DataTypes.TimestampNTZType)) {
      return SqlLiteral.localTime((Long) value);
    } else if (type.equals(DataTypes.FloatType)) {
      return "CAST('" + finite(((Float) value).doubleValue(), value) + "' AS real)";
    } else if (type.equals(DataTypes.DoubleType)) {
      return "CAST('" + finite((Double) value, value) + "' AS double precision)";
    } else if (List.of(DataTypes.IntegerType, DataTypes.LongType, DataTypes.ShortType)
            .contains(type)
        || type.equals(DataTypes.ByteType)) {
      return number(BigDecimal.valueOf(((Number) value).longValue()));
    }
    throw new UnsupportedOperationException("literal of type " + type);
  }

  private static String number(BigDecimal number) {
    return number.signum() < 0 ? "(" + number.toPlainString() + ")" : number.toPlainString();
  }

  private static Object finite(double number, Object shown) {
    if (!Double.isFinite(number)) {
      throw new UnsupportedOperationException("not a finite number");
    }
    return shown;
  }

  private static String text(String value) {
    if (value.indexOf('\0') >= 0) {
      throw new UnsupportedOperationException("PostgreSQL has no such character");
    }
    return "'" + value.replace("'", "''") + "'";
  }
}
