package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.apache.spark.sql.connector.expressions.NullOrdering;
import org.apache.spark.sql.connector.expressions.SortDirection;

/** How a database is read, and what it does exactly as Spark. */
interface ReadDialect {

  /**
   * The columns of a result.
   *
   * @param what is read, for messages
   * @throws io.standpipe.spi.ConnectorException for a type that Spark cannot hold; it names the
   *     column
   */
  List<ReadColumn> columns(Connection connection, ResultSet none, String what) throws SQLException;

  /** Whether tasks get columns by PostgreSQL's COPY; else rows of a result set. */
  boolean isColumnar();

  /** Whether one transaction can let others see what it sees. */
  boolean hasSnapshots();

  /**
   * Conditions under which queries share the rows of a table among them. Together they cover each
   * row once, whatever happens to the table before the queries run. An empty one is all rows.
   *
   * @param most the largest number of queries
   */
  List<String> divide(Connection connection, TableId table, ReadQuery query, int most)
      throws SQLException;

  /**
   * How much a query of a table gives, if the database knows.
   *
   * @param query without conditions
   */
  ReadScan.Size size(Connection connection, TableId table, ReadQuery query) throws SQLException;

  /** A sort key with the place of its NULLs. */
  default String sorted(String sql, SortDirection direction, NullOrdering nulls) {
    return sql + " " + direction + " " + nulls;
  }
}
