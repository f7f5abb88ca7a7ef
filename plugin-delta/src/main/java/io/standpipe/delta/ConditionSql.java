package io.standpipe.delta;

import io.standpipe.spi.Condition;
import io.standpipe.spi.Identifiers;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A condition as Spark SQL text, for the one place where Delta takes only text: {@code
 * replaceWhere}. Values become literals that mean exactly them, whatever characters they have;
 * {@link Condition.Expression} stays as its author wrote it.
 */
final class ConditionSql {
  private static final Set<Class<?>> SQL_NUMBERS =
      Set.of(
          Byte.class,
          Short.class,
          Integer.class,
          Long.class,
          Float.class,
          Double.class,
          BigDecimal.class);
  private static final String DOLLAR = "\\u0024";

  private ConditionSql() {}

  /**
   * The condition as an SQL expression.
   *
   * @throws Problem.Refusal if a value has no literal in SQL
   */
  static String of(Condition condition) {
    if (condition instanceof Condition.Comparison c) {
      return Identifiers.quoted(c.column()) + " " + c.operator().sql() + " " + literal(c.value());
    } else if (condition instanceof Condition.In in) {
      return in.values().isEmpty()
          ? "false"
          : Identifiers.quoted(in.column()) + " IN (" + literals(in) + ")";
    } else if (condition instanceof Condition.IsNull isNull) {
      return Identifiers.quoted(isNull.column()) + " IS NULL";
    } else if (condition instanceof Condition.Like like) {
      return Identifiers.quoted(like.column()) + " LIKE " + literal(like.pattern());
    } else if (condition instanceof Condition.And and) {
      return joined(and.conditions(), " AND ", "true");
    } else if (condition instanceof Condition.Or or) {
      return joined(or.conditions(), " OR ", "false");
    } else if (condition instanceof Condition.Not not) {
      return "NOT (" + of(not.condition()) + ")";
    }
    return ((Condition.Expression) condition).sql();
  }

  /**
   * Text as a literal. Quotes and backslashes are significant to Spark, and so is {@code ${name}},
   * which it replaces by a variable wherever it stands.
   */
  private static String text(String value) {
    String escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("$", DOLLAR);
    return "'" + escaped + "'";
  }

  private static String joined(List<Condition> conditions, String operator, String none) {
    return conditions.isEmpty()
        ? none
        : conditions.stream()
            .map(condition -> "(" + of(condition) + ")")
            .collect(Collectors.joining(operator));
  }

  private static String literals(Condition.In in) {
    return in.values().stream().map(ConditionSql::literal).collect(Collectors.joining(", "));
  }

  private static String literal(Object value) {
    if (value == null) {
      return "NULL";
    } else if (value instanceof String || value instanceof Character) {
      return text(value.toString());
    } else if (value instanceof Boolean) {
      return value.toString();
    } else if (value instanceof Number number && SQL_NUMBERS.contains(value.getClass())) {
      return number(number);
    } else if (value instanceof LocalDate || value instanceof Date) {
      return "DATE '" + value + "'";
    } else if (value instanceof Instant instant) {
      return "TIMESTAMP '" + instant + "'";
    } else if (value instanceof Timestamp timestamp) {
      return "TIMESTAMP '" + timestamp.toInstant() + "'";
    } else if (value instanceof LocalDateTime local) {
      return "TIMESTAMP_NTZ '" + local + "'";
    } else if (value instanceof byte[] bytes) {
      return "X'" + HexFormat.of().withUpperCase().formatHex(bytes) + "'";
    }
    throw new Problem.Refusal(
        "cannot use a " + value.getClass().getName() + " in the condition of an overwrite",
        "Use text, a number, a date, a time, a boolean or bytes.");
  }

  private static String number(Number value) {
    if (value instanceof Byte || value instanceof Short || value instanceof Integer) {
      return "(" + value + ")";
    } else if (value instanceof Long) {
      // The smallest long has no literal of its own: the minus sign is an operator.
      return value.longValue() == Long.MIN_VALUE
          ? "(-9223372036854775807L - 1L)"
          : "(" + value + "L)";
    } else if (value instanceof BigDecimal decimal) {
      return "(" + decimal.toPlainString() + "BD)";
    }
    // Covers NaN and the infinities, which have no numeric literal.
    return "CAST('" + value + "' AS " + (value instanceof Float ? "FLOAT" : "DOUBLE") + ")";
  }
}
