package io.standpipe.config;

import io.standpipe.config.OptionType.ListOf;
import io.standpipe.config.OptionType.MapOf;
import io.standpipe.config.OptionType.Single;
import io.standpipe.spi.DataSize;
import io.standpipe.spi.Secret;
import java.lang.annotation.Annotation;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotEmpty;
import javax.validation.constraints.NotNull;
import javax.validation.constraints.Pattern;
import javax.validation.constraints.Positive;
import javax.validation.constraints.PositiveOrZero;
import javax.validation.constraints.Size;

/** Reads the validation annotations of a record's components. */
final class Constraints {
  private Constraints() {}

  /**
   * What an annotation asks for; empty if it is not about validation or is kept anyway.
   *
   * @throws IllegalStateException if it is a constraint that is not supported here
   */
  static Optional<Constraint> of(Annotation annotation, OptionType type, String where) {
    if (annotation instanceof NotNull || !isConstraint(annotation)) {
      return Optional.empty();
    }
    Constraint constraint =
        number(annotation, type)
            .or(() -> length(annotation, type))
            .or(() -> text(annotation, type))
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "%s: constraint @%s is not supported on the type '%s'"
                            .formatted(
                                where, annotation.annotationType().getSimpleName(), type.label())));
    return Optional.of(constraint);
  }

  /** Whether the annotation makes an option required that otherwise may be missing. */
  static boolean demandsValue(Annotation annotation) {
    return annotation instanceof NotNull
        || annotation instanceof NotEmpty
        || annotation instanceof NotBlank
        || (annotation instanceof Size size && size.min() > 0);
  }

  private static boolean isConstraint(Annotation annotation) {
    String name = annotation.annotationType().getName();
    return name.startsWith("javax.validation.constraints.")
        || name.startsWith("jakarta.validation.constraints.")
        || annotation.annotationType().isAnnotationPresent(javax.validation.Constraint.class);
  }

  private static Optional<Constraint> number(Annotation annotation, OptionType type) {
    boolean number = type instanceof Single single && single.format().isNumber();
    boolean quantity =
        type instanceof Single single
            && (single.format() == ScalarFormat.DURATION
                || single.format() == ScalarFormat.DATA_SIZE);
    if (number && annotation instanceof Min min) {
      return Optional.of(
          new Constraint(
              say(min.message(), "must be at least " + min.value()),
              value -> amount(value).compareTo(BigDecimal.valueOf(min.value())) >= 0,
              schema -> schema.put("minimum", min.value())));
    }
    if (number && annotation instanceof Max max) {
      return Optional.of(
          new Constraint(
              say(max.message(), "must be at most " + max.value()),
              value -> amount(value).compareTo(BigDecimal.valueOf(max.value())) <= 0,
              schema -> schema.put("maximum", max.value())));
    }
    if ((number || quantity) && annotation instanceof Positive positive) {
      return Optional.of(
          new Constraint(
              say(positive.message(), "must be more than 0"),
              value -> amount(value).signum() > 0,
              schema -> putIf(number, schema, "exclusiveMinimum")));
    }
    if ((number || quantity) && annotation instanceof PositiveOrZero positive) {
      return Optional.of(
          new Constraint(
              say(positive.message(), "must not be negative"),
              value -> amount(value).signum() >= 0,
              schema -> putIf(number, schema, "minimum")));
    }
    return Optional.empty();
  }

  private static void putIf(boolean number, Map<String, Object> schema, String keyword) {
    if (number) {
      schema.put(keyword, 0);
    }
  }

  private static Optional<Constraint> length(Annotation annotation, OptionType type) {
    Optional<String> noun = lengthNoun(type);
    if (noun.isEmpty()) {
      return Optional.empty();
    }
    if (annotation instanceof NotEmpty notEmpty) {
      return Optional.of(
          new Constraint(
              say(notEmpty.message(), "must not be empty"),
              lengthIs(length -> length > 0),
              schema -> schema.put("min" + keyword(type), 1)));
    }
    if (annotation instanceof Size size) {
      return Optional.of(
          new Constraint(
              say(size.message(), range(size, noun.get())),
              lengthIs(length -> length >= size.min() && length <= size.max()),
              schema -> {
                if (size.min() > 0) {
                  schema.put("min" + keyword(type), size.min());
                }
                if (size.max() < Integer.MAX_VALUE) {
                  schema.put("max" + keyword(type), size.max());
                }
              }));
    }
    return Optional.empty();
  }

  private static Optional<Constraint> text(Annotation annotation, OptionType type) {
    if (!(type instanceof Single single && single.format().isText())) {
      return Optional.empty();
    }
    if (annotation instanceof NotBlank notBlank) {
      return Optional.of(
          new Constraint(
              say(notBlank.message(), "must not be blank"),
              value -> !string(value).isBlank(),
              schema -> schema.putIfAbsent("pattern", "\\S")));
    }
    if (annotation instanceof Pattern pattern) {
      int flags = 0;
      for (Pattern.Flag flag : pattern.flags()) {
        flags |= flag.getValue();
      }
      java.util.regex.Pattern compiled = java.util.regex.Pattern.compile(pattern.regexp(), flags);
      boolean portable = flags == 0;
      return Optional.of(
          new Constraint(
              say(pattern.message(), "must match the pattern " + pattern.regexp()),
              value -> compiled.matcher(string(value)).matches(),
              schema -> {
                if (portable) {
                  schema.put("pattern", "^(?:" + pattern.regexp() + ")$");
                }
              }));
    }
    return Optional.empty();
  }

  private static Optional<String> lengthNoun(OptionType type) {
    if (type instanceof Single single && single.format().isText()) {
      return Optional.of("characters");
    }
    return type instanceof ListOf
        ? Optional.of("items")
        : Optional.of("keys").filter(noun -> type instanceof MapOf);
  }

  private static String keyword(OptionType type) {
    if (type instanceof ListOf) {
      return "Items";
    }
    return type instanceof MapOf ? "Properties" : "Length";
  }

  private static String range(Size size, String noun) {
    if (size.max() == Integer.MAX_VALUE) {
      return "must have at least " + size.min() + " " + noun;
    }
    return size.min() == 0
        ? "must have at most " + size.max() + " " + noun
        : "must have from " + size.min() + " to " + size.max() + " " + noun;
  }

  /** An author's own message wins; the API's own ones are keys in braces. */
  private static String say(String message, String requirement) {
    return message.startsWith("{") ? requirement : message;
  }

  private static Predicate<Object> lengthIs(IntPredicate rule) {
    return value -> {
      if (value instanceof Collection<?> collection) {
        return rule.test(collection.size());
      }
      return value instanceof Map<?, ?> map
          ? rule.test(map.size())
          : rule.test(string(value).length());
    };
  }

  private static String string(Object value) {
    return value instanceof Secret secret ? secret.reveal() : (String) value;
  }

  private static BigDecimal amount(Object value) {
    if (value instanceof Duration duration) {
      return BigDecimal.valueOf(duration.getSeconds())
          .add(BigDecimal.valueOf(duration.getNano(), 9));
    }
    if (value instanceof DataSize size) {
      return BigDecimal.valueOf(size.bytes());
    }
    return value instanceof BigDecimal decimal ? decimal : new BigDecimal(value.toString());
  }
}
