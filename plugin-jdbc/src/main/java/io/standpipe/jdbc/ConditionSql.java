package io.standpipe.jdbc;

import io.standpipe.spi.Condition;
import io.standpipe.spi.Condition.Operator;
import io.standpipe.spi.ConnectorException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A condition as SQL with bound values.
 *
 * @param sql the text, with a question mark for each value
 * @param values what to bind, in the order of the question marks
 */
record ConditionSql(String sql, List<Object> values) {

  /** What PostgreSQL's protocol can bind in one statement, less what the statement adds. */
  private static final int MOST_VALUES = 60_000;

  private static final Set<Operator> ORDER =
      EnumSet.of(
          Operator.LESS, Operator.LESS_OR_EQUAL, Operator.GREATER, Operator.GREATER_OR_EQUAL);

  /**
   * Translates a condition.
   *
   * @param columns the columns that it may name
   * @param dialect how the database is told to compare
   * @param zone where an instant meets a column without time zone, or a date one with it
   * @throws ConnectorException for an unknown column or a Spark SQL expression
   */
  static ConditionSql of(
      Condition condition, List<ColumnInfo> columns, Dialect dialect, ZoneId zone) {
    Translation translation = new Translation(columns, dialect, zone, new ArrayList<>());
    String sql = translation.sql(condition);
    if (translation.values.size() > MOST_VALUES) {
      throw new ConnectorException(
          "the condition has " + translation.values.size() + " values, more than can be bound",
          "Put them into rows and delete by key, or split the condition.");
    }
    return new ConditionSql(sql, translation.values);
  }

  /**
   * Binds the values.
   *
   * @return the index of the next parameter
   */
  int bind(PreparedStatement statement, int first) throws SQLException {
    int index = first;
    for (Object value : values) {
      if (value == null) {
        statement.setNull(index++, Types.NULL);
      } else {
        statement.setObject(index++, value);
      }
    }
    return index;
  }

  private record Translation(
      List<ColumnInfo> columns, Dialect dialect, ZoneId zone, List<Object> values) {

    String sql(Condition condition) {
      if (condition instanceof Condition.Comparison c) {
        return comparison(c);
      } else if (condition instanceof Condition.In in) {
        return in(in);
      } else if (condition instanceof Condition.IsNull isNull) {
        return operand(isNull.column(), List.of()) + " IS NULL";
      } else if (condition instanceof Condition.Like like) {
        String column = operand(like.column(), List.of(like.pattern()));
        return (isLoose(like.column()) ? dialect.byBytes(column) : column)
            + " LIKE ? ESCAPE "
            + dialect.likeEscape();
      } else if (condition instanceof Condition.And and) {
        return joined(and.conditions(), " AND ", "TRUE");
      } else if (condition instanceof Condition.Or or) {
        return joined(or.conditions(), " OR ", "FALSE");
      } else if (condition instanceof Condition.Not not) {
        return "NOT (" + sql(not.condition()) + ")";
      }
      throw new ConnectorException(
          "a Spark SQL expression cannot be used as a condition of the database: "
              + ((Condition.Expression) condition).sql(),
          "Write the condition with columns and values.");
    }

    private String comparison(Condition.Comparison c) {
      if (c.operator() == Operator.EQUAL) {
        return equal(c.column(), " = ?", List.of(c.value()));
      }
      String column = operand(c.column(), List.of(c.value()));
      boolean ordersText =
          ORDER.contains(c.operator()) && column(c.column()).family() == Family.TEXT;
      return (ordersText || isLoose(c.column()) ? dialect.byBytes(column) : column)
          + " "
          + c.operator().sql()
          + " ?";
    }

    private String in(Condition.In in) {
      String list =
          in.values().stream().map(value -> "?").collect(Collectors.joining(", ", " IN (", ")"));
      return in.values().isEmpty() ? "FALSE" : equal(in.column(), list, in.values());
    }

    /** An index can find what is loosely equal; among that the bytes decide. */
    private String equal(String name, String test, List<Object> bound) {
      String column = operand(name, bound);
      return isLoose(name)
          ? column + test + " AND " + dialect.byBytes(operand(name, bound)) + test
          : column + test;
    }

    private boolean isLoose(String name) {
      return column(name).equality() == ColumnInfo.Equality.LOOSE;
    }

    private String joined(List<Condition> conditions, String word, String none) {
      return conditions.isEmpty()
          ? none
          : conditions.stream().map(c -> "(" + sql(c) + ")").collect(Collectors.joining(word));
    }

    private String operand(String name, List<Object> bound) {
      ColumnInfo column = column(name);
      bound.forEach(value -> values.add(bindable(value, column.family())));
      return TableId.quote(column.name());
    }

    private ColumnInfo column(String name) {
      List<String> names = columns.stream().map(ColumnInfo::name).toList();
      String known = ColumnMatch.resolve("the condition's column", List.of(name), names).get(0);
      return columns.get(names.indexOf(known));
    }

    private Object bindable(Object value, Family family) {
      if (value instanceof Date date) {
        return date.toLocalDate();
      } else if (value instanceof Timestamp timestamp) {
        return bindable(timestamp.toInstant(), family);
      } else if (value instanceof Instant instant) {
        return family == Family.TIMESTAMP
            ? LocalDateTime.ofInstant(instant, zone)
            : instant.atOffset(ZoneOffset.UTC);
      } else if (value instanceof LocalDateTime local && family == Family.TIMESTAMP_WITH_ZONE) {
        return local.atZone(zone).toOffsetDateTime();
      } else if (value instanceof LocalDate day
          && (family == Family.TIMESTAMP || family == Family.TIMESTAMP_WITH_ZONE)) {
        return bindable(day.atStartOfDay(), family);
      } else if (value instanceof BigInteger number) {
        return new BigDecimal(number);
      } else if (value instanceof Byte number) {
        return number.shortValue();
      } else if (value instanceof Character || value instanceof Enum<?>) {
        return value.toString();
      }
      return value;
    }
  }
}
