package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.countDistinct;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever the database does for Spark, the rows are those that Spark would have found. */
@ParameterizedClass
@EnumSource(Database.class)
class PushDownTest {
  private static final String TEXTS =
      "'', ' ', 'a', 'A', 'ab', 'a ', 'B', 'b', 'Z', 'z', 'ä', 'é', 'zz', '_', '%', 'łąka', '🚀', '\uFFFD'";

  private static final Map<Database, String> TABLES = new EnumMap<>(Database.class);

  /** Compiles nothing: these are many small queries. */
  private static final SparkSession INTERPRETING = SPARK.newSession();

  static {
    INTERPRETING.conf().set("spark.sql.codegen.wholeStage", false);
    INTERPRETING.conf().set("spark.sql.codegen.factoryMode", "NO_CODEGEN");
  }

  @Parameter Database database;
  private Dataset<Row> pushed;
  private Dataset<Row> local;

  private static String create(Database database) {
    String table = Database.newTable();
    database.execute(
        "CREATE TABLE \""
            + table
            + "\" (\"i\" integer, \"l\" bigint, \"s\" smallint, \"d\" double precision, \"r\" real,"
            + " \"n\" numeric(10,2), \"t\" varchar(20), \"c\" char(3), \"b\" boolean, \"day\" date,"
            + " \"at\" timestamp, \"seen\" timestamp with time zone, \"u\" uuid, \"x\" "
            + (database == Database.POSTGRESQL ? "numeric" : "numeric(30,20)")
            + ")");
    String[] texts = TEXTS.split(", ");
    for (int i = 0; i < texts.length; i++) {
      String d = i == 4 ? "CAST('NaN' AS double precision)" : i == 5 ? "-0.0" : (i - 6) + ".5";
      database.execute(
          String.format(
              "INSERT INTO \"%s\" VALUES (%d, %d, %d, %s, %s, %s.%02d, %s, 'c%d', %s, DATE '20%02d-01-31',"
                  + " TIMESTAMP '2024-03-31 02:%02d:00.000001', TIMESTAMP WITH TIME ZONE"
                  + " '2024-03-31 00:%02d:00+00', '00000000-0000-0000-0000-0000000000%02d',"
                  + " 0.%020d)",
              table,
              i % 5 - 2,
              i * 3_000_000_000L,
              i % 3,
              d,
              i == 4 ? "CAST('NaN' AS real)" : "0." + i,
              i % 2 == 0 ? i : -i,
              i,
              texts[i],
              i % 4,
              i % 2 == 0,
              i,
              i,
              i,
              i,
              i));
    }
    database.execute("INSERT INTO \"" + table + "\" (\"t\") VALUES (NULL)");
    return table;
  }

  @BeforeEach
  void read() {
    String table = TABLES.computeIfAbsent(database, PushDownTest::create);
    pushed = new JdbcConnector(database.config("table", table, "partitions", 1)).read(INTERPRETING);
    local = INTERPRETING.createDataFrame(pushed.collectAsList(), pushed.schema());
  }

  /** Comparisons of each column with each of some values. */
  private static List<Column> filters() {
    List<Column> filters = new ArrayList<>();
    List<Object[]> operands =
        List.of(
            new Object[] {"i", 0, -2, 99},
            new Object[] {"l", 3_000_000_000L, Long.MIN_VALUE, Long.MAX_VALUE},
            new Object[] {"s", (short) 1},
            new Object[] {"d", 0.0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, 2.5},
            new Object[] {"r", 0.3f, Float.NaN},
            new Object[] {"n", new java.math.BigDecimal("-3.03")},
            new Object[] {"t", "", "a", "A ", "b", "ä", "\uFFFD", "O'Brien"},
            new Object[] {"c", "c1", "c1 ", ""},
            new Object[] {"b", true},
            new Object[] {"day", java.sql.Date.valueOf("2009-01-31")},
            new Object[] {
              "seen", java.sql.Timestamp.from(java.time.Instant.parse("2024-03-31T00:07:00Z"))
            },
            new Object[] {"at", java.time.LocalDateTime.parse("2024-03-31T02:07:00.000001")},
            new Object[] {"u", "00000000-0000-0000-0000-000000000007", "7"},
            new Object[] {"x", new java.math.BigDecimal("0.000000000000000000")});
    for (Object[] operand : operands) {
      Column column = col((String) operand[0]);
      filters.add(column.isNull());
      filters.add(column.isNotNull().and(col("i").gt(0)));
      filters.add(column.isin(java.util.Arrays.copyOfRange(operand, 1, operand.length)));
      for (int i = 1; i < operand.length; i++) {
        Object value = operand[i];
        Stream.of(
                column.equalTo(value),
                column.notEqual(value),
                column.eqNullSafe(value),
                column.lt(value),
                column.geq(value))
            .forEach(filters::add);
      }
      filters.add(functions.not(column.equalTo(operand[1]).or(col("b"))));
    }
    filters.addAll(
        List.of(
            col("t").startsWith("a"),
            col("t").endsWith(" "),
            col("t").contains("_"),
            col("t").contains("%"),
            col("c").startsWith("c1"),
            col("u").endsWith("7"),
            col("t").equalTo(col("u")),
            col("t").lt(col("u")),
            col("d").eqNullSafe(col("d")),
            functions.upper(col("t")).equalTo("A"),
            functions.lit(false)));
    return filters;
  }

  @Test
  void filter_any_givesTheRowsOfSparkItself() {
    List<Column> filters = filters();
    List<Column> outcomes = new ArrayList<>(List.of(col("l")));
    outcomes.addAll(filters);
    List<Row> expected = local.select(outcomes.toArray(Column[]::new)).collectAsList();

    Map<Integer, List<Object>> found = found(filters);
    for (int i = 0; i < filters.size(); i++) {
      int outcome = i + 1;
      assertThat(found.getOrDefault(i, List.of()))
          .as(filters.get(i).toString())
          .containsExactlyInAnyOrderElementsOf(
              expected.stream()
                  .filter(row -> Boolean.TRUE.equals(row.get(outcome)))
                  .map(row -> row.get(0))
                  .toList());
    }
  }

  /** What each filter finds; many in one job, which is faster. */
  private Map<Integer, List<Object>> found(List<Column> filters) {
    Map<Integer, List<Object>> found = new HashMap<>();
    for (int from = 0; from < filters.size(); from += 25) {
      IntStream.range(from, Math.min(from + 25, filters.size()))
          .mapToObj(i -> pushed.filter(filters.get(i)).select(functions.lit(i), col("l")))
          .reduce(Dataset::union)
          .orElseThrow()
          .collectAsList()
          .forEach(
              row -> found.computeIfAbsent(row.getInt(0), i -> new ArrayList<>()).add(row.get(1)));
    }
    return found;
  }

  /** Rows with NaN are not equal to themselves by their doubles. */
  private static int sameText(Row left, Row right) {
    return left.toString().compareTo(right.toString());
  }

  private static String plan(Dataset<Row> rows) {
    return rows.queryExecution().optimizedPlan().toString()
        + rows.queryExecution().sparkPlan().toString();
  }

  @Test
  void filter_ofTexts_isPushedAsTheDatabaseCan() {
    String order = plan(pushed.filter(col("t").lt("b")));
    String blanks = plan(pushed.filter(col("c").equalTo("c1")));
    String unicode = plan(pushed.filter(col("u").equalTo("00000000-0000-0000-0000-000000000007")));

    if (database == Database.POSTGRESQL) {
      assertThat(order).contains("\"t\" COLLATE \"C\" < 'b'").doesNotContain("Filter ");
      assertThat(unicode).contains("\"u\" = '00000000-0000-0000-0000-000000000007'");
    } else {
      assertThat(order).doesNotContain("\"t\" <").contains("Filter ");
    }
    assertThat(blanks).doesNotContain("\"c\" =").contains("Filter ");
  }

  @Test
  void aggregate_exactOnes_arePushedAndEqual() {
    List<Column> exact =
        List.of(
            count("*"),
            count(col("t")),
            count(col("c")),
            countDistinct("n"),
            min("i"),
            max("l"),
            min("d"),
            max("n"),
            min("day"),
            max("at"),
            max("seen"),
            sum("i"),
            sum("s"),
            sum("n"));
    for (Column aggregate : exact) {
      assertAggregate(aggregate, true);
    }
    boolean sorts = database == Database.POSTGRESQL;
    assertAggregate(min("t"), sorts);
    assertAggregate(max("u"), sorts);
    assertAggregate(sum("l"), false);
    assertAggregate(sum("d"), false);
    // Spark itself makes a sum and a count of it.
    assertAggregate(avg("i"), true);
    assertAggregate(max("b"), false);
    assertAggregate(max("c"), false);
  }

  private void assertAggregate(Column aggregate, boolean expected) {
    Dataset<Row> result = pushed.filter(col("i").leq(1)).agg(aggregate);

    assertThat(result.collectAsList())
        .as(aggregate.toString())
        .isEqualTo(local.filter(col("i").leq(1)).agg(aggregate).collectAsList());
    assertThat(plan(result).contains("PushedAggregates: ["))
        .as(aggregate.toString())
        .isEqualTo(expected);
  }

  @Test
  void group_byExactColumns_isPushedAndEqual() {
    for (String column : List.of("i", "b", "t", "day", "n")) {
      Dataset<Row> result = pushed.groupBy(column).agg(count("*"), max("l"));

      assertThat(plan(result)).contains("PushedGroupBy: [");
      assertThat(result.collectAsList())
          .as(column)
          .containsExactlyInAnyOrderElementsOf(
              local.groupBy(column).agg(count("*"), max("l")).collectAsList());
    }
    Dataset<Row> having = pushed.groupBy("i").agg(sum("s").as("n")).filter("n > 2").select("i");
    assertThat(having.collectAsList())
        .containsExactlyInAnyOrderElementsOf(
            local.groupBy("i").agg(sum("s").as("n")).filter("n > 2").select("i").collectAsList());
    assertThat(plan(pushed.groupBy("d").count())).doesNotContain("PushedGroupBy");
    assertThat(plan(pushed.groupBy("c").count())).doesNotContain("PushedGroupBy");
  }

  @Test
  void sortedLimit_isPushedWhereTheOrderIsSparks() {
    List<Column> orders =
        List.of(
            col("l").asc(),
            col("l").desc(),
            col("l").asc_nulls_last(),
            col("d").desc_nulls_first(),
            col("day").desc(),
            col("t").asc(),
            col("t").desc(),
            col("u").desc());
    for (Column order : orders) {
      Dataset<Row> first = pushed.orderBy(order, col("l").asc()).limit(7);

      assertThat(first.collectAsList())
          .as(order.toString())
          .usingElementComparator(PushDownTest::sameText)
          .containsExactlyElementsOf(local.orderBy(order, col("l").asc()).limit(7).collectAsList());
      boolean text = order.toString().matches("[tu] .*");
      assertThat(plan(first).contains("PushedOrderBy: ["))
          .as(order.toString())
          .isEqualTo(database == Database.POSTGRESQL || !text);
    }
  }

  @Test
  void limit_isPushed() {
    Dataset<Row> some = pushed.filter(col("b")).limit(3);

    assertThat(plan(some)).contains("PushedLimit: 3");
    assertThat(some.collectAsList()).hasSize(3);
    assertThat(pushed.limit(0).collectAsList()).isEmpty();
    assertThat(pushed.limit(100).count()).isEqualTo(local.count());
    assertThat(pushed.offset(2).count()).isEqualTo(local.count() - 2);
  }

  @Test
  void noColumns_countsRows() {
    assertThat(pushed.filter(col("t").isNotNull()).select().count())
        .isEqualTo(TEXTS.split(", ").length);
    assertThat(pushed.select(functions.lit(1)).collectAsList()).hasSize((int) local.count());
  }
}
