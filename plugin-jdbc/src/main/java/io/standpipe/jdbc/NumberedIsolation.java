package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.types.DataType;

/**
 * For databases that number the rows of a staging table, and turn values into the types of the
 * target by themselves.
 *
 * @param number the column with the numbers, for SQL
 */
record NumberedIsolation(Dialect dialect, String number, String textParameter)
    implements IsolationDialect {
  private static final long BLOCK = 4096;

  @Override
  public Optional<String> lenient(DataType type) {
    return dialect.typeFor(type);
  }

  @Override
  public String values(Connection connection, WritePlan plan) {
    return TableId.quoteAll(plan.targetNames());
  }

  @Override
  public List<Places> blocks(Connection connection, TableId stage) throws SQLException {
    String sql = "SELECT min(" + number + "), max(" + number + ") FROM " + stage.sql();
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet row = statement.executeQuery()) {
      row.next();
      long first = row.getLong(1);
      if (row.wasNull()) {
        return List.of();
      }
      long end = row.getLong(2) + 1;
      List<Places> blocks = new ArrayList<>();
      for (long from = first; from < end; from += BLOCK) {
        blocks.add(new Places(from, Math.min(from + BLOCK, end)));
      }
      return blocks;
    }
  }

  @Override
  public Halves halves(Places places) {
    long middle = (places.from() + places.to()) / 2;
    return new Halves(new Places(places.from(), middle), new Places(middle, places.to()));
  }

  @Override
  public String within(Places places) {
    return number + " >= " + places.from() + " AND " + number + " < " + places.to();
  }
}
