package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDateTime;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.jdbc.JdbcDialect;
import org.apache.spark.sql.jdbc.JdbcDialects;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MetadataBuilder;
import scala.Option;
import scala.collection.immutable.Map;

/**
 * Spark's own dialect of a database with corrections: a timestamp is an instant exactly if the
 * database's type has a time zone, small numbers keep their types, and a filter is pushed down only
 * if the database selects the same rows as Spark would, see {@link FilterSql}.
 */
final class ReadDialect extends JdbcDialect {
  private static final long serialVersionUID = 1L;

  private final String family;

  private ReadDialect(String family) {
    this.family = family;
  }

  /** Makes the dialects known to Spark in this process; a repeat changes nothing. */
  static void register() {
    Registration.DONE.run();
  }

  /** Registers as it is initialised, so once. */
  private static final class Registration {
    static final Runnable DONE = registered();

    private static Runnable registered() {
      JdbcDialects.registerDialect(new ReadDialect("jdbc:postgresql:"));
      JdbcDialects.registerDialect(new ReadDialect("jdbc:h2:"));
      return () -> {};
    }
  }

  /**
   * Equal by name, not by class: a platform that is started later in this process loads this class
   * anew, and Spark then replaces the earlier dialect instead of mixing both.
   */
  @Override
  public boolean equals(Object other) {
    return other != null && other.toString().equals(toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  @Override
  public String toString() {
    return ReadDialect.class.getName() + "[" + family + "]";
  }

  private JdbcDialect own() {
    return JdbcDialects.get(family);
  }

  @Override
  public boolean canHandle(String url) {
    return url.startsWith(ReadDriver.PREFIX)
        && url.regionMatches(true, ReadDriver.PREFIX.length(), family, 0, family.length());
  }

  @Override
  public Option<DataType> getCatalystType(
      int sqlType, String typeName, int size, MetadataBuilder metadata) {
    Family column = Family.of(sqlType, typeName);
    if (column == Family.TIMESTAMP_WITH_ZONE) {
      return Option.apply(DataTypes.TimestampType);
    }
    return switch (sqlType) {
      case Types.TIMESTAMP -> Option.apply(DataTypes.TimestampNTZType);
      case Types.REAL -> Option.apply(DataTypes.FloatType);
      case Types.SMALLINT -> Option.apply(DataTypes.ShortType);
      case Types.TINYINT -> Option.apply(DataTypes.ByteType);
      default -> own().getCatalystType(sqlType, typeName, size, metadata);
    };
  }

  @Override
  public Option<String> compileExpression(Expression expression) {
    return FilterSql.of(expression);
  }

  @Override
  public void beforeFetch(Connection connection, Map<String, String> properties) {
    own().beforeFetch(connection, properties);
  }

  @Override
  public Timestamp convertJavaTimestampToTimestamp(Timestamp timestamp) {
    return own().convertJavaTimestampToTimestamp(timestamp);
  }

  @Override
  public LocalDateTime convertJavaTimestampToTimestampNTZ(Timestamp timestamp) {
    return own().convertJavaTimestampToTimestampNTZ(timestamp);
  }
}
