package io.standpipe.dynamodb;

import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * What all tasks of a read have in common.
 *
 * @param path the table or the index that is read
 * @param columns the columns that are read; none if rows are only counted
 * @param allColumns whether those are all that the table has, as far as is known, and the path has
 *     them all: then a projection is of use only if items turn out to have more
 * @param filter a filter expression, or empty
 * @param sortCondition a condition on the sort key for queries, or empty
 * @param placeholders of the expressions
 * @param limit rows that suffice, 0 for all
 * @param unitsPerSecond what one task may use, 0 for no limit
 */
record ReadPlan(
    Access access,
    TableInfo table,
    TableInfo.Path path,
    StructType columns,
    boolean allColumns,
    String filter,
    String sortCondition,
    Placeholders placeholders,
    boolean consistent,
    int limit,
    double unitsPerSecond)
    implements Serializable {

  /** DynamoDB takes no longer expression; some bytes are left for a key condition. */
  static final int LONGEST_EXPRESSION = 3_500;

  /** Whether nothing but the number of rows matters. */
  boolean countsOnly() {
    return columns.isEmpty();
  }

  /** The columns as an expression, with its placeholders; empty if it would be too long. */
  String projection(Placeholders target) {
    List<String> names = List.of(RawKeys.attributes(columns));
    if (names.size() * 7 > LONGEST_EXPRESSION) {
      return "";
    }
    return String.join(", ", names.stream().map(target::name).toList());
  }
}
