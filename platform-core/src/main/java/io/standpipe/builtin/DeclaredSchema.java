package io.standpipe.builtin;

import io.standpipe.spi.ConnectorException;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;

/** The schema that a storage's configuration gives. */
final class DeclaredSchema {

  private DeclaredSchema() {}

  /**
   * The schema, if one is declared.
   *
   * @throws ConnectorException if it is not DDL
   */
  static Optional<StructType> of(FileConfig config) {
    return config.schema().map(DeclaredSchema::parse);
  }

  private static StructType parse(String ddl) {
    try {
      return StructType.fromDDL(ddl);
    } catch (Exception e) { // Spark's ParseException is checked, but no signature says so.
      throw new ConnectorException(
          "'schema' cannot be parsed: '" + ddl + "'",
          "Write columns and types, for example 'id BIGINT, name STRING'.",
          e);
    }
  }
}
