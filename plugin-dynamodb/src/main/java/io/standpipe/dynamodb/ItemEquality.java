package io.standpipe.dynamodb;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Compares items as DynamoDB stores them: 1.0 is 1, and sets have no order. */
final class ItemEquality {
  private ItemEquality() {}

  static boolean same(Map<String, AttributeValue> left, Map<String, AttributeValue> right) {
    return left.keySet().equals(right.keySet())
        && left.entrySet().stream()
            .allMatch(attribute -> same(attribute.getValue(), right.get(attribute.getKey())));
  }

  private static boolean same(AttributeValue left, AttributeValue right) {
    if (left.type() != right.type()) {
      return false;
    }
    return switch (left.type()) {
      case N -> new BigDecimal(left.n()).compareTo(new BigDecimal(right.n())) == 0;
      case SS -> new HashSet<>(left.ss()).equals(new HashSet<>(right.ss()));
      case NS -> numbers(left.ns()).equals(numbers(right.ns()));
      case BS -> new HashSet<>(left.bs()).equals(new HashSet<>(right.bs()));
      case M -> same(left.m(), right.m());
      case L -> same(left.l(), right.l());
      default -> left.equals(right);
    };
  }

  private static boolean same(List<AttributeValue> left, List<AttributeValue> right) {
    if (left.size() != right.size()) {
      return false;
    }
    for (int i = 0; i < left.size(); i++) {
      if (!same(left.get(i), right.get(i))) {
        return false;
      }
    }
    return true;
  }

  private static java.util.Set<BigDecimal> numbers(List<String> values) {
    return values.stream()
        .map(value -> new BigDecimal(value).stripTrailingZeros())
        .collect(Collectors.toSet());
  }
}
