package io.standpipe.config;

import io.standpipe.config.OptionType.Choice;
import io.standpipe.config.OptionType.Constrained;
import io.standpipe.config.OptionType.ListOf;
import io.standpipe.config.OptionType.MapOf;
import io.standpipe.config.OptionType.Maybe;
import io.standpipe.config.OptionType.Nested;
import io.standpipe.config.OptionType.Position;
import io.standpipe.config.OptionType.Raw;
import io.standpipe.config.OptionType.Single;
import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a configuration record says about its options.
 *
 * @param components in the order of the constructor
 */
record RecordModel(Class<? extends Record> type, List<Component> components) {
  private static final ClassValue<RecordModel> MODELS =
      new ClassValue<>() {
        @Override
        protected RecordModel computeValue(Class<?> type) {
          return build(type.asSubclass(Record.class), Set.of());
        }
      };

  /**
   * A component of the record.
   *
   * @param description empty if it has none
   * @param defaultText as in {@link Default}
   */
  record Component(
      String name,
      Constrained value,
      String description,
      Optional<String> defaultText,
      boolean required) {

    boolean isOption() {
      return !(value.type() instanceof Position);
    }

    /** Whether the value, or what it contains, is a secret. */
    boolean isSecret() {
      return value.type() instanceof Single single && single.format() == ScalarFormat.SECRET
          || value.type() instanceof Maybe maybe
              && maybe.value().type() instanceof Single inner
              && inner.format() == ScalarFormat.SECRET;
    }
  }

  /**
   * The model of a record.
   *
   * @throws IllegalStateException if the record has a component of a type or with a constraint that
   *     is not supported: a mistake of the record's author
   */
  static RecordModel of(Class<? extends Record> type) {
    return MODELS.get(type);
  }

  /** The components that a user can set. */
  List<Component> options() {
    return components.stream().filter(Component::isOption).toList();
  }

  List<String> optionNames() {
    return components.stream().filter(Component::isOption).map(Component::name).toList();
  }

  /** What the record is for; empty if it does not say. */
  Optional<String> description() {
    return Optional.ofNullable(type.getAnnotation(Description.class)).map(Description::value);
  }

  /** Where a key belongs that is not one of the record's; empty if nobody says. */
  Optional<String> elsewhere(String key) {
    return Optional.ofNullable(type.getAnnotation(Elsewhere.class))
        .filter(other -> other.key().equals(key))
        .map(Elsewhere::hint);
  }

  /** The canonical constructor, made accessible: a plug-in's record need not be public. */
  Constructor<? extends Record> constructor() {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("no canonical constructor: " + type.getName(), e);
    }
  }

  private static RecordModel build(Class<? extends Record> type, Set<Class<?>> outer) {
    if (outer.contains(type)) {
      throw new IllegalStateException(
          type.getName() + ": a configuration record must not contain itself");
    }
    Set<Class<?>> path = new HashSet<>(outer);
    path.add(type);
    List<Component> components = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      components.add(component(type, component, path));
    }
    return new RecordModel(type, List.copyOf(components));
  }

  private static Component component(
      Class<? extends Record> owner, RecordComponent component, Set<Class<?>> path) {
    String where = owner.getName() + "." + component.getName();
    Set<Annotation> annotations = new LinkedHashSet<>();
    try {
      annotations.addAll(List.of(owner.getDeclaredField(component.getName()).getAnnotations()));
    } catch (NoSuchFieldException e) {
      throw new IllegalStateException(where + ": no field", e);
    }
    Constrained value = value(component.getAnnotatedType(), annotations, where, path);
    Description description = component.getAnnotation(Description.class);
    Default defaultValue = component.getAnnotation(Default.class);
    boolean mayBeMissing =
        value.type() instanceof Maybe
            || value.type() instanceof ListOf
            || value.type() instanceof MapOf
            || value.type() instanceof Position;
    boolean demanded = annotations.stream().anyMatch(Constraints::demandsValue);
    boolean optional =
        defaultValue != null || (mayBeMissing && (!demanded || value.type() instanceof Maybe));
    return new Component(
        component.getName(),
        value,
        description == null ? "" : description.value(),
        Optional.ofNullable(defaultValue).map(Default::value),
        !optional);
  }

  /**
   * A value that is no component of a record.
   *
   * @throws IllegalArgumentException if it is of a type that is not supported
   */
  static Constrained value(Type type, String where) {
    try {
      if (type instanceof ParameterizedType parameterized) {
        Type[] arguments = parameterized.getActualTypeArguments();
        Constrained last = value(arguments[arguments.length - 1], where);
        if (parameterized.getRawType() == List.class) {
          return new Constrained(new ListOf(last), List.of());
        }
        if (parameterized.getRawType() == Map.class && arguments[0] == String.class) {
          return new Constrained(new MapOf(last), List.of());
        }
      } else if (type instanceof Class<?> simple) {
        return new Constrained(simple(simple, where, Set.of()), List.of());
      }
      throw unsupported(type.getTypeName(), where);
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static Constrained value(
      AnnotatedType annotated, Set<Annotation> outside, String where, Set<Class<?>> path) {
    Set<Annotation> annotations = new LinkedHashSet<>(outside);
    annotations.addAll(List.of(annotated.getAnnotations()));
    if (annotated instanceof AnnotatedParameterizedType parameterized) {
      AnnotatedType[] arguments = parameterized.getAnnotatedActualTypeArguments();
      Class<?> raw = rawClass(annotated);
      AnnotatedType last = arguments[arguments.length - 1];
      if (raw == Optional.class) {
        return new Constrained(new Maybe(value(last, annotations, where, path)), List.of());
      }
      if (raw == List.class) {
        OptionType type = new ListOf(value(last, Set.of(), where, path));
        return constrained(type, annotations, where);
      }
      if (raw == Map.class && arguments[0].getType() == String.class) {
        OptionType type = new MapOf(value(last, Set.of(), where, path));
        return constrained(type, annotations, where);
      }
    } else if (annotated.getType() instanceof Class<?> type) {
      return constrained(simple(type, where, path), annotations, where);
    }
    throw unsupported(annotated.getType().getTypeName(), where);
  }

  private static OptionType simple(Class<?> type, String where, Set<Class<?>> path) {
    Optional<ScalarFormat> format = ScalarFormat.of(type);
    if (format.isPresent()) {
      return new Single(format.get());
    }
    if (type.isEnum()) {
      return new Choice(constants(type));
    }
    if (type == SourcePosition.class) {
      return new Position();
    }
    if (ConfigNode.class.isAssignableFrom(type)) {
      return new Raw(type.asSubclass(ConfigNode.class));
    }
    if (type.isRecord()) {
      return new Nested(build(type.asSubclass(Record.class), path));
    }
    throw unsupported(type.getName(), where);
  }

  private static Constrained constrained(
      OptionType type, Set<Annotation> annotations, String where) {
    List<Constraint> constraints = new ArrayList<>();
    for (Annotation annotation : annotations) {
      Constraints.of(annotation, type, where).ifPresent(constraints::add);
    }
    return new Constrained(type, constraints);
  }

  private static Class<?> rawClass(AnnotatedType annotated) {
    return (Class<?>) ((ParameterizedType) annotated.getType()).getRawType();
  }

  private static Map<String, Object> constants(Class<?> type) {
    Map<String, Object> constants = new LinkedHashMap<>();
    for (Object constant : type.getEnumConstants()) {
      constants.put(EnumNames.of((Enum<?>) constant), constant);
    }
    return constants;
  }

  private static IllegalStateException unsupported(String type, String where) {
    return new IllegalStateException(
        where
            + ": an option of type "
            + type
            + " is not supported. Use String, a number, boolean, Duration, Instant, DataSize,"
            + " Secret, Location, an enum, a record, or List, Map<String, ...> or Optional of"
            + " these");
  }
}
