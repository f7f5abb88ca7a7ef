package io.standpipe.builtin;

import io.standpipe.spi.Default;
import io.standpipe.spi.Location;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Makes configuration records from a few options, all others at their defaults. */
final class Config {
  private final Map<String, Object> values = new LinkedHashMap<>();

  static Config file(String format, Object path) {
    return new Config().with("format", format).with("path", path.toString());
  }

  Config with(String option, Object value) {
    values.put(option, value);
    return this;
  }

  FileConfig file() {
    return make(FileConfig.class);
  }

  FileConnector connector() {
    return new FileConnector(file());
  }

  SqlConfig sql() {
    return make(SqlConfig.class);
  }

  private <C extends Record> C make(Class<C> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] arguments = Arrays.stream(components).map(this::argument).toArray();
    try {
      return type.getDeclaredConstructor(types).newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw (RuntimeException) e.getCause();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private Object argument(RecordComponent component) {
    Object value = values.get(component.getName());
    Default fallback = component.getAnnotation(Default.class);
    if (value == null && fallback != null) {
      value = fallback.value();
    }
    Class<?> type = component.getType();
    if (type == Optional.class) {
      Type inner = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
      return Optional.ofNullable(value).map(given -> convert(given, (Class<?>) inner));
    }
    if (value == null) {
      return type == List.class ? List.of() : type == Map.class ? Map.of() : null;
    }
    return convert(value, type);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static Object convert(Object value, Class<?> type) {
    if (type == Location.class) {
      return new Location(value.toString());
    } else if (type.isEnum()) {
      return Enum.valueOf((Class) type, value.toString().toUpperCase(Locale.ROOT));
    } else if (type == boolean.class || type == Boolean.class) {
      return Boolean.valueOf(value.toString());
    } else if (type == Integer.class) {
      return Integer.valueOf(value.toString());
    }
    return value;
  }
}
