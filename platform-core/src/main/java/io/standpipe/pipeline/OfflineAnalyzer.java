package io.standpipe.pipeline;

import io.standpipe.pipeline.SqlText.SqlProblem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.QueryPlanningTracker;
import org.apache.spark.sql.catalyst.analysis.Analyzer;
import org.apache.spark.sql.catalyst.analysis.FakeV2SessionCatalog$;
import org.apache.spark.sql.catalyst.analysis.FunctionRegistry;
import org.apache.spark.sql.catalyst.analysis.TableFunctionRegistry;
import org.apache.spark.sql.catalyst.catalog.InMemoryCatalog;
import org.apache.spark.sql.catalyst.catalog.SessionCatalog;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.types.DataTypeUtils;
import org.apache.spark.sql.connector.catalog.CatalogManager;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/**
 * Spark's own analyzer without a Spark session: it resolves columns, functions and types of a query
 * whose inputs' schemas are known. Functions that a session extension brings are unknown to it.
 */
final class OfflineAnalyzer {
  private final SQLConf conf = new SQLConf();
  private final Analyzer analyzer;

  /**
   * @param properties Spark properties; those that change the meaning of SQL matter here
   */
  OfflineAnalyzer(Map<String, String> properties) {
    properties.forEach(
        (key, value) -> {
          if (key.startsWith("spark.sql.")) {
            conf.setConfString(key, value);
          }
        });
    SessionCatalog catalog =
        new SessionCatalog(
            new InMemoryCatalog(new SparkConf(false), new Configuration(false)),
            FunctionRegistry.builtin(),
            TableFunctionRegistry.builtin(),
            conf);
    analyzer = new Analyzer(new CatalogManager(FakeV2SessionCatalog$.MODULE$, catalog));
  }

  /** The schema of the query's result. */
  StructType schema(SqlText query, Map<String, StructType> inputs) throws SqlProblem {
    Map<String, LogicalPlan> relations = new LinkedHashMap<>();
    inputs.forEach((name, schema) -> relations.put(name, relation(schema)));
    return analyzed(query.bind(relations)).schema();
  }

  /** A plan with its columns, functions and types resolved. */
  LogicalPlan analyzed(LogicalPlan plan) throws SqlProblem {
    return SqlText.analyze(
        () ->
            SQLConf.withExistingConf(
                conf,
                () ->
                    analyzer.executeAndCheck(
                        plan, new QueryPlanningTracker(scala.Option.empty()))));
  }

  /** An empty table with these columns. */
  static LogicalPlan relation(StructType schema) {
    return relation(schema, false);
  }

  /** A stream of rows with these columns that never come. */
  static LogicalPlan stream(StructType schema) {
    return relation(schema, true);
  }

  private static LogicalPlan relation(StructType schema, boolean streaming) {
    List<Attribute> columns =
        new ArrayList<>(JavaConverters.seqAsJavaList(DataTypeUtils.toAttributes(schema)));
    return new LocalRelation(
        SqlText.toScala(columns), SqlText.toScala(List.<InternalRow>of()), streaming);
  }
}
