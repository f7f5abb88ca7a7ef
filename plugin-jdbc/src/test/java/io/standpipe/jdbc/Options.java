package io.standpipe.jdbc;

import io.standpipe.spi.Default;
import io.standpipe.spi.Location;
import io.standpipe.spi.Secret;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Binds options to the configuration record as the platform does, with the declared defaults. */
final class Options {
  private Options() {}

  /** Names and values in turn. */
  static JdbcConfig of(Object... namesAndValues) {
    Map<String, Object> options = new HashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      options.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return of(options);
  }

  static JdbcConfig of(Map<String, Object> given) {
    return bind(JdbcConfig.class, given);
  }

  private static <T extends Record> T bind(Class<T> type, Map<String, Object> given) {
    Map<String, Object> options = new HashMap<>(given);
    RecordComponent[] components = type.getRecordComponents();
    Object[] values =
        Arrays.stream(components)
            .map(component -> value(component, options.remove(component.getName())))
            .toArray();
    if (!options.isEmpty()) {
      throw new IllegalArgumentException("no such options: " + options.keySet());
    }
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return type.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      throw (RuntimeException) e.getCause();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static Object value(RecordComponent component, Object given) {
    Default byDefault = component.getAnnotation(Default.class);
    Object value = given == null && byDefault != null ? byDefault.value() : given;
    if (component.getType() == Optional.class) {
      Type inner = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
      return Optional.ofNullable(value).map(v -> converted(v, (Class<?>) inner));
    }
    return component.getType() == Map.class && value == null
        ? Map.of()
        : converted(value, component.getType());
  }

  @SuppressWarnings("unchecked")
  private static Object converted(Object value, Class<?> type) {
    if (type.isRecord() && type != Location.class) {
      return bind(
          type.asSubclass(Record.class),
          value instanceof Map ? (Map<String, Object>) value : Map.of());
    } else if (type == int.class) {
      return Integer.valueOf(value.toString());
    } else if (type == Duration.class) {
      return value instanceof Duration ? value : Duration.parse("PT" + value);
    } else if (type.isEnum()) {
      return Arrays.stream(type.getEnumConstants())
          .filter(constant -> constant.toString().equalsIgnoreCase(value.toString()))
          .findFirst()
          .orElseThrow();
    } else if (type == Secret.class) {
      return Secret.of(value.toString());
    } else if (type == Location.class) {
      return new Location(value.toString());
    }
    return value;
  }
}
