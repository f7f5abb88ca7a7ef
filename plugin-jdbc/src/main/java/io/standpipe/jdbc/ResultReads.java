package io.standpipe.jdbc;

import io.standpipe.spi.ConnectorException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.NullOrdering;
import org.apache.spark.sql.connector.expressions.SortDirection;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegralType;
import org.apache.spark.sql.types.TimestampNTZType;

/** How a database is read by result sets. */
enum ResultReads implements ReadDialect {
  /** As the SQL standard says, which H2 keeps to. */
  STANDARD,

  /** Texts have collations of their own there, and literals other forms. */
  MARIADB {
    @Override
    Optional<DataType> type(ResultSetMetaData meta, int index) throws SQLException {
      Family family =
          MariaDb.INSTANCE.family(meta.getColumnType(index), meta.getColumnTypeName(index));
      return switch (family) {
        case TIMESTAMP_WITH_ZONE -> Optional.of(DataTypes.TimestampType);
        case BOOLEAN -> Optional.of(DataTypes.BooleanType);
        case INTEGER -> meta.isSigned(index) ? super.type(meta, index) : unsigned(meta, index);
        default -> super.type(meta, index);
      };
    }

    private Optional<DataType> unsigned(ResultSetMetaData meta, int index) throws SQLException {
      return Optional.of(
          switch (meta.getColumnType(index)) {
            case Types.BIGINT -> new DecimalType(20, 0);
            case Types.INTEGER -> DataTypes.LongType;
            default -> DataTypes.IntegerType;
          });
    }

    @Override
    ReadColumn column(ResultSetMetaData meta, int index, ReadColumn.Field field)
        throws SQLException {
      DataType type = field.type();
      if (type instanceof FloatType) {
        // As text a float has six digits there, a double has all of its own.
        return ReadColumn.incomparable(
            field, "CAST(" + TableId.quote(field.name()) + " AS DOUBLE)");
      }
      boolean alike =
          type instanceof IntegralType
              || type instanceof DateType
              || type instanceof TimestampNTZType
              || type instanceof DecimalType;
      return alike
          ? super.column(meta, index, field)
          : ReadColumn.incomparable(field, TableId.quote(field.name()));
    }

    /** NULL comes before all values there. */
    @Override
    public String sorted(String sql, SortDirection direction, NullOrdering nulls) {
      String key = sql + " " + direction;
      return direction.defaultNullOrdering() == nulls
          ? key
          : sql + " IS NULL " + direction + ", " + key;
    }
  };

  /** Digits of a second that Spark has. */
  private static final int MICROSECONDS = 6;

  @Override
  public List<ReadColumn> columns(Connection connection, ResultSet none, String what)
      throws SQLException {
    ResultSetMetaData meta = none.getMetaData();
    List<ReadColumn> columns = new ArrayList<>();
    for (int i = 1; i <= meta.getColumnCount(); i++) {
      String name = meta.getColumnLabel(i);
      Optional<DataType> type = type(meta, i);
      if (type.isEmpty()) {
        throw new ConnectorException(
            "column '"
                + name
                + "' of "
                + what
                + " has the type "
                + meta.getColumnTypeName(i)
                + ", which Spark cannot read",
            "Read with 'query' and cast it there, for example CAST("
                + TableId.quote(name)
                + " AS varchar).");
      }
      columns.add(column(meta, i, new ReadColumn.Field(name, type.get(), "")));
    }
    return columns;
  }

  ReadColumn column(ResultSetMetaData meta, int index, ReadColumn.Field field) throws SQLException {
    String quoted = TableId.quote(field.name());
    return switch (meta.getColumnType(index)) {
      case Types.BIT,
          Types.BOOLEAN,
          Types.TINYINT,
          Types.SMALLINT,
          Types.INTEGER,
          Types.BIGINT,
          Types.REAL,
          Types.FLOAT,
          Types.DOUBLE,
          Types.DATE ->
          ReadColumn.exact(field, quoted);
      case Types.NUMERIC, Types.DECIMAL ->
          meta.getPrecision(index) <= DecimalType.MAX_PRECISION()
              ? ReadColumn.exact(field, quoted)
              : ReadColumn.incomparable(field, quoted);
      case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE ->
          meta.getScale(index) <= MICROSECONDS
              ? ReadColumn.exact(field, quoted)
              : ReadColumn.incomparable(field, quoted);
      // Only CHARACTER VARYING in the database's own order, which differs for rare characters.
      case Types.VARCHAR ->
          isExactText(meta.getColumnTypeName(index))
              ? new ReadColumn(field, quoted, Optional.of(quoted), Optional.empty())
              : ReadColumn.incomparable(field, quoted);
      default -> ReadColumn.incomparable(field, quoted);
    };
  }

  private static boolean isExactText(String type) {
    return !type.toUpperCase(Locale.ROOT).contains("IGNORECASE");
  }

  Optional<DataType> type(ResultSetMetaData meta, int index) throws SQLException {
    if (meta.getColumnTypeName(index).equals("UUID")) {
      return Optional.of(DataTypes.StringType);
    }
    return Optional.ofNullable(
        switch (meta.getColumnType(index)) {
          case Types.BIT, Types.BOOLEAN -> DataTypes.BooleanType;
          case Types.TINYINT -> DataTypes.ByteType;
          case Types.SMALLINT -> DataTypes.ShortType;
          case Types.INTEGER -> DataTypes.IntegerType;
          case Types.BIGINT -> DataTypes.LongType;
          case Types.REAL -> DataTypes.FloatType;
          case Types.FLOAT, Types.DOUBLE -> DataTypes.DoubleType;
          case Types.NUMERIC, Types.DECIMAL ->
              decimal(meta.getPrecision(index), meta.getScale(index));
          case Types.DATE -> DataTypes.DateType;
          case Types.TIMESTAMP -> DataTypes.TimestampNTZType;
          case Types.TIMESTAMP_WITH_TIMEZONE -> DataTypes.TimestampType;
          case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB ->
              DataTypes.BinaryType;
          case Types.ARRAY, Types.STRUCT, Types.JAVA_OBJECT, Types.REF, Types.NULL -> null;
          default -> DataTypes.StringType;
        });
  }

  /** Of more digits than Spark has, the same share stands after the point. */
  private static DecimalType decimal(int precision, int scale) {
    int most = DecimalType.MAX_PRECISION();
    return precision <= most
        ? new DecimalType(Math.max(precision, scale), scale)
        : new DecimalType(most, (int) (most * ((double) scale / precision)));
  }

  @Override
  public boolean isColumnar() {
    return false;
  }

  @Override
  public boolean hasSnapshots() {
    return false;
  }

  /** One query: without a snapshot that they share, several would see different states. */
  @Override
  public List<String> divide(Connection connection, TableId table, ReadQuery query, int most) {
    return List.of("");
  }

  @Override
  public ReadScan.Size size(Connection connection, TableId table, ReadQuery query) {
    return ReadScan.Size.UNKNOWN;
  }
}
