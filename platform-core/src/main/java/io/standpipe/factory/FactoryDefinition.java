package io.standpipe.factory;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** A factory class with its values: makes an instance for each attempt of a step. */
public final class FactoryDefinition {
  private final FactoryType type;
  private final Optional<Record> parameters;
  private final Optional<Supplier<? extends Factory<?>>> maker;

  private FactoryDefinition(
      FactoryType type,
      Optional<Record> parameters,
      Optional<Supplier<? extends Factory<?>>> maker) {
    this.type = type;
    this.parameters = parameters;
    this.maker = maker;
  }

  /**
   * The factory of a class.
   *
   * @param parameters the record of its constructor; empty if it has none
   * @throws IllegalArgumentException if the class cannot be a step, or the record does not fit
   */
  public static FactoryDefinition of(FactoryType type, Optional<? extends Record> parameters) {
    Optional<Class<? extends Record>> given = parameters.map(Record::getClass);
    if (!type.parameters().equals(given)) {
      throw new IllegalArgumentException(
          type.type().getName()
              + " takes "
              + type.parameters().map(TypeNames::of).orElse("no parameters")
              + ", not "
              + given.map(TypeNames::of).orElse("nothing"));
    }
    return new FactoryDefinition(type, parameters.map(Record.class::cast), Optional.empty());
  }

  /**
   * The factories that a program makes itself.
   *
   * @param maker returns a new instance each time
   * @throws IllegalArgumentException if the class cannot be a step
   */
  public static <F extends Factory<?>> FactoryDefinition of(
      Class<F> type, Supplier<? extends F> maker) {
    return new FactoryDefinition(
        FactoryType.ofInstances(type), Optional.empty(), Optional.of(maker));
  }

  /** What the class says of itself. */
  public FactoryType type() {
    return type;
  }

  /** The values that the pipeline gives. */
  public Optional<Record> parameters() {
    return parameters;
  }

  /**
   * Makes an instance with its deliveries.
   *
   * @param deliveries a value for each need that is met
   */
  public Factory<?> create(Map<Need, Object> deliveries) throws Exception {
    Factory<?> factory = maker.isPresent() ? maker.get().get() : construct(deliveries);
    Objects.requireNonNull(factory, type.name());
    for (Need need : type.needs()) {
      if (need.target() instanceof Field field) {
        field.setAccessible(true);
        field.set(factory, value(need, deliveries));
      } else if (need.target() instanceof Method method) {
        method.setAccessible(true);
        call(() -> method.invoke(factory, value(need, deliveries)));
      }
    }
    return factory;
  }

  private Factory<?> construct(Map<Need, Object> deliveries) throws Exception {
    Constructor<?> constructor = type.type().getConstructors()[0];
    constructor.setAccessible(true); // the class need not be public
    Object[] arguments =
        Arrays.stream(constructor.getParameters())
            .map(parameter -> argument(parameter, deliveries))
            .toArray();
    return (Factory<?>) call(() -> constructor.newInstance(arguments));
  }

  private Object argument(Parameter parameter, Map<Need, Object> deliveries) {
    return type.needs().stream()
        .filter(need -> need.target().equals((AnnotatedElement) parameter))
        .findFirst()
        .map(need -> value(need, deliveries))
        .orElseGet(parameters::orElseThrow);
  }

  private static Object value(Need need, Map<Need, Object> deliveries) {
    Object value = deliveries.get(need);
    return need.optional() ? Optional.ofNullable(value) : value;
  }

  /** Something of the author's that is called by reflection. */
  @FunctionalInterface
  private interface Reflective {
    Object call() throws ReflectiveOperationException;
  }

  /** What the author's code throws, as it is. */
  private static Object call(Reflective code) throws Exception {
    try {
      return code.call();
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw (Exception) e.getCause();
    }
  }
}
