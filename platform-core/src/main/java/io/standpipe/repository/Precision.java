package io.standpipe.repository;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The decimal type that the {@code BigDecimal}s of a component are written as, {@code
 * decimal(digits, scale)}. Without it they are written as {@code decimal(38, 18)}. A value that
 * does not fit is refused, never rounded.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Precision {
  /** All digits, before and after the decimal point: 1 to 38. */
  int digits();

  /** The digits after the decimal point: 0 to {@link #digits()}. */
  int scale();
}
