package io.standpipe.repository;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The column that holds a record component, where it is not called as the component is: {@code
 * record Airport(@ColumnName("iata_code") String code) {}}.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface ColumnName {
  /** The column's name, taken literally: dots and spaces are part of it. */
  String value();
}
