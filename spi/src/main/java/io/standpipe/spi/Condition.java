package io.standpipe.spi;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.apache.spark.sql.Column;

/**
 * A condition on rows whose values are bound, never pasted into SQL: {@code
 * Condition.column("name").equalTo("O'Brien")}.
 *
 * <p>A condition is true, false or, when a column is NULL, neither, as in SQL; only rows for which
 * it is true are selected.
 */
public sealed interface Condition {

  /** How two values are compared. */
  enum Operator {
    EQUAL("="),
    NOT_EQUAL("<>"),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">=");

    private final String sql;

    Operator(String sql) {
      this.sql = sql;
    }

    /** The SQL operator. */
    public String sql() {
      return sql;
    }
  }

  /** {@code column operator value}; the value is never null. */
  record Comparison(String column, Operator operator, Object value) implements Condition {
    public Comparison {
      Objects.requireNonNull(column, "column");
      Objects.requireNonNull(operator, "operator");
      Objects.requireNonNull(value, "value: to compare with NULL use isNull()");
    }
  }

  /**
   * {@code column IN (values)}; an empty list selects nothing. A null among the values is as in
   * SQL.
   */
  record In(String column, List<Object> values) implements Condition {
    public In {
      Objects.requireNonNull(column, "column");
      values = Collections.unmodifiableList(new ArrayList<>(values));
    }
  }

  /** {@code column IS NULL}. */
  record IsNull(String column) implements Condition {
    public IsNull {
      Objects.requireNonNull(column, "column");
    }
  }

  /**
   * {@code column LIKE pattern}: {@code %} any text, {@code _} one character, backslash escapes.
   */
  record Like(String column, String pattern) implements Condition {
    public Like {
      Objects.requireNonNull(column, "column");
      Objects.requireNonNull(pattern, "pattern");
    }
  }

  /** True if all are; no conditions at all are true. */
  record And(List<Condition> conditions) implements Condition {
    public And {
      conditions = List.copyOf(conditions);
    }
  }

  /** True if any is; no conditions at all are false. */
  record Or(List<Condition> conditions) implements Condition {
    public Or {
      conditions = List.copyOf(conditions);
    }
  }

  /** True if the other is false. */
  record Not(Condition condition) implements Condition {
    public Not {
      Objects.requireNonNull(condition, "condition");
    }
  }

  /** A Spark SQL expression written by the author of a pipeline. Never build one from data. */
  record Expression(String sql) implements Condition {
    public Expression {
      Objects.requireNonNull(sql, "sql");
    }
  }

  /** Starts a condition on a column. */
  static ColumnCondition column(String name) {
    return new ColumnCondition(name);
  }

  /** A Spark SQL expression, from a pipeline's author. */
  static Condition expression(String sql) {
    return new Expression(sql);
  }

  /** All of these. */
  static Condition allOf(Condition... conditions) {
    return new And(List.of(conditions));
  }

  /** Any of these. */
  static Condition anyOf(Condition... conditions) {
    return new Or(List.of(conditions));
  }

  /** This and the other. */
  default Condition and(Condition other) {
    return allOf(this, other);
  }

  /** This or the other. */
  default Condition or(Condition other) {
    return anyOf(this, other);
  }

  /** Not this. */
  default Condition negate() {
    return new Not(this);
  }

  /** The same condition as a Spark column, values bound as literals. */
  default Column toColumn() {
    if (this instanceof Comparison c) {
      return compare(Identifiers.column(c.column()), c.operator(), lit(c.value()));
    } else if (this instanceof In in) {
      return in.values().isEmpty()
          ? lit(false)
          : Identifiers.column(in.column()).isin(in.values().toArray());
    } else if (this instanceof IsNull isNull) {
      return Identifiers.column(isNull.column()).isNull();
    } else if (this instanceof Like like) {
      return Identifiers.column(like.column()).like(like.pattern());
    } else if (this instanceof And and) {
      return and.conditions().stream()
          .map(Condition::toColumn)
          .reduce(Column::and)
          .orElse(lit(true));
    } else if (this instanceof Or or) {
      return or.conditions().stream()
          .map(Condition::toColumn)
          .reduce(Column::or)
          .orElse(lit(false));
    } else if (this instanceof Not negation) {
      return not(negation.condition().toColumn());
    }
    return expr(((Expression) this).sql());
  }

  private static Column compare(Column left, Operator operator, Column right) {
    return switch (operator) {
      case EQUAL -> left.equalTo(right);
      case NOT_EQUAL -> left.notEqual(right);
      case LESS -> left.lt(right);
      case LESS_OR_EQUAL -> left.leq(right);
      case GREATER -> left.gt(right);
      case GREATER_OR_EQUAL -> left.geq(right);
    };
  }

  /**
   * A column that waits for its comparison.
   *
   * @param name the column's name, taken literally: dots and quotes in it are part of the name
   */
  record ColumnCondition(String name) {
    public ColumnCondition {
      Objects.requireNonNull(name, "name");
    }

    /** Equal to a value; not for null, see {@link #isNull()}. */
    public Condition equalTo(Object value) {
      return new Comparison(name, Operator.EQUAL, value);
    }

    /** Not equal to a value. A NULL is neither equal nor unequal. */
    public Condition notEqualTo(Object value) {
      return new Comparison(name, Operator.NOT_EQUAL, value);
    }

    /** Less than a value. */
    public Condition lessThan(Object value) {
      return new Comparison(name, Operator.LESS, value);
    }

    /** Less than or equal to a value. */
    public Condition atMost(Object value) {
      return new Comparison(name, Operator.LESS_OR_EQUAL, value);
    }

    /** Greater than a value. */
    public Condition greaterThan(Object value) {
      return new Comparison(name, Operator.GREATER, value);
    }

    /** Greater than or equal to a value. */
    public Condition atLeast(Object value) {
      return new Comparison(name, Operator.GREATER_OR_EQUAL, value);
    }

    /** Between two values, both included. */
    public Condition between(Object low, Object high) {
      return atLeast(low).and(atMost(high));
    }

    /** One of these values; none of them for an empty collection. */
    public Condition in(Collection<?> values) {
      return new In(name, new ArrayList<>(values));
    }

    /** NULL. */
    public Condition isNull() {
      return new IsNull(name);
    }

    /** Not NULL. */
    public Condition isNotNull() {
      return isNull().negate();
    }

    /**
     * Matches an SQL LIKE pattern; {@link #startsWith} and {@link #contains} take the text
     * literally.
     */
    public Condition like(String pattern) {
      return new Like(name, pattern);
    }

    /** Starts with this text, taken literally. */
    public Condition startsWith(String text) {
      return new Like(name, escape(text) + "%");
    }

    /** Contains this text, taken literally. */
    public Condition contains(String text) {
      return new Like(name, "%" + escape(text) + "%");
    }

    private static String escape(String text) {
      return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
    }
  }
}
