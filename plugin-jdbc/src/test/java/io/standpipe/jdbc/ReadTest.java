package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.ConnectorException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.JsonProtocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

@ParameterizedClass
@EnumSource(Database.class)
class ReadTest extends DatabaseTest {
  private static final String[] TEXTS = {
    "'O''Brien'",
    "'100%'",
    "'100 percent'",
    "'a_b'",
    "'axb'",
    "'back\\slash'",
    "'backslash'",
    "'say \"hi\"'",
    "''",
    "NULL",
    "'łąka 🚀'",
    "'ends with  '",
    "'two\nlines'"
  };

  private void createPeople() {
    database.execute(
        "CREATE TABLE \""
            + table
            + "\" (\"id\" integer, \"Name\" varchar(50), \"score\" numeric(6,2),"
            + " \"born\" date, \"seen\" timestamp with time zone, \"at\" timestamp, \"odd.one \" varchar(9))");
    for (int i = 0; i < TEXTS.length; i++) {
      database.execute(
          "INSERT INTO \""
              + table
              + "\" VALUES ("
              + i
              + ", "
              + TEXTS[i]
              + ", "
              + i
              + ".25, DATE '20"
              + (10 + i)
              + "-01-31', TIMESTAMP WITH TIME ZONE '20"
              + (10 + i)
              + "-03-01 10:00:00.123456+00', TIMESTAMP '20"
              + (10 + i)
              + "-03-01 10:00:00.123456', 'x')");
    }
    database.execute(
        "INSERT INTO \"" + table + "\" VALUES (NULL, 'nobody', NULL, NULL, NULL, NULL, NULL)");
  }

  @Test
  void read_subsetAndFilter_arePushedDown() {
    createPeople();

    Dataset<Row> rows =
        database.table(table).read(SPARK).filter(col("Name").equalTo("O'Brien")).select("id");

    assertThat(rows.collectAsList()).extracting(row -> row.getInt(0)).containsExactly(0);
    assertThat(rows.queryExecution().executedPlan().toString())
        .contains("PushedFilters: [\"Name\" IS NOT NULL, \"Name\" = 'O''Brien']")
        .contains("ReadSchema: struct<id:int>");
  }

  @Test
  void read_pushedFilter_givesTheRowsOfAnUnpushedOne() {
    createPeople();
    Dataset<Row> pushed = database.table(table).read(SPARK);
    Dataset<Row> local = SPARK.createDataFrame(pushed.collectAsList(), pushed.schema());
    Column name = col("Name");
    List<Column> filters =
        List.of(
            name.equalTo("O'Brien"),
            name.notEqual("O'Brien"),
            name.equalTo(""),
            name.startsWith("100%"),
            name.startsWith("a_"),
            name.startsWith("back\\"),
            name.contains("O'B"),
            name.contains("\""),
            name.contains("%"),
            name.contains("\n"),
            name.endsWith("🚀"),
            name.like("a\\_b"),
            name.like("100_"),
            name.isin("O'Brien", "a_b", "nobody"),
            name.isNull(),
            name.isNotNull().and(col("id").isNull()),
            name.eqNullSafe(null),
            col("id").between(3, 5),
            col("id").isin(1, 2, 3).or(name.equalTo("nobody")),
            col("id").gt(3).and(col("score").leq("9.25")).unary_$bang(),
            name.gt("a"),
            name.lt("b").and(col("id").gt(0)),
            col("born").geq("2015-01-31"),
            col("`odd.one `").equalTo("x"),
            col("seen").lt("2015-03-01T10:00:00.123456Z"),
            col("seen").equalTo("2015-03-01T10:00:00.123456Z"),
            col("at").geq("2015-03-01T10:00:00.123456"));

    for (int i = 0; i < filters.size(); i++) {
      Column filter = filters.get(i);
      assertThat(pushed.filter(filter).collectAsList())
          .as(filter.toString())
          .containsExactlyInAnyOrderElementsOf(local.filter(filter).collectAsList());
      if (i % 3 == 0) {
        assertThat(pushed.filter(filter).select("born").collectAsList())
            .as("without the filtered column: " + filter)
            .hasSameSizeAs(local.filter(filter).collectAsList());
      }
    }
  }

  @Test
  void read_partitioned_equalsASingleRead() {
    createPeople();
    List<Row> single = database.table(table).read(SPARK).collectAsList();

    for (String column : List.of("id", "score", "born", "seen", "at")) {
      Dataset<Row> rows =
          new JdbcConnector(
                  database.config("table", table, "partitionColumn", column, "partitions", 4))
              .read(SPARK);

      assertThat(rows.rdd().getNumPartitions()).as(column).isEqualTo(4);
      assertThat(rows.collectAsList()).as(column).containsExactlyInAnyOrderElementsOf(single);
    }
    Dataset<Row> bounded =
        new JdbcConnector(
                database.config(
                    "table", table, "partitionColumn", "ID", "lowerBound", "4", "upperBound", "6"))
            .read(SPARK);
    assertThat(bounded.collectAsList()).containsExactlyInAnyOrderElementsOf(single);
  }

  @Test
  void read_partitionedAndEmpty_givesNoRows() {
    database.execute("CREATE TABLE \"" + table + "\" (\"id\" integer)");

    assertThat(
            new JdbcConnector(database.config("table", table, "partitionColumn", "id"))
                .read(SPARK)
                .collectAsList())
        .isEmpty();
  }

  @Test
  void read_partitionedByText_isRefused() {
    createPeople();

    assertThatThrownBy(
            () ->
                new JdbcConnector(database.config("table", table, "partitionColumn", "Name"))
                    .read(SPARK))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "partitionColumn 'Name' is string. Choose a numeric, date or timestamp column.");
    assertThatThrownBy(
            () ->
                new JdbcConnector(database.config("table", table, "partitionColumn", "score2"))
                    .read(SPARK))
        .hasMessage("partitionColumn 'score2' is not a column. Did you mean 'score'?");
  }

  @Test
  void read_query_isReadAsATable() {
    createPeople();

    Dataset<Row> rows =
        new JdbcQueryConnector(
                database.config(
                    "query", "SELECT \"id\" AS \"n\" FROM \"" + table + "\" WHERE \"id\" < 3; "))
            .read(SPARK);
    Dataset<Row> commented =
        new JdbcQueryConnector(
                database.config(
                    "query",
                    "SELECT \"id\" AS \"n\" FROM \"" + table + "\" -- all of them",
                    "partitionColumn",
                    "n"))
            .read(SPARK);

    assertThat(rows.filter(col("n").gt(0)).collectAsList())
        .extracting(row -> row.getInt(0))
        .containsExactlyInAnyOrder(1, 2);
    assertThat(commented.count()).isEqualTo(TEXTS.length + 1);
  }

  @Test
  void read_nameInOtherCase_findsTheTable() {
    database.execute(
        "CREATE TABLE " + table + " (id integer)", "INSERT INTO " + table + " VALUES (7)");

    for (String name : List.of(table, table.toUpperCase(), "public." + table, "PUBLIC." + table)) {
      assertThat(database.table(name).read(SPARK).select("id").collectAsList())
          .extracting(row -> row.getInt(0))
          .containsExactly(7);
    }
  }

  @Test
  void read_declaredSchema_givesItsColumnsOrFails() {
    createPeople();

    assertThat(
            new JdbcConnector(database.config("table", table, "schema", "name STRING, id INT"))
                .read(SPARK)
                .columns())
        .containsExactly("name", "id");
    assertThatThrownBy(
            () ->
                new JdbcConnector(database.config("table", table, "schema", "id STRING"))
                    .read(SPARK))
        .hasMessage(
            "column 'id' of table '"
                + table
                + "' is int, but declared as string. Correct"
                + " 'schema'.");
  }

  @Test
  void read_password_isInNoPlanAndNoEvent() throws Exception {
    createPeople();
    List<String> events = new CopyOnWriteArrayList<>();
    SparkListener listener = new EventTexts(events);
    SPARK.sparkContext().addSparkListener(listener);

    Dataset<Row> rows =
        new JdbcConnector(
                database.config("table", table, "partitionColumn", "id", "queryTimeout", "30s"))
            .read(SPARK)
            .filter(col("id").gt(1));
    rows.createOrReplaceTempView("people");
    Dataset<Row> joined = SPARK.sql("SELECT a.id FROM people a JOIN people b ON a.id = b.id");
    joined.collectAsList();
    SPARK.sparkContext().listenerBus().waitUntilEmpty();
    SPARK.sparkContext().removeSparkListener(listener);

    List<String> shown = new ArrayList<>(events);
    shown.add(joined.queryExecution().toString());
    shown.add(joined.queryExecution().logical().toJSON());
    shown.add(joined.queryExecution().optimizedPlan().treeString());
    shown.add(joined.queryExecution().executedPlan().toJSON());
    shown.add(
        joined
            .queryExecution()
            .explainString(org.apache.spark.sql.execution.ExplainMode.fromString("extended")));
    assertThat(events).hasSizeGreaterThan(3);
    assertThat(String.join("\n", shown)).contains("BatchScan jdbc ").doesNotContain("s3cr3t");
  }

  /** Keeps all events in the form in which Spark's UI and event log show them. */
  private static final class EventTexts extends SparkListener {
    private final List<String> texts;

    EventTexts(List<String> texts) {
      this.texts = texts;
    }

    private void keep(SparkListenerEvent event) {
      texts.add(JsonProtocol.sparkEventToJsonString(event));
    }

    @Override
    public void onOtherEvent(SparkListenerEvent event) {
      keep(event);
    }

    @Override
    public void onJobStart(org.apache.spark.scheduler.SparkListenerJobStart event) {
      keep(event);
    }

    @Override
    public void onStageSubmitted(org.apache.spark.scheduler.SparkListenerStageSubmitted event) {
      keep(event);
    }

    @Override
    public void onTaskEnd(org.apache.spark.scheduler.SparkListenerTaskEnd event) {
      keep(event);
    }
  }
}
