package io.standpipe.spi;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.functions;

/** Names in Spark SQL, of columns above all, taken literally whatever characters are in them. */
public final class Identifiers {
  private Identifiers() {}

  /** The name in Spark SQL, in DDL too: {@code `a.b`} for {@code a.b}. */
  public static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** The column of exactly this name: dots do not lead into a struct. */
  public static Column column(String name) {
    return functions.col(quoted(name));
  }
}
