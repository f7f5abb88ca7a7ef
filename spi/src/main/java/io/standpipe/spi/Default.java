package io.standpipe.spi;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of an option that is not given, written as in YAML. It stands here and nowhere else:
 * docs and JSON Schema show it. An option without a default is required, unless its type is {@link
 * java.util.Optional}, a list or a map.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
  /** The value as YAML text, for example {@code 10s}, {@code 1000}, {@code append}. */
  String value();
}
