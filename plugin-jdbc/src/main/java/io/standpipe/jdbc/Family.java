package io.standpipe.jdbc;

import java.sql.Types;
import java.util.Locale;

/** What a database type holds, as far as a write has to know. */
enum Family {
  BOOLEAN,
  INTEGER,
  DECIMAL,
  SINGLE,
  DOUBLE,
  TEXT,
  DATE,
  TIMESTAMP,
  TIMESTAMP_WITH_ZONE,
  BINARY,
  ARRAY,
  /** Anything else: uuid, time, network addresses, PostgreSQL's json; it takes its text form. */
  OTHER,
  /** H2's json: a text would become a JSON string, not a document. */
  UNWRITABLE;

  /**
   * The family of a column.
   *
   * @param jdbcType one of {@link Types}; PostgreSQL's driver reports its boolean as a bit and its
   *     timestamp with time zone as a timestamp
   */
  static Family of(int jdbcType, String typeName) {
    switch (typeName) {
      case "JSON":
        return UNWRITABLE;
      case "UUID":
        return OTHER;
      default:
        return standard(jdbcType, typeName.toLowerCase(Locale.ROOT));
    }
  }

  /** The family of a type of PostgreSQL's, of which only the name in its catalogue is known. */
  static Family ofPostgres(String typeName) {
    return switch (typeName) {
      case "bool" -> BOOLEAN;
      case "int2", "int4", "int8" -> INTEGER;
      case "numeric" -> DECIMAL;
      case "float4" -> SINGLE;
      case "float8" -> DOUBLE;
      case "text", "varchar", "bpchar", "name" -> TEXT;
      case "date" -> DATE;
      case "timestamp" -> TIMESTAMP;
      case "timestamptz" -> TIMESTAMP_WITH_ZONE;
      case "bytea" -> BINARY;
      default -> OTHER;
    };
  }

  private static Family standard(int jdbcType, String typeName) {
    switch (typeName) {
      case "bool":
      case "boolean":
        return BOOLEAN;
      case "timestamptz":
        return TIMESTAMP_WITH_ZONE;
      case "money":
        return OTHER;
      default:
        return of(jdbcType);
    }
  }

  private static Family of(int jdbcType) {
    return switch (jdbcType) {
      case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> INTEGER;
      case Types.NUMERIC, Types.DECIMAL -> DECIMAL;
      case Types.REAL -> SINGLE;
      case Types.FLOAT, Types.DOUBLE -> DOUBLE;
      case Types.CHAR,
          Types.VARCHAR,
          Types.LONGVARCHAR,
          Types.NCHAR,
          Types.NVARCHAR,
          Types.LONGNVARCHAR,
          Types.CLOB,
          Types.NCLOB ->
          TEXT;
      case Types.DATE -> DATE;
      case Types.TIMESTAMP -> TIMESTAMP;
      case Types.TIMESTAMP_WITH_TIMEZONE -> TIMESTAMP_WITH_ZONE;
      case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> BINARY;
      case Types.ARRAY -> ARRAY;
      default -> OTHER;
    };
  }
}
