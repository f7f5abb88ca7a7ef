package io.standpipe.factory;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A field, the only parameter of a method, or a parameter of the constructor that gets what another
 * step makes. The step is found by the type, with type arguments, so that {@code List<String>} is
 * not taken for {@code List<Integer>}; steps that read or query deliver {@code Dataset<Row>}. If
 * several fit, {@link #id} or {@link #producer} tells which. A delivery of type {@code Optional} is
 * empty if nothing fits; any other is required, which is checked before the run.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER})
public @interface Delivery {
  /**
   * The name of the step that delivers, whatever the case. By default any. A pipeline can name
   * another one for each instance: {@code deliveries} of its step, in Java {@code taking}.
   */
  String id() default "";

  /** The class of the factory that delivers, or one above it. By default any. */
  Class<?> producer() default Object.class;

  /**
   * The storage that is read if no step fits: as {@code Dataset<Row>}, or as a {@code List} of
   * records. By default none.
   */
  String autoLoad() default "";

  /** An SQL condition on the rows that are loaded. By default all. */
  String condition() default "";
}
