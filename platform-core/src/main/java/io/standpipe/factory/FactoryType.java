package io.standpipe.factory;

import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.commons.lang3.reflect.TypeUtils;

/**
 * What a factory class says of itself: what it makes, and what it needs for that.
 *
 * @param type the class
 * @param product what it makes
 * @param parameters the record of its constructor whose values the pipeline gives
 * @param repeatable whether it may be run again when it fails
 * @param needs its deliveries: of the constructor, then of fields and methods, inherited ones first
 */
public record FactoryType(
    Class<? extends Factory<?>> type,
    Type product,
    Optional<Class<? extends Record>> parameters,
    boolean repeatable,
    List<Need> needs) {
  /** What steps deliver that read or query. */
  public static final Type ROWS = Need.rows();

  public FactoryType {
    needs = List.copyOf(needs);
  }

  /**
   * Reads a class.
   *
   * @throws IllegalArgumentException if it cannot be a step: it says all that is wrong
   */
  public static FactoryType of(Class<?> type) {
    return new Inspection(type, true).result();
  }

  /** As {@link #of}, for a class whose instances somebody else makes. */
  static FactoryType ofInstances(Class<?> type) {
    return new Inspection(type, false).result();
  }

  /** The class without its package. */
  public String name() {
    return TypeNames.of(type);
  }

  /** One look at a class. */
  private static final class Inspection {
    private final Class<?> type;
    private final List<Need> needs = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();
    private Optional<Class<? extends Record>> parameters = Optional.empty();

    Inspection(Class<?> type, boolean constructed) {
      this.type = type;
      if (!Factory.class.isAssignableFrom(type)) {
        problems.add("it does not implement " + Factory.class.getName());
      } else if (constructed) {
        constructor();
      }
      members();
    }

    FactoryType result() {
      Type product =
          problems.isEmpty()
              ? TypeNames.boxed(resolved(Factory.class.getTypeParameters()[0], Factory.class))
              : Object.class;
      if (TypeUtils.containsTypeVariables(product)) {
        problems.add(
            "it does not say what it makes: "
                + TypeNames.of(product)
                + ". Use a subclass that names the type, as in 'implements Factory<List<String>>'");
      }
      for (Need need : needs) {
        if (TypeUtils.containsTypeVariables(need.type())) {
          problems.add(
              "the type of " + need.place() + " is not known: " + TypeNames.of(need.type()));
        }
        if (need.autoLoad().isPresent() && !need.loadable()) {
          problems.add(
              need.place()
                  + " cannot be loaded as "
                  + TypeNames.of(need.type())
                  + ": autoLoad takes Dataset<Row>, or a List of records");
        }
        if (need.autoLoad().isEmpty() && !need.condition().isEmpty()) {
          problems.add(need.place() + " has a condition, which goes with autoLoad only");
        }
      }
      if (!problems.isEmpty()) {
        throw new IllegalArgumentException(
            type.getName() + " cannot be a step: " + String.join("; ", problems) + ".");
      }
      @SuppressWarnings("unchecked") // it has been looked at
      Class<? extends Factory<?>> factory = (Class<? extends Factory<?>>) type;
      boolean repeatable = !type.isAnnotationPresent(Unrepeatable.class);
      return new FactoryType(factory, product, parameters, repeatable, needs);
    }

    private void constructor() {
      Constructor<?>[] constructors = type.getConstructors();
      if (constructors.length != 1 || Modifier.isAbstract(type.getModifiers())) {
        problems.add(
            "it must be a class with exactly one public constructor, and has "
                + (Modifier.isAbstract(type.getModifiers())
                    ? "none to call"
                    : constructors.length));
        return;
      }
      if (type.isMemberClass() && !Modifier.isStatic(type.getModifiers())) {
        problems.add("it must be static to be made without its outer class");
        return;
      }
      int number = 0;
      for (Parameter parameter : constructors[0].getParameters()) {
        number++;
        if (parameter.isAnnotationPresent(Delivery.class)) {
          Type declared = resolved(parameter.getParameterizedType(), type);
          String place = place("parameter " + number + " of the constructor", type);
          needs.add(Need.of(place, declared, parameter));
        } else if (parameter.getType().isRecord() && parameters.isEmpty()) {
          parameters = Optional.of(parameter.getType().asSubclass(Record.class));
        } else {
          problems.add(
              place("parameter " + number + " of the constructor", type)
                  + ", "
                  + TypeNames.of(parameter.getParameterizedType())
                  + ", is neither a delivery nor the only record of values");
        }
      }
    }

    private void members() {
      List<Class<?>> line = new ArrayList<>();
      for (Class<?> next = type;
          next != null && next != Object.class;
          next = next.getSuperclass()) {
        line.add(0, next);
      }
      for (Class<?> next : line) {
        Arrays.stream(next.getDeclaredFields()).forEach(this::field);
      }
      Set<String> overridden = new HashSet<>();
      List<Need> ofMethods = new ArrayList<>();
      for (int i = line.size() - 1; i >= 0; i--) {
        for (Method method : line.get(i).getDeclaredMethods()) {
          method(method, overridden).ifPresent(ofMethods::add);
        }
      }
      needs.addAll(ofMethods);
    }

    private void field(Field field) {
      if (!field.isAnnotationPresent(Delivery.class)) {
        return;
      }
      String place = place("field '" + field.getName() + "'", field.getDeclaringClass());
      if (Modifier.isStatic(field.getModifiers()) || Modifier.isFinal(field.getModifiers())) {
        problems.add(place + " must be neither static nor final");
      } else {
        needs.add(
            Need.of(place, resolved(field.getGenericType(), field.getDeclaringClass()), field));
      }
    }

    /** A method that is overridden counts as it is in the lowest class. */
    private Optional<Need> method(Method method, Set<String> overridden) {
      boolean privately = Modifier.isPrivate(method.getModifiers());
      String signature = method.getName() + Arrays.toString(method.getParameterTypes());
      if (method.isBridge() || !privately && !overridden.add(signature)) {
        return Optional.empty();
      }
      if (!method.isAnnotationPresent(Delivery.class)) {
        return Optional.empty();
      }
      Class<?> owner = method.getDeclaringClass();
      String place = place("method '" + method.getName() + "'", owner);
      if (Modifier.isStatic(method.getModifiers()) || method.getParameterCount() != 1) {
        problems.add(place + " must not be static and have one parameter");
        return Optional.empty();
      }
      return Optional.of(
          Need.of(place, resolved(method.getGenericParameterTypes()[0], owner), method));
    }

    /** With what the class says of the type variables of one that it inherits from. */
    private Type resolved(Type declared, Class<?> owner) {
      Map<TypeVariable<?>, Type> known = TypeUtils.getTypeArguments(type, owner);
      Type unrolled = known == null ? null : TypeUtils.unrollVariables(known, declared);
      return unrolled == null ? declared : unrolled;
    }

    private String place(String member, Class<?> owner) {
      return member + " of " + TypeNames.of(owner);
    }
  }
}
