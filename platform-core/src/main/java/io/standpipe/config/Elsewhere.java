package io.standpipe.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A key that a record has not, although people may look for it there. */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@interface Elsewhere {
  /** The key. */
  String key();

  /** Where it belongs, a sentence. */
  String hint();
}
