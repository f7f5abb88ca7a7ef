package io.standpipe.tck;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.execution.SparkPlan;
import scala.collection.JavaConverters;

/** What Spark's plan of a query asks of a storage. */
final class Plans {
  private Plans() {}

  /** The columns that the scans deliver. */
  static List<String> columnsOfLeaves(Dataset<Row> rows) {
    return leaves(rows).stream()
        .flatMap(leaf -> JavaConverters.seqAsJavaList(leaf.output()).stream())
        .map(Attribute::name)
        .map(name -> name.toLowerCase(Locale.ROOT))
        .toList();
  }

  /** What the scans say of themselves, with the filters that were handed to them. */
  static String textOfLeaves(Dataset<Row> rows) {
    return leaves(rows).stream()
        .map(leaf -> leaf.verboseString(1000))
        .collect(Collectors.joining("\n"));
  }

  private static List<SparkPlan> leaves(Dataset<Row> rows) {
    return JavaConverters.seqAsJavaList(rows.queryExecution().sparkPlan().collectLeaves());
  }
}
