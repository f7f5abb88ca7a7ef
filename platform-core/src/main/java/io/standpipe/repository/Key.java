package io.standpipe.repository;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a record component that identifies a row, alone or together with the other components that
 * are marked. A key is never NULL.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {
  /**
   * The place in a key of several columns, lowest first; keys with the same place follow each other
   * as they are declared.
   */
  int order() default 0;
}
