package io.standpipe.pipeline;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.parser.CatalystSqlParser$;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias;
import org.apache.spark.sql.catalyst.plans.logical.SubqueryAlias$;
import org.apache.spark.sql.catalyst.plans.logical.UnresolvedWith;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * A parsed query over named inputs. The inputs are bound as common table expressions around the
 * query, so that no temporary view is left in anybody's session and two runs in one session do not
 * meet.
 */
final class SqlText {
  private final LogicalPlan parsed;
  private final Set<String> tables;
  private boolean readsCatalog;

  private SqlText(LogicalPlan parsed) {
    this.parsed = parsed;
    Set<String> found = new java.util.LinkedHashSet<>();
    collectTables(parsed, Set.of(), found);
    this.tables = found;
  }

  /** A query. Statements that change something do not parse. */
  static SqlText query(String sql) throws SqlProblem {
    return new SqlText(analyze(() -> CatalystSqlParser$.MODULE$.parseQuery(sql)));
  }

  /** {@code SELECT * FROM table WHERE condition}. */
  static SqlText filter(String table, String condition) throws SqlProblem {
    LogicalPlan relation = CatalystSqlParser$.MODULE$.parseQuery("SELECT * FROM `" + table + "`");
    return new SqlText(new Filter(expression(condition), relation));
  }

  /** The rows for which the condition is true. */
  static Filter filter(LogicalPlan rows, String condition) throws SqlProblem {
    return new Filter(expression(condition), rows);
  }

  private static Expression expression(String condition) throws SqlProblem {
    return analyze(() -> CatalystSqlParser$.MODULE$.parseExpression(condition));
  }

  /**
   * The one-part table names that the query refers to, as written, without its own common table
   * expressions.
   */
  Set<String> tables() {
    return tables;
  }

  /**
   * Whether it also reads tables of a catalog, {@code database.table}, which only a session knows.
   */
  boolean readsCatalog() {
    return readsCatalog;
  }

  /** The plan with its inputs bound by name. */
  LogicalPlan bind(Map<String, LogicalPlan> inputs) {
    if (inputs.isEmpty()) {
      return parsed;
    }
    List<Tuple2<String, SubqueryAlias>> relations = new ArrayList<>();
    new LinkedHashMap<>(inputs)
        .forEach(
            (name, plan) ->
                relations.add(new Tuple2<>(name, SubqueryAlias$.MODULE$.apply(name, plan))));
    return new UnresolvedWith(parsed, toScala(relations));
  }

  /** Runs something of Spark's that analyzes SQL. */
  static <T> T analyze(Callable<T> analysis) throws SqlProblem {
    try {
      return analysis.call();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) { // Scala does not declare it, but AnalysisException is checked
      if (e instanceof AnalysisException problem) {
        throw SqlProblem.of(problem);
      }
      throw new IllegalStateException(e);
    }
  }

  static <T> Seq<T> toScala(List<T> list) {
    return JavaConverters.asScalaBuffer(list).toSeq();
  }

  private void collectTables(LogicalPlan plan, Set<String> scope, Set<String> found) {
    Set<String> inner = scope;
    if (plan instanceof UnresolvedWith with) {
      inner = new HashSet<>(scope);
      for (Tuple2<String, SubqueryAlias> relation :
          JavaConverters.seqAsJavaList(with.cteRelations())) {
        collectTables(relation._2(), inner, found);
        inner.add(relation._1().toLowerCase(Locale.ROOT));
      }
    } else if (plan instanceof UnresolvedRelation relation
        && relation.multipartIdentifier().size() == 1) {
      String name = relation.multipartIdentifier().head();
      if (!scope.contains(name.toLowerCase(Locale.ROOT))) {
        found.add(name);
      }
    } else if (plan instanceof UnresolvedRelation) {
      readsCatalog = true;
    }
    for (LogicalPlan child : JavaConverters.seqAsJavaList(plan.children())) {
      collectTables(child, inner, found);
    }
    for (Expression expression : JavaConverters.seqAsJavaList(plan.expressions())) {
      collectTables(expression, inner, found);
    }
  }

  private void collectTables(Expression expression, Set<String> scope, Set<String> found) {
    if (expression instanceof SubqueryExpression subquery) {
      collectTables((LogicalPlan) subquery.plan(), scope, found);
    }
    for (Expression child : JavaConverters.seqAsJavaList(expression.children())) {
      collectTables(child, scope, found);
    }
  }

  /** SQL that does not parse or does not fit its inputs. The message has the place in the SQL. */
  static final class SqlProblem extends Exception {
    private static final long serialVersionUID = 1L;

    SqlProblem(String message) {
      super(message);
    }

    private SqlProblem(String message, Throwable cause) {
      super(message, cause);
    }

    static SqlProblem of(AnalysisException e) {
      // ParseException's message repeats the query with a marker under the place; the first line is
      // the reason.
      String message = e instanceof ParseException ? e.getMessage().strip() : e.getSimpleMessage();
      message = message.replaceFirst("^\\[[A-Z_.]+] ", "").replaceFirst(" SQLSTATE: \\w+", "");
      int end = message.indexOf("\n");
      String first =
          (end < 0 ? message : message.substring(0, end))
              .replaceFirst("; ?line \\d+ pos \\d+;?$", "");
      first = first.replaceFirst("\\(line \\d+, pos \\d+\\)$", "").strip();
      String place =
          e.line().isDefined() && e.startPosition().isDefined()
              ? "line "
                  + e.line().get()
                  + ", column "
                  + ((Integer) e.startPosition().get() + 1)
                  + ": "
              : "";
      return new SqlProblem(place + first, e);
    }
  }
}
