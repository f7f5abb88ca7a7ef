package io.standpipe.factory;

import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Optional;
import org.apache.commons.lang3.reflect.TypeUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * A delivery that a factory asks for.
 *
 * @param place where it goes, for messages: {@code field 'airports' of Totals}
 * @param type of the value; what an {@code Optional} contains
 * @param optional whether the factory also works without it
 * @param id the name of the step that makes it; empty for any
 * @param producer the class of the factory that makes it; {@code Object} for any step
 * @param autoLoad the storage to be read if no step makes it
 * @param condition on the rows that are loaded; empty for all
 * @param target gets it: a field, a method or a parameter of the constructor
 */
public record Need(
    String place,
    Type type,
    boolean optional,
    Optional<String> id,
    Class<?> producer,
    Optional<String> autoLoad,
    String condition,
    AnnotatedElement target) {

  static Need of(String place, Type declared, AnnotatedElement target) {
    Delivery delivery = target.getAnnotation(Delivery.class);
    boolean optional = TypeUtils.getRawType(declared, null) == Optional.class;
    Type type = optional ? content(declared) : declared;
    return new Need(
        place,
        TypeNames.boxed(type),
        optional,
        given(delivery.id()),
        delivery.producer(),
        given(delivery.autoLoad()),
        delivery.condition(),
        target);
  }

  private static Optional<String> given(String text) {
    return Optional.of(text).filter(it -> !it.isEmpty());
  }

  private static Type content(Type optional) {
    return optional instanceof ParameterizedType type
        ? type.getActualTypeArguments()[0]
        : Object.class;
  }

  /**
   * What a pipeline calls it: the field, {@code rows} of a method {@code setRows}, or the parameter
   * of the constructor, which is {@code arg0} if it was compiled without {@code -parameters}.
   */
  public String member() {
    if (target instanceof Parameter parameter) {
      return parameter.getName();
    }
    String name = ((Member) target).getName();
    return target instanceof Method && name.matches("set[A-Z].*")
        ? Character.toLowerCase(name.charAt(3)) + name.substring(4)
        : name;
  }

  /** Whether a value of this type can be delivered. */
  public boolean takes(Type made) {
    return TypeUtils.isAssignable(made, type);
  }

  /** The records that are to be loaded, if not rows are. */
  public Optional<Class<? extends Record>> records() {
    return type instanceof ParameterizedType list
            && list.getRawType() == List.class
            && list.getActualTypeArguments()[0] instanceof Class<?> element
            && element.isRecord()
        ? Optional.of(element.asSubclass(Record.class))
        : Optional.empty();
  }

  /** Whether a storage can be loaded for it. */
  public boolean loadable() {
    return takes(FactoryType.ROWS) || records().isPresent();
  }

  /** Whether it is a dataset of any type. */
  public static boolean isDataset(Type type) {
    return TypeUtils.getRawType(type, null) == Dataset.class;
  }

  /** For messages: the type and the place. */
  @Override
  public String toString() {
    return TypeNames.of(type) + " for " + place;
  }

  /** The type of rows. */
  static Type rows() {
    return TypeUtils.parameterize(Dataset.class, Row.class);
  }
}
