package io.standpipe.config;

import java.lang.reflect.Method;
import java.util.Locale;

/** The names of enum constants in YAML. */
final class EnumNames {
  private EnumNames() {}

  /** What the enum's {@code id()} says, else the constant in camelCase: {@code errorIfExists}. */
  static String of(Enum<?> constant) {
    try {
      Method id = constant.getDeclaringClass().getDeclaredMethod("id");
      if (id.getReturnType() == String.class) {
        id.setAccessible(true);
        return (String) id.invoke(constant);
      }
    } catch (NoSuchMethodException e) {
      return camelCase(constant.name());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("id() of " + constant.getDeclaringClass().getName(), e);
    }
    return camelCase(constant.name());
  }

  private static String camelCase(String constant) {
    StringBuilder name = new StringBuilder();
    for (String word : constant.split("_", -1)) {
      String lower = word.toLowerCase(Locale.ROOT);
      name.append(
          name.length() == 0 || lower.isEmpty()
              ? lower
              : Character.toUpperCase(lower.charAt(0)) + lower.substring(1));
    }
    return name.toString();
  }
}
