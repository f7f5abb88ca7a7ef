package io.standpipe.pipeline;

import io.standpipe.pipeline.SqlText.SqlProblem;
import io.standpipe.spi.Condition;
import io.standpipe.spi.Condition.Operator;
import io.standpipe.spi.SupportsReplaceWhere;
import io.standpipe.storage.Storage;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.apache.spark.sql.catalyst.expressions.And;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BinaryComparison;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EqualTo;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GreaterThan;
import org.apache.spark.sql.catalyst.expressions.GreaterThanOrEqual;
import org.apache.spark.sql.catalyst.expressions.In;
import org.apache.spark.sql.catalyst.expressions.IsNotNull;
import org.apache.spark.sql.catalyst.expressions.IsNull;
import org.apache.spark.sql.catalyst.expressions.LessThan;
import org.apache.spark.sql.catalyst.expressions.LessThanOrEqual;
import org.apache.spark.sql.catalyst.expressions.Like;
import org.apache.spark.sql.catalyst.expressions.Not;
import org.apache.spark.sql.catalyst.expressions.Or;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import scala.collection.JavaConverters;

/**
 * Translates an analyzed Spark SQL expression into a {@link Condition} that compares columns with
 * values, which storages outside Spark understand, if it is no more than that.
 */
final class ColumnCondition {
  private ColumnCondition() {}

  /**
   * The condition of an overwrite in the form that the storage takes.
   *
   * @param analyzed the rows to be written, filtered by it
   * @throws SqlProblem if the storage takes only conditions on columns and values, and this is more
   */
  static Condition replaceWhere(Step.Write write, LogicalPlan analyzed, Storage storage)
      throws SqlProblem {
    if (storage.use(SupportsReplaceWhere.class, SupportsReplaceWhere::takesExpressions)
        || !(analyzed instanceof Filter filter)) {
      return Condition.expression(write.replaceWhere().orElseThrow());
    }
    Expression condition = filter.condition();
    return of(condition)
        .orElseThrow(
            () ->
                new SqlProblem(
                    storage
                        + " cannot apply "
                        + offending(condition).sql()
                        + ". In 'replaceWhere' it can only compare columns with values of their type: =, <>, <,"
                        + " <=, >, >=, BETWEEN, IN, LIKE, IS NULL, joined by AND, OR, NOT."));
  }

  /** The smallest part that stands in the way. */
  private static Expression offending(Expression condition) {
    boolean joined =
        condition instanceof And || condition instanceof Or || condition instanceof Not;
    return joined
        ? JavaConverters.seqAsJavaList(condition.children()).stream()
            .filter(part -> of(part).isEmpty())
            .findFirst()
            .map(ColumnCondition::offending)
            .orElse(condition)
        : condition;
  }

  /** The same condition on columns and values; empty if the expression does more. */
  static Optional<Condition> of(Expression expression) {
    if (expression instanceof And and) {
      return both(of(and.left()), of(and.right()), Condition::and);
    } else if (expression instanceof Or or) {
      return both(of(or.left()), of(or.right()), Condition::or);
    } else if (expression instanceof Not not) {
      return of(not.child()).map(Condition::negate);
    } else if (expression instanceof IsNull isNull) {
      return column(isNull.child()).map(Condition.IsNull::new);
    } else if (expression instanceof IsNotNull isNotNull) {
      return column(isNotNull.child()).map(name -> new Condition.IsNull(name).negate());
    } else if (expression instanceof In in) {
      return in(in);
    } else if (expression instanceof Like like) {
      return like.escapeChar() == '\\'
          ? both(
              column(like.left()),
              value(like.right()),
              (name, pattern) -> new Condition.Like(name, pattern.toString()))
          : Optional.empty();
    } else if (expression instanceof BinaryComparison comparison) {
      return comparison(comparison);
    }
    return expression.dataType() instanceof BooleanType
        ? column(expression).map(name -> new Condition.Comparison(name, Operator.EQUAL, true))
        : Optional.empty();
  }

  private static <A, B> Optional<Condition> both(
      Optional<A> left, Optional<B> right, BiFunction<A, B, Condition> together) {
    return left.flatMap(a -> right.map(b -> together.apply(a, b)));
  }

  private static Optional<Condition> in(In in) {
    List<Object> values = new ArrayList<>();
    for (Expression element : JavaConverters.seqAsJavaList(in.list())) {
      Optional<Object> value = value(element);
      if (value.isEmpty()) {
        return Optional.empty();
      }
      values.add(value.get());
    }
    return column(in.value()).map(name -> new Condition.In(name, values));
  }

  private static Optional<Condition> comparison(BinaryComparison comparison) {
    Optional<Operator> operator = operator(comparison);
    if (operator.isEmpty()) {
      return Optional.empty();
    }
    return comparison(comparison.left(), operator.get(), comparison.right())
        .or(() -> comparison(comparison.right(), mirrored(operator.get()), comparison.left()));
  }

  private static Optional<Condition> comparison(
      Expression column, Operator operator, Expression value) {
    return both(
        column(column),
        value(value),
        (name, constant) -> new Condition.Comparison(name, operator, constant));
  }

  private static Optional<Operator> operator(BinaryComparison comparison) {
    if (comparison instanceof EqualTo) {
      return Optional.of(Operator.EQUAL);
    } else if (comparison instanceof LessThan) {
      return Optional.of(Operator.LESS);
    } else if (comparison instanceof LessThanOrEqual) {
      return Optional.of(Operator.LESS_OR_EQUAL);
    } else if (comparison instanceof GreaterThan) {
      return Optional.of(Operator.GREATER);
    }
    return comparison instanceof GreaterThanOrEqual
        ? Optional.of(Operator.GREATER_OR_EQUAL)
        : Optional.empty();
  }

  private static Operator mirrored(Operator operator) {
    return switch (operator) {
      case LESS -> Operator.GREATER;
      case LESS_OR_EQUAL -> Operator.GREATER_OR_EQUAL;
      case GREATER -> Operator.LESS;
      case GREATER_OR_EQUAL -> Operator.LESS_OR_EQUAL;
      default -> operator;
    };
  }

  /** A column, also one that is only widened to a larger number for the comparison. */
  private static Optional<String> column(Expression expression) {
    if (expression instanceof Cast cast
        && cast.dataType() instanceof NumericType
        && cast.child().dataType() instanceof NumericType
        && Cast.canUpCast(cast.child().dataType(), cast.dataType())) {
      return column(cast.child());
    }
    return expression instanceof Attribute column ? Optional.of(column.name()) : Optional.empty();
  }

  /** The value of a constant of a simple type; empty for NULL, which equals nothing. */
  private static Optional<Object> value(Expression expression) {
    if (!expression.foldable() || !expression.deterministic()) {
      return Optional.empty();
    }
    try {
      return Optional.ofNullable(expression.eval(null))
          .flatMap(value -> external(value, expression.dataType()));
    } catch (RuntimeException e) { // in ANSI mode, a text that is no date
      return Optional.empty();
    }
  }

  private static Optional<Object> external(Object internal, DataType type) {
    if (type instanceof DateType) {
      return Optional.of(LocalDate.ofEpochDay((Integer) internal));
    } else if (type instanceof TimestampType) {
      return Optional.of(Instant.EPOCH.plus((Long) internal, ChronoUnit.MICROS));
    } else if (type instanceof TimestampNTZType) {
      return Optional.of(
          LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC)
              .plus((Long) internal, ChronoUnit.MICROS));
    } else if (internal instanceof Decimal decimal) {
      return Optional.of(decimal.toJavaBigDecimal());
    } else if (type instanceof StringType) {
      return Optional.of(internal.toString());
    }
    return type instanceof NumericType || type instanceof BooleanType
        ? Optional.of(internal)
        : Optional.empty();
  }
}
