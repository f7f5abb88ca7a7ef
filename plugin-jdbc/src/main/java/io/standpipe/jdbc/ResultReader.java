package io.standpipe.jdbc;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.unsafe.types.UTF8String;

/** Reads the rows of a JDBC result set. */
final class ResultReader extends PartReader<InternalRow> {

  /** Gives the value of a column as Spark's rows have it, or anything where it is NULL. */
  @FunctionalInterface
  private interface Getter {
    Object get(ResultSet row, int index) throws SQLException;
  }

  private final ReadTask task;
  private final Getter[] getters;
  private final Object[] values;
  private final InternalRow row;
  private Statement statement;
  private ResultSet rows;

  ResultReader(ReadTask task, ReadPartition part) {
    super(task, part);
    this.task = task;
    this.getters = task.fields().stream().map(field -> getter(field.type())).toArray(Getter[]::new);
    this.values = new Object[getters.length];
    this.row = new GenericInternalRow(values);
  }

  @Override
  void start(Connection opened, String sql) throws SQLException {
    statement = opened.createStatement();
    statement.setFetchSize(task.fetchSize());
    rows = statement.executeQuery(sql);
  }

  @Override
  boolean advance() throws SQLException {
    if (!rows.next()) {
      return false;
    }
    for (int i = 0; i < getters.length; i++) {
      try {
        Object value = getters[i].get(rows, i + 1);
        values[i] = rows.wasNull() ? null : value;
      } catch (UnreadableValueException e) {
        throw new UnreadableValueException(
            "column '" + task.fields().get(i).name() + "' holds " + e.getMessage());
      }
    }
    return true;
  }

  @Override
  public InternalRow get() {
    return row;
  }

  @Override
  void cancel(Connection opened) throws SQLException {
    if (statement != null) {
      statement.cancel();
    }
  }

  @Override
  void finish() throws SQLException {
    if (statement != null) {
      statement.close();
    }
  }

  private static Getter getter(DataType type) {
    if (type instanceof StringType) {
      return (row, index) -> UTF8String.fromString(row.getString(index));
    } else if (type instanceof DecimalType decimal) {
      return (row, index) -> decimal(row.getBigDecimal(index), decimal);
    } else if (type instanceof BinaryType) {
      return ResultSet::getBytes;
    } else if (type instanceof DateType) {
      return (row, index) -> day(row.getObject(index, LocalDate.class));
    } else if (type instanceof TimestampType) {
      return (row, index) -> micros(row.getObject(index, OffsetDateTime.class));
    } else if (type instanceof TimestampNTZType) {
      return (row, index) -> micros(row.getObject(index, LocalDateTime.class));
    }
    return primitive(type);
  }

  private static Getter primitive(DataType type) {
    if (type instanceof BooleanType) {
      return ResultSet::getBoolean;
    } else if (type instanceof ByteType) {
      return ResultSet::getByte;
    } else if (type instanceof ShortType) {
      return ResultSet::getShort;
    } else if (type instanceof IntegerType) {
      return ResultSet::getInt;
    } else if (type instanceof LongType) {
      return ResultSet::getLong;
    } else if (type instanceof FloatType) {
      return ResultSet::getFloat;
    } else if (type instanceof DoubleType) {
      return ResultSet::getDouble;
    }
    throw new IllegalArgumentException("no values of type " + type.simpleString());
  }

  private static Object decimal(BigDecimal value, DecimalType type) throws SQLException {
    if (value == null) {
      return null;
    }
    BigDecimal rounded = value.setScale(type.scale(), RoundingMode.HALF_UP);
    if (rounded.precision() > type.precision()) {
      throw new UnreadableValueException(
          "a number too large for a decimal of " + type.precision() + " digits");
    }
    return Decimal.apply(rounded, type.precision(), type.scale());
  }

  private static Object day(LocalDate value) {
    return value == null ? null : (int) value.toEpochDay();
  }

  private static Object micros(OffsetDateTime value) {
    return value == null ? null : SqlLiteral.toMicros(value.toInstant());
  }

  private static Object micros(LocalDateTime value) {
    return value == null ? null : SqlLiteral.toMicros(value.toInstant(ZoneOffset.UTC));
  }
}
