package io.standpipe.builtin;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.SupportsRead;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.ParsedStatement;
import scala.collection.JavaConverters;

/** A view or a query: it can only be read. */
final class SqlQueryConnector implements SupportsRead {
  private final SqlConfig config;

  SqlQueryConnector(SqlConfig config) {
    this.config = config;
  }

  @Override
  public Dataset<Row> read(SparkSession session) {
    if (config.view().isPresent()) {
      String view = config.view().get();
      return SparkFailure.guard("read view '" + view + "'", () -> session.table(view));
    }
    String query = config.query().orElseThrow();
    return SparkFailure.guard("run the query", () -> query(session, query));
  }

  private static Dataset<Row> query(SparkSession session, String query) throws Exception {
    if (changes(session.sessionState().sqlParser().parsePlan(query))) {
      throw new ConnectorException(
          "the query is a command, not a query: " + query,
          "Write a SELECT; a storage is read without changing anything.");
    }
    return session.sql(query);
  }

  /** Spark would run a command at once, each time that the storage is opened. */
  private static boolean changes(LogicalPlan plan) {
    return plan instanceof Command
        || plan instanceof ParsedStatement
        || JavaConverters.seqAsJavaList(plan.children()).stream()
            .anyMatch(SqlQueryConnector::changes);
  }
}
