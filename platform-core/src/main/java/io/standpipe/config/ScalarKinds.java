package io.standpipe.config;

import io.standpipe.config.ConfigNode.Kind;

/**
 * How an unquoted value reads: the core schema of YAML 1.2. SnakeYAML's own rules are those of YAML
 * 1.1, in which the country code {@code NO} is false and {@code 1:30} is 90.
 */
final class ScalarKinds {
  private ScalarKinds() {}

  static Kind of(String text) {
    return switch (text) {
      case "", "~", "null", "Null", "NULL" -> Kind.NULL;
      case "true", "True", "TRUE", "false", "False", "FALSE" -> Kind.BOOLEAN;
      case ".inf", "-.inf", "+.inf", ".nan", ".Inf", "-.Inf", "+.Inf", ".NaN" -> Kind.DECIMAL;
      default -> number(text);
    };
  }

  private static Kind number(String text) {
    if (text.startsWith("0x") || text.startsWith("0o")) {
      int radix = text.charAt(1) == 'x' ? 16 : 8;
      return text.length() > 2 && digits(text, 2, radix) == text.length()
          ? Kind.INTEGER
          : Kind.STRING;
    }
    int start = text.charAt(0) == '-' || text.charAt(0) == '+' ? 1 : 0;
    int position = digits(text, start, 10);
    int count = position - start;
    if (position == text.length()) {
      return count > 0 ? Kind.INTEGER : Kind.STRING;
    }
    if (text.charAt(position) == '.') {
      int end = digits(text, position + 1, 10);
      count += end - position - 1;
      position = end;
    }
    if (count == 0) {
      return Kind.STRING;
    }
    return position == text.length() || isExponent(text, position) ? Kind.DECIMAL : Kind.STRING;
  }

  private static boolean isExponent(String text, int at) {
    if (text.charAt(at) != 'e' && text.charAt(at) != 'E') {
      return false;
    }
    int start = at + 1;
    if (start < text.length() && (text.charAt(start) == '-' || text.charAt(start) == '+')) {
      start++;
    }
    return start < text.length() && digits(text, start, 10) == text.length();
  }

  /** The end of the run of ASCII digits that begins at {@code start}. */
  private static int digits(String text, int start, int radix) {
    int end = start;
    while (end < text.length()
        && text.charAt(end) < 128
        && Character.digit(text.charAt(end), radix) >= 0) {
      end++;
    }
    return end;
  }
}
