package io.standpipe.jdbc;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Set;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.util.V2ExpressionSQLBuilder;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import scala.Option;

/**
 * Filters that Spark pushes down, as SQL. What is left out here Spark does itself: texts are not
 * compared by order, because a database orders them by its collation, Spark by their bytes.
 */
final class FilterSql extends V2ExpressionSQLBuilder {
  private static final Set<String> ORDER = Set.of("<", "<=", ">", ">=");

  private FilterSql() {}

  /** The filter as SQL, or none if Spark has to apply it. */
  static Option<String> of(Expression filter) {
    try {
      return Option.apply(new FilterSql().build(filter));
    } catch (IllegalArgumentException | UnsupportedOperationException e) {
      return Option.empty();
    }
  }

  @Override
  protected String visitNamedReference(NamedReference reference) {
    if (reference.fieldNames().length != 1) {
      throw new UnsupportedOperationException("nested field");
    }
    return TableId.quote(reference.fieldNames()[0]);
  }

  @Override
  protected String visitLiteral(Literal<?> literal) {
    return literal.value() == null ? "NULL" : literal(literal.value(), literal.dataType());
  }

  private static String literal(Object value, DataType type) {
    if (type.equals(DataTypes.StringType)) {
      return text(value.toString());
    } else if (type.equals(DataTypes.BooleanType)) {
      return value.toString().toUpperCase(java.util.Locale.ROOT);
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
    } else if (value instanceof Integer || value instanceof Long || value instanceof Short) {
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

  @Override
  protected String visitBinaryComparison(String name, String left, String right) {
    if (ORDER.contains(name) && (left.startsWith("'") || right.startsWith("'"))) {
      throw new UnsupportedOperationException("order of texts");
    }
    return super.visitBinaryComparison(name, left, right);
  }

  @Override
  protected String visitStartsWith(String column, String text) {
    return column + " LIKE '" + likeText(text) + "%' ESCAPE '\\'";
  }

  @Override
  protected String visitEndsWith(String column, String text) {
    return column + " LIKE '%" + likeText(text) + "' ESCAPE '\\'";
  }

  @Override
  protected String visitContains(String column, String text) {
    return column + " LIKE '%" + likeText(text) + "%' ESCAPE '\\'";
  }

  /** The text of a literal, its quotes still doubled, with nothing in it that LIKE understands. */
  private static String likeText(String literal) {
    return literal
        .substring(1, literal.length() - 1)
        .replace("\\", "\\\\")
        .replace("%", "\\%")
        .replace("_", "\\_");
  }
}
