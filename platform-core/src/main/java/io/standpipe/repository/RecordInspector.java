package io.standpipe.repository;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Makes the mapping of one record class from its components and annotations; used once. */
final class RecordInspector {
  private final Deque<Class<?>> open = new ArrayDeque<>();
  private final Deque<String> path = new ArrayDeque<>();
  private final List<String> problems = new ArrayList<>();

  /**
   * @throws RepositoryException with everything in it that cannot be mapped
   */
  <T extends Record> RecordMapping<T> inspect(Class<T> type) {
    Optional<RecordMapping<T>> mapping = Optional.empty();
    try {
      mapping = Optional.of(mapping(type));
    } catch (Unmappable e) {
      problem(e.getMessage());
    }
    if (mapping.isPresent() && problems.isEmpty()) {
      return mapping.get();
    }
    throw new RepositoryException(
        "Record "
            + type.getName()
            + " cannot be mapped to columns:"
            + Problems.list(problems, "Change the record."),
        null);
  }

  /** The mapping of the record or of one inside it. */
  <T extends Record> RecordMapping<T> mapping(Class<T> type) {
    if (open.contains(type)) {
      throw new Unmappable("record " + type.getSimpleName() + " contains itself");
    }
    if (type.getTypeParameters().length > 0) {
      throw new Unmappable("record " + type.getSimpleName() + " is generic");
    }
    open.push(type);
    List<Component> components = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      path.addLast(component.getName());
      try {
        components.add(component(component));
      } catch (Unmappable e) {
        problem(e.getMessage());
      }
      path.removeLast();
    }
    checkColumns(type, components);
    open.pop();
    return new RecordMapping<>(type, constructor(type), components);
  }

  private Component component(RecordComponent component) {
    ColumnName renamed = component.getAnnotation(ColumnName.class);
    String column = renamed == null ? component.getName() : renamed.value();
    if (column.isBlank()) {
      throw new Unmappable("@ColumnName is blank");
    }
    // Inside another record a key identifies nothing.
    Key key = path.size() > 1 ? null : component.getAnnotation(Key.class);
    ValueType type = new TypeResolver(this, component).resolve();
    if (key != null) {
      checkKey(type);
    }
    OptionalInt order = key == null ? OptionalInt.empty() : OptionalInt.of(key.order());
    return new Component(component.getName(), column, type, order, accessor(component));
  }

  private static void checkKey(ValueType type) {
    if (!(type instanceof ScalarType<?> || type instanceof BasicTypes.PrimitiveType)) {
      throw new Unmappable(
          "@Key does not go with " + type.javaName() + ": a key is one plain value");
    }
  }

  /** Case is ignored: few storages can have two columns that differ only in it. */
  private void checkColumns(Class<?> type, List<Component> components) {
    if (type.getRecordComponents().length == 0) {
      problem("record " + type.getSimpleName() + " has no components");
    }
    Map<String, Component> byColumn = new HashMap<>();
    for (Component component : components) {
      Component other =
          byColumn.putIfAbsent(component.column().toLowerCase(Locale.ROOT), component);
      if (other != null) {
        path.addLast(component.name());
        problem("column '" + component.column() + "' is that of component '" + other.name() + "'");
        path.removeLast();
      }
    }
  }

  private void problem(String text) {
    String where = path.isEmpty() ? "" : "component '" + String.join(".", path) + "': ";
    problems.add(where + text);
  }

  private static Method accessor(RecordComponent component) {
    Method accessor = component.getAccessor();
    open(accessor);
    return accessor;
  }

  private static <T extends Record> Constructor<T> constructor(Class<T> type) {
    try {
      Constructor<T> constructor =
          type.getDeclaredConstructor(
              Arrays.stream(type.getRecordComponents())
                  .map(RecordComponent::getType)
                  .toArray(Class<?>[]::new));
      open(constructor);
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every record has a canonical constructor", e);
    }
  }

  private static void open(AccessibleObject member) {
    try {
      member.setAccessible(true);
    } catch (InaccessibleObjectException e) {
      throw new Unmappable("its module does not open it: " + BadValue.reason(e));
    }
  }
}
