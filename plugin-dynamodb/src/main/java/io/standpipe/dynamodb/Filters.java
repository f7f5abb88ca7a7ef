package io.standpipe.dynamodb;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Spark predicates as DynamoDB filter expressions that select exactly the same items. In SQL a
 * predicate is true, false or, for NULL, neither, so there are two translations: when it is true,
 * and when it is false. An attribute that is missing or of type NULL is NULL.
 */
final class Filters {
  /** DynamoDB takes no more operands of IN. */
  private static final int MOST_OPERANDS = 100;

  private static final Set<String> OPERATORS = Set.of("=", "<>", "<", "<=", ">", ">=");
  private static final Set<String> SEARCHES = Set.of("STARTS_WITH", "CONTAINS");

  private final StructType schema;

  Filters(StructType schema) {
    this.schema = schema;
  }

  /** A comparison of a column with a value of its own type. */
  record Comparison(String column, DataType type, String operator, AttributeValue value) {}

  /** Thrown within a translation when there is none. */
  private static final class NotTranslatable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotTranslatable() {
      super("not translatable", null, false, false);
    }
  }

  /** The filter expression that is true when the predicate is; empty if there is none. */
  Optional<String> translate(Predicate predicate, Placeholders placeholders) {
    try {
      // A failed attempt must leave no placeholder behind: DynamoDB refuses unused ones.
      new Translation(placeholders.copy()).of(predicate, true);
      return Optional.of(new Translation(placeholders).of(predicate, true));
    } catch (NotTranslatable e) {
      return Optional.empty();
    }
  }

  /** The comparison or {@code STARTS_WITH} that the predicate is, if it is one. */
  Optional<Comparison> comparison(Predicate predicate) {
    Expression[] children = predicate.children();
    if (children.length != 2
        || !(OPERATORS.contains(predicate.name()) || SEARCHES.contains(predicate.name()))) {
      return Optional.empty();
    }
    boolean turned = children[0] instanceof Literal && !SEARCHES.contains(predicate.name());
    String operator = turned ? turned(predicate.name()) : predicate.name();
    return column(children[turned ? 1 : 0])
        .flatMap(
            column ->
                value(type(column), children[turned ? 0 : 1])
                    .map(value -> new Comparison(column, type(column), operator, value)));
  }

  /** The values that the predicate allows for the column, if it is {@code =} or IN. */
  Optional<List<AttributeValue>> values(Predicate predicate, String column) {
    if (predicate.name().equals("=")) {
      return comparison(predicate)
          .filter(comparison -> comparison.column().equals(column))
          .map(comparison -> List.of(comparison.value()));
    } else if (!predicate.name().equals("IN")
        || column(predicate.children()[0]).filter(column::equals).isEmpty()) {
      return Optional.empty();
    }
    List<AttributeValue> values = new ArrayList<>();
    for (Expression operand : operands(predicate)) {
      Optional<AttributeValue> value = value(type(column), operand);
      if (value.isPresent()) {
        values.add(value.get());
      } else if (!isNull(operand)) {
        return Optional.empty();
      }
    }
    return Optional.of(values.stream().distinct().toList());
  }

  /** The column of {@code IS_NOT_NULL}, if it is that. */
  Optional<String> notNull(Predicate predicate) {
    return predicate.name().equals("IS_NOT_NULL")
        ? column(predicate.children()[0])
        : Optional.empty();
  }

  private Optional<String> column(Expression expression) {
    return expression instanceof NamedReference reference
            && reference.fieldNames().length == 1
            && Arrays.asList(schema.fieldNames()).contains(reference.fieldNames()[0])
        ? Optional.of(reference.fieldNames()[0])
        : Optional.empty();
  }

  private DataType type(String column) {
    return schema.apply(column).dataType();
  }

  private static List<Expression> operands(Predicate in) {
    return Arrays.asList(in.children()).subList(1, in.children().length);
  }

  private static boolean isNull(Expression expression) {
    return expression instanceof Literal<?> literal && literal.value() == null;
  }

  private static Optional<AttributeValue> value(DataType type, Expression expression) {
    if (!(expression instanceof Literal<?> literal)
        || literal.value() == null
        || Kinds.comparable(type).isEmpty()
        || !Kinds.comparable(type).equals(Kinds.comparable(literal.dataType()))) {
      return Optional.empty();
    }
    Object value = literal.value();
    if (value instanceof UTF8String text) {
      return Optional.of(AttributeValue.fromS(text.toString()));
    } else if (value instanceof Decimal decimal) {
      return Optional.of(AttributeValue.fromN(decimal.toJavaBigDecimal().toString()));
    } else if (value instanceof BigDecimal || value instanceof Long || value instanceof Integer) {
      return Optional.of(AttributeValue.fromN(value.toString()));
    } else if (value instanceof Short || value instanceof Byte) {
      return Optional.of(AttributeValue.fromN(value.toString()));
    } else if (value instanceof Boolean bool) {
      return Optional.of(AttributeValue.fromBool(bool));
    } else if (value instanceof byte[] bytes) {
      return Optional.of(AttributeValue.fromB(SdkBytes.fromByteArray(bytes)));
    }
    return Optional.empty();
  }

  private static String turned(String operator) {
    return switch (operator) {
      case "<" -> ">";
      case "<=" -> ">=";
      case ">" -> "<";
      case ">=" -> "<=";
      default -> operator;
    };
  }

  private static String opposite(String operator) {
    return switch (operator) {
      case "=" -> "<>";
      case "<>" -> "=";
      case "<" -> ">=";
      case "<=" -> ">";
      case ">" -> "<=";
      default -> "<";
    };
  }

  /** One translation, which allots placeholders. */
  private final class Translation {
    private final Placeholders placeholders;

    Translation(Placeholders placeholders) {
      this.placeholders = placeholders;
    }

    /** When the predicate is true, or when it is false. */
    String of(Predicate predicate, boolean truth) {
      return switch (predicate.name()) {
        case "AND" -> both(predicate, truth, truth ? " AND " : " OR ");
        case "OR" -> both(predicate, truth, truth ? " OR " : " AND ");
        case "NOT" -> of(child(predicate, 0), !truth);
        case "IS_NULL" -> isNull(named(predicate), truth);
        case "IS_NOT_NULL" -> isNull(named(predicate), !truth);
        case "IN" -> in(predicate, truth);
        default -> compare(comparison(predicate).orElseThrow(NotTranslatable::new), truth);
      };
    }

    private String both(Predicate predicate, boolean truth, String operator) {
      return "(" + of(child(predicate, 0), truth) + operator + of(child(predicate, 1), truth) + ")";
    }

    private Predicate child(Predicate predicate, int index) {
      if (predicate.children()[index] instanceof Predicate child) {
        return child;
      }
      throw new NotTranslatable();
    }

    private String named(Predicate predicate) {
      return column(predicate.children()[0]).orElseThrow(NotTranslatable::new);
    }

    private String isNull(String column, boolean truth) {
      String name = placeholders.name(column);
      String nul = placeholders.value(AttributeValue.fromS("NULL"));
      return truth
          ? "(attribute_not_exists(" + name + ") OR attribute_type(" + name + ", " + nul + "))"
          : "(attribute_exists(" + name + ") AND NOT attribute_type(" + name + ", " + nul + "))";
    }

    private String in(Predicate predicate, boolean truth) {
      String column = named(predicate);
      boolean hasNull = operands(predicate).stream().anyMatch(Filters::isNull);
      List<AttributeValue> values =
          Filters.this.values(predicate, column).orElseThrow(NotTranslatable::new);
      // Never false with a NULL among the operands, never true without operands.
      if ((hasNull && !truth) || values.isEmpty() || values.size() > MOST_OPERANDS) {
        throw new NotTranslatable();
      }
      String list =
          placeholders.name(column)
              + " IN ("
              + String.join(", ", values.stream().map(placeholders::value).toList())
              + ")";
      return truth ? list : known(column, type(column), "NOT " + list);
    }

    private String compare(Comparison comparison, boolean truth) {
      String operator = comparison.operator();
      if (SEARCHES.contains(operator)) {
        return search(comparison, truth);
      }
      String effective = truth ? operator : opposite(operator);
      boolean ordered = !effective.equals("=") && !effective.equals("<>");
      if (ordered && comparison.value().bool() != null) {
        throw new NotTranslatable();
      }
      String text =
          placeholders.name(comparison.column())
              + " "
              + effective
              + " "
              + placeholders.value(comparison.value());
      return effective.equals("<>") ? known(comparison.column(), comparison.type(), text) : text;
    }

    private String search(Comparison comparison, boolean truth) {
      if (comparison.value().s() == null || comparison.value().s().isEmpty()) {
        throw new NotTranslatable();
      }
      String text =
          (comparison.operator().equals("CONTAINS") ? "contains(" : "begins_with(")
              + placeholders.name(comparison.column())
              + ", "
              + placeholders.value(comparison.value())
              + ")";
      return known(comparison.column(), comparison.type(), truth ? text : "NOT " + text);
    }

    /** True only where the column has a value of its type: what is missing is unequal to all. */
    private String known(String column, DataType type, String text) {
      String stored = Kinds.comparable(type).orElseThrow(NotTranslatable::new);
      return "(attribute_type("
          + placeholders.name(column)
          + ", "
          + placeholders.value(AttributeValue.fromS(stored))
          + ") AND "
          + text
          + ")";
    }
  }
}
