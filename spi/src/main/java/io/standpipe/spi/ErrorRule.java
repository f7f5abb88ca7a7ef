package io.standpipe.spi;

import java.sql.SQLException;
import java.util.Locale;
import java.util.Objects;

/**
 * One row of a connector's error table.
 *
 * <p>Matchers: {@code sqlstate:40001} an SQL state; {@code sqlstate:08*} a class of them; {@code
 * code:1213} a vendor code; {@code class:ConcurrentAppendException} an exception class by simple
 * name, its superclasses included; {@code message:no suitable driver} a part of the message in any
 * case. Several joined by {@code " & "} must all match.
 *
 * @param matcher which exceptions it is about
 * @param verdict what they mean
 * @param once whether that is worth one repeat only: in an error table {@code TRANSIENT once}
 * @param hint what a person should do, a full sentence; may be empty for verdicts that the platform
 *     deals with
 * @param source where the fact is documented
 */
public record ErrorRule(String matcher, Verdict verdict, boolean once, String hint, String source) {
  private static final String ONCE = " once";

  public ErrorRule {
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(hint, "hint");
    Objects.requireNonNull(source, "source");
    for (String part : matcher.split(" & ")) {
      if (!part.matches("(sqlstate|code|class|message):.+")) {
        throw new IllegalArgumentException("not a matcher: '" + part + "'");
      }
    }
  }

  /** A rule without such a limit. */
  public ErrorRule(String matcher, Verdict verdict, String hint, String source) {
    this(matcher, verdict, false, hint, source);
  }

  static ErrorRule parse(String line) {
    String[] fields = line.split("\t", -1);
    if (fields.length != 4) {
      throw new IllegalArgumentException(
          "expected matcher, verdict, hint and source separated by tabs: '" + line + "'");
    }
    String verdict = fields[1].trim();
    boolean once = verdict.endsWith(ONCE);
    return new ErrorRule(
        fields[0].trim(),
        Verdict.valueOf(once ? verdict.substring(0, verdict.length() - ONCE.length()) : verdict),
        once,
        fields[2].trim(),
        fields[3].trim());
  }

  /** Whether this rule is about the exception; its causes are not looked at. */
  public boolean matches(Throwable error) {
    for (String part : matcher.split(" & ")) {
      int colon = part.indexOf(':');
      if (!matches(error, part.substring(0, colon), part.substring(colon + 1).trim())) {
        return false;
      }
    }
    return true;
  }

  private static boolean matches(Throwable error, String kind, String value) {
    switch (kind) {
      case "sqlstate":
        return error instanceof SQLException sql
            && sql.getSQLState() != null
            && matchesState(sql.getSQLState(), value);
      case "code":
        return error instanceof SQLException sql
            && String.valueOf(sql.getErrorCode()).equals(value);
      case "class":
        for (Class<?> type = error.getClass(); type != null; type = type.getSuperclass()) {
          if (type.getSimpleName().equals(value)) {
            return true;
          }
        }
        return false;
      default:
        return error.getMessage() != null
            && error.getMessage().toLowerCase(Locale.ROOT).contains(value.toLowerCase(Locale.ROOT));
    }
  }

  private static boolean matchesState(String state, String pattern) {
    return pattern.endsWith("*")
        ? state.startsWith(pattern.substring(0, pattern.length() - 1))
        : state.equals(pattern);
  }
}
