package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;
import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;

/** Reading and writing a real MariaDB. */
class MariaDbTest extends MariaDbTable {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);

  @Test
  void append_sameTokenTwice_writesOnce() {
    WriteRequest request = APPEND.withToken(new CommitToken("run", table));

    assertThat(connector.write(SPARK, SPARK.range(0, 3, 1, 2).toDF("id"), request))
        .isEqualTo(WriteResult.committed(3));
    assertThat(connector.write(SPARK, SPARK.range(3).toDF("id"), request))
        .isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(ids()).containsExactly("0", "1", "2");
    assertThat(connector.read(SPARK).where("id > 0").count()).isEqualTo(2);
    connector.drop(SPARK);
    assertThat(connector.exists(SPARK)).isFalse();
  }

  @Test
  void append_sameTokenAtTheSameTime_writesOnce() {
    connector.write(
        SPARK, SPARK.range(0).toDF("id"), APPEND.withToken(new CommitToken("a", table)));
    WriteRequest request = APPEND.withToken(new CommitToken("run", table));

    CompletableFuture<WriteResult> other =
        CompletableFuture.supplyAsync(
            () -> connector().write(SPARK, SPARK.range(50).toDF("id"), request));
    WriteResult result = connector.write(SPARK, SPARK.range(50).toDF("id"), request);

    assertThat(List.of(result.outcome(), other.join().outcome()))
        .containsExactlyInAnyOrder(Outcome.COMMITTED, Outcome.ALREADY_COMMITTED);
    assertThat(ids()).hasSize(50);
  }

  @Test
  void append_everyType_arrives() {
    String row =
        "SELECT true AS b, 1S AS s, 2 AS i, 3L AS l, 0.5F AS f, 0.25D AS d, 12.50BD AS n,"
            + " 'Zürich \uD83D\uDE00 \"q\"' AS t, DATE '2001-02-03' AS day,"
            + " TIMESTAMP '2001-02-03 09:00:00.123456 Asia/Tokyo' AS at,"
            + " TIMESTAMP_NTZ '1900-01-01 00:00:00.5' AS local, X'00ff' AS raw,"
            + " CAST(NULL AS STRING) AS nothing";
    connector.write(SPARK, SPARK.sql(row), APPEND);
    // The second time the table tells the types.
    connector.write(SPARK, SPARK.sql(row), APPEND);

    assertThat(
            SERVER.texts(
                "SELECT concat_ws('|', b, s, i, l, f, d, n, t, day, at, local, hex(raw),"
                    + " nothing IS NULL) FROM "
                    + table))
        .containsOnly(
            "1|1|2|3|0.5|0.25|12.50|Zürich \uD83D\uDE00 \"q\"|2001-02-03|"
                + "2001-02-03 00:00:00.123456|1900-01-01 00:00:00.500000|00FF|1")
        .hasSize(2);
  }

  @Test
  void read_floats_haveAllTheirDigits() {
    String row = "SELECT CAST('3.4028235E38' AS FLOAT) AS f, CAST('1.4E-45' AS FLOAT) AS g";
    connector.write(SPARK, SPARK.sql(row), APPEND);

    assertThat(connector.read(SPARK).collectAsList()).isEqualTo(SPARK.sql(row).collectAsList());
  }

  @Test
  void upsert_textKeyWithoutLength_isRefused() {
    assertThatThrownBy(
            () -> connector.upsert(SPARK, SPARK.sql("SELECT 'a' AS k"), WriteRequest.upsert("k")))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("used in key specification without a key length");
  }

  @Test
  void append_evolving_addsColumns() {
    connector.write(SPARK, SPARK.range(1).toDF("id"), APPEND);
    connector.write(
        SPARK,
        SPARK.range(1, 2).selectExpr("id", "'x' AS more"),
        APPEND.evolving(SchemaEvolution.ADD_COLUMNS));

    assertThat(SERVER.texts("SELECT more FROM " + table + " ORDER BY id"))
        .containsExactly(null, "x");
  }

  @Test
  void overwrite_badRow_keepsTheOldRows() {
    SERVER.execute(
        "CREATE TABLE " + table + " (id bigint CHECK (id < 100))",
        "INSERT INTO " + table + " VALUES (1)");
    WriteRequest overwrite = WriteRequest.of(WriteMode.OVERWRITE);

    assertThatThrownBy(() -> connector.write(SPARK, SPARK.range(90, 110).toDF("id"), overwrite))
        .isInstanceOf(ConnectorException.class)
        .hasMessageEndingWith("Correct the rows, or the constraints and types of the table.");
    assertThat(ids()).containsExactly("1");
    assertThat(connector.write(SPARK, SPARK.range(7, 9).toDF("id"), overwrite))
        .isEqualTo(WriteResult.committed(2));
    assertThat(ids()).containsExactly("7", "8");
    connector.write(
        SPARK,
        SPARK.range(8, 10).toDF("id"),
        overwrite.replacing(Condition.column("id").atLeast(8)));
    assertThat(ids()).containsExactly("7", "8", "9");
  }

  @Test
  void upsert_keysThatAreThere_areUpdatedOrIgnored() {
    WriteRequest upsert = WriteRequest.upsert("id");
    String ddl = "id BIGINT, n INT";
    connector.upsert(SPARK, rows(ddl, RowFactory.create(1L, 1), RowFactory.create(2L, 2)), upsert);

    assertThat(
            connector.upsert(
                SPARK, rows(ddl, RowFactory.create(2L, 20), RowFactory.create(3L, 30)), upsert))
        .isEqualTo(WriteResult.committed(2));
    assertThat(
            connector("onConflict", "ignore")
                .upsert(
                    SPARK, rows(ddl, RowFactory.create(3L, 0), RowFactory.create(4L, 4)), upsert))
        .isEqualTo(WriteResult.committed(1));
    assertThat(SERVER.texts("SELECT concat(id, ':', n) FROM " + table + " ORDER BY id"))
        .containsExactly("1:1", "2:20", "3:30", "4:4");
    assertThatThrownBy(
            () ->
                connector.upsert(
                    SPARK, rows(ddl, RowFactory.create(5L, 0), RowFactory.create(5L, 4)), upsert))
        .isInstanceOf(RefusedRowsException.class)
        .hasMessageContaining("have the key id=5");
  }

  @Test
  void delete_keysOrCondition_removesTheseRows() {
    SERVER.execute("CREATE TABLE " + table + " (id bigint, name varchar(20))");
    connector.write(SPARK, SPARK.range(10).selectExpr("id", "concat('n_', id) AS name"), APPEND);

    assertThat(connector.delete(SPARK, SPARK.range(3).toDF("id"), WriteRequest.delete("id")))
        .isEqualTo(WriteResult.committed(3));
    assertThat(
            connector.deleteWhere(
                SPARK,
                Condition.column("id").atLeast(8).or(Condition.column("name").startsWith("n_5"))))
        .isEqualTo(WriteResult.committed(3));
    assertThat(ids()).containsExactly("3", "4", "6", "7");
  }

  @Test
  void read_typesFiltersAndSortedLimits_areThoseOfSpark() {
    SERVER.execute(
        "CREATE TABLE "
            + table
            + " (id BIGINT PRIMARY KEY, n INT UNSIGNED, d DECIMAL(10,2), f DOUBLE, ok BOOLEAN, s"
            + " VARCHAR(20), day DATE, at TIMESTAMP(6) NULL, local DATETIME(6), raw BLOB)");
    SERVER.execute(
        "INSERT INTO "
            + table
            + " VALUES (1, 4294967295, 12.50, 0.25, TRUE, 'a', '1582-10-10', '2020-03-29"
            + " 01:30:00.000001', '2020-03-29 02:30:00.000001', x'00ff'), (2, 0, -0.01, -1.5, FALSE,"
            + " 'A', '0001-01-01', NULL, '9999-12-31 23:59:59.999999', NULL), (3, NULL, NULL, NULL,"
            + " NULL, NULL, NULL, NULL, NULL, NULL)");
    Dataset<Row> read = connector.read(SPARK);

    assertThat(read.schema().toDDL())
        .isEqualTo(
            "id BIGINT,n BIGINT,d DECIMAL(10,2),f DOUBLE,ok BOOLEAN,s STRING,day DATE,at"
                + " TIMESTAMP,local TIMESTAMP_NTZ,raw BINARY");
    assertThat(
            shown(
                read.where("id = 1")
                    .selectExpr(
                        "n", "d", "f", "ok", "s", "CAST(day AS STRING)", "local", "hex(raw)")))
        .containsExactly(
            "[4294967295,12.50,0.25,true,a,1582-10-10,2020-03-29T02:30:00.000001,00FF]");
    assertThat(shown(read.where("id = 1").selectExpr("unix_micros(at)")))
        .containsExactly("[1585445400000001]");
    assertThat(shown(read.where("s = 'a'").select("id"))).containsExactly("[1]");
    assertThat(shown(read.where("n > 0 AND d < 13 AND day < DATE'2000-01-01'").select("id")))
        .containsExactly("[1]");
    assertThat(shown(read.orderBy(col("n").asc_nulls_last()).limit(2).select("id")))
        .containsExactly("[2]", "[1]");
    assertThat(shown(read.orderBy(col("n").desc()).limit(3).select("id")))
        .containsExactly("[1]", "[2]", "[3]");
    assertThat(shown(read.orderBy(col("n").desc_nulls_first()).limit(1).select("id")))
        .containsExactly("[3]");
    assertThat(shown(read.selectExpr("count(*)", "sum(d)", "min(n)", "max(s)")))
        .containsExactly("[3,12.49,0,a]");
  }

  private static List<String> shown(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(Row::toString).toList();
  }
}
