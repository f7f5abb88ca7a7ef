package io.standpipe.jdbc;

import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.execution.CoalesceExec;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.FileSourceScanExec;
import org.apache.spark.sql.execution.FilterExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.LocalTableScanExec;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.RangeExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.UnionExec;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.internal.SQLConf;
import scala.collection.JavaConverters;

/**
 * Tells rows that one task computes as fast as a database takes them: they come from columnar files
 * through projections and filters, and are not so many that starting again would hurt.
 */
final class LightPlan {
  /** By Spark's estimate; what is lost at most when the one task fails. */
  private static final long MOST_BYTES = 4L << 30;

  private LightPlan() {}

  static boolean isLight(QueryExecution query) {
    return query.optimizedPlan().stats().sizeInBytes().$less$eq(scala.math.BigInt.apply(MOST_BYTES))
        && SQLConf.withExistingConf(
            query.sparkSession().sessionState().conf(), () -> isLight(query.executedPlan()));
  }

  private static boolean isLight(SparkPlan plan) {
    boolean known =
        plan instanceof ProjectExec
            || plan instanceof FilterExec
            || plan instanceof UnionExec
            || plan instanceof CoalesceExec
            || plan instanceof WholeStageCodegenExec
            || plan instanceof InputAdapter
            || plan instanceof ColumnarToRowExec
            || plan instanceof RangeExec
            || plan instanceof LocalTableScanExec
            || (plan instanceof FileSourceScanExec scan && scan.supportsColumnar());
    return known
        && plan.expressions().forall(e -> !e.exists(part -> part instanceof UserDefinedExpression))
        && JavaConverters.seqAsJavaList(plan.children()).stream().allMatch(LightPlan::isLight);
  }
}
