package io.standpipe.factory;

import java.lang.reflect.Type;
import org.apache.commons.lang3.ClassUtils;
import org.apache.commons.lang3.reflect.TypeUtils;

/** Types as people write them. */
public final class TypeNames {
  private TypeNames() {}

  /** Without packages: {@code Dataset<Row>}. */
  public static String of(Type type) {
    return TypeUtils.toString(type).replaceAll("\\b[a-z_][A-Za-z0-9_]*\\.", "").replace('$', '.');
  }

  static Type boxed(Type type) {
    return type instanceof Class<?> simple ? ClassUtils.primitiveToWrapper(simple) : type;
  }
}
