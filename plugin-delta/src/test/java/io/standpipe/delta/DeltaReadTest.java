package io.standpipe.delta;

import static io.standpipe.delta.DeltaSession.sorted;
import static io.standpipe.delta.DeltaSession.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.TableVersion;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** Reads: now, then, changes, types and names. */
class DeltaReadTest extends DeltaTableFixture {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final Instant FIRST = Instant.parse("2024-05-01T10:00:00Z");
  private static final Instant SECOND = Instant.parse("2024-05-02T10:00:00Z");

  @Test
  void read_missingTable_isRefused() {
    assertThatThrownBy(() -> table.read(session))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot open Delta table '%s': it does not exist. Check the name, or write to it first:"
                    .formatted(path)
                + " append, overwrite and upsert create it.");
  }

  @Test
  void read_subsetOfColumnsAndRows_isPushedDown() {
    DeltaConnector partitioned = new DeltaConnector(Configs.partitionedBy(path, "p"));
    partitioned.write(session, sql("select 1 as a, 2 as b, 'x' as p"), APPEND);

    String plan =
        partitioned
            .read(session)
            .select("b")
            .where("p = 'x' and b > 1")
            .queryExecution()
            .executedPlan()
            .toString();

    assertThat(plan)
        .contains("PushedFilters: [IsNotNull(b), GreaterThan(b,1)]")
        .contains("ReadSchema: struct<b:int>")
        .containsPattern("PartitionFilters: \\[isnotnull\\(p#\\d+\\), \\(p#\\d+ = x\\)\\]");
  }

  @Test
  void readVersion_number_isTheTableThen() {
    twoVersions();

    assertThat(sorted(table.readVersion(session, new TableVersion.Number(0))))
        .containsExactly("[1,a]");
    assertThat(sorted(table.readVersion(session, new TableVersion.Number(1))))
        .containsExactly("[1,a]", "[2,b]");
    assertThat(sorted(new DeltaConnector(Configs.atVersion(path, 0)).read(session)))
        .containsExactly("[1,a]");
  }

  @Test
  void readVersion_missingNumber_isRefused() {
    twoVersions();

    assertThatThrownBy(() -> table.readVersion(session, new TableVersion.Number(7)))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot read version 7 of Delta table '%s': it is not there. Choose one from 0 to 1."
                .formatted(path));
  }

  @Test
  void readVersion_time_isTheVersionThatWasCurrentThen() throws Exception {
    twoVersions();
    commitTimes();

    assertThat(table.readVersion(session, new TableVersion.At(FIRST)).count()).isEqualTo(1);
    assertThat(table.readVersion(session, new TableVersion.At(SECOND.minusMillis(1))).count())
        .isEqualTo(1);
    assertThat(table.readVersion(session, new TableVersion.At(SECOND)).count()).isEqualTo(2);
    assertThat(table.readVersion(session, new TableVersion.At(Instant.now())).count()).isEqualTo(2);
    assertThat(new DeltaConnector(Configs.atTime(path, FIRST)).read(session).count()).isEqualTo(1);
    assertThatThrownBy(() -> table.readVersion(session, new TableVersion.At(FIRST.minusSeconds(1))))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot read Delta table '%s' as of 2024-05-01T09:59:59Z: no version that old is kept."
                    .formatted(path)
                + " Choose a later time; the history lists the versions up to 1.");
  }

  @Test
  void history_lists_newestFirst() {
    twoVersions();
    table.deleteWhere(session, Condition.column("id").equalTo(1));

    assertThat(table.history(session).select("version", "operation").collectAsList())
        .extracting(Row::toString)
        .containsExactly("[2,DELETE]", "[1,WRITE]", "[0,WRITE]");
    assertThat(table.history(session).columns()).contains("version", "timestamp", "operation");
  }

  @Test
  void changes_recorded_tellsWhatChanged() {
    DeltaConnector feed =
        new DeltaConnector(
            Configs.withProperties(path, Map.of("delta.enableChangeDataFeed", "true")));
    feed.write(session, row(1, "a"), APPEND);
    feed.upsert(session, row(1, "b"), WriteRequest.upsert("id"));
    feed.deleteWhere(session, Condition.column("id").equalTo(1));

    Dataset<Row> changes = feed.changes(session, new TableVersion.Number(0), Optional.empty());
    Dataset<Row> update =
        feed.changes(session, new TableVersion.Number(1), Optional.of(new TableVersion.Number(1)));

    assertThat(sorted(changes.select("_commit_version", "_change_type", "name")))
        .containsExactly(
            "[0,insert,a]", "[1,update_postimage,b]", "[1,update_preimage,a]", "[2,delete,b]");
    assertThat(sorted(update.select("_change_type")))
        .containsExactly("[update_postimage]", "[update_preimage]");
    assertThatThrownBy(() -> feed.changes(session, new TableVersion.Number(3), Optional.empty()))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot read version 3 of Delta table");
    assertThatThrownBy(
            () ->
                feed.changes(
                    session, new TableVersion.Number(2), Optional.of(new TableVersion.Number(1))))
        .hasMessage(
            "cannot read the changes of Delta table '%s' from version 2 to version 1. Give a first"
                    .formatted(path)
                + " version that is not after the last.");
  }

  @Test
  void changes_notRecorded_isRefused() {
    twoVersions();

    assertThatThrownBy(() -> table.changes(session, new TableVersion.Number(0), Optional.empty()))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot read the changes of Delta table '%s': it does not record them. Set its property"
                    .formatted(path)
                + " delta.enableChangeDataFeed to true; changes made after that can be read.");

    sql(
        "ALTER TABLE delta.`%s` SET TBLPROPERTIES (delta.enableChangeDataFeed = true)"
            .formatted(path));
    assertThatThrownBy(() -> table.changes(session, new TableVersion.Number(1), Optional.empty()))
        .hasMessage(
            "cannot read the changes of Delta table '%s' from version 1: it did not record them"
                    .formatted(path)
                + " then. Start at a version after delta.enableChangeDataFeed was set; the history"
                + " shows which.");
    table.write(session, row(3, "c"), APPEND);
    assertThat(table.changes(session, new TableVersion.Number(2), Optional.empty()).count())
        .isEqualTo(1);
  }

  @Test
  void roundTrip_everyTypeInAnotherTimeZone_isUnchanged() {
    SparkSession warsaw = session.cloneSession();
    warsaw.conf().set("spark.sql.session.timeZone", "Europe/Warsaw");
    Dataset<Row> values =
        warsaw.sql(
            """
            select 1 as id, true as bool, 1Y as tiny, -32768S as small, 2147483647 as int,
              -9223372036854775807L as big, cast('NaN' as double) as nan, -0.5F as float,
              cast('99999999999999999999999999999999999.999' as decimal(38, 3)) as dec,
              date'0001-01-01' as first_day, date'1582-10-04' as julian, date'9999-12-31' as last_day,
              timestamp'1969-12-31T23:59:59.123456Z' as before_epoch,
              timestamp'2024-10-27T00:30:00.000001Z' as dst, timestamp_ntz'2024-03-31T02:30:00' as gap,
              'łąka \\\\ \\' \\n  ' as text, '' as empty, '😀' as emoji, X'00FF10' as bytes,
              array(1, null) as arr, map('k', array(named_struct('x', 1, 'y', '😀'))) as deep,
              named_struct('a', named_struct('b', array(cast(null as string)))) as nested
            """);
    Dataset<Row> nulls =
        warsaw.createDataFrame(
            List.of(
                org.apache.spark.sql.RowFactory.create(
                    new Object[values.schema().fields().length])),
            values.schema().asNullable());

    table.write(warsaw, values, APPEND);
    table.write(warsaw, nulls, APPEND);

    Row written = table.read(session).where("id = 1").first();
    Row expected = values.first();
    for (String column : values.columns()) {
      assertThat(written.<Object>getAs(column))
          .as(column)
          .isEqualTo(expected.<Object>getAs(column));
    }
    assertThat(table.read(session).schema()).isEqualTo(values.schema().asNullable());
    Row empty = table.read(session).where("id is null").first();
    assertThat(empty.anyNull()).isTrue();
    assertThat(empty.isNullAt(empty.fieldIndex("nested"))).isTrue();
    assertThat(empty.isNullAt(empty.fieldIndex("empty"))).isTrue();
  }

  @Test
  void columnNames_oddButPlain_work() {
    Dataset<Row> odd =
        sql("select 1 as `SELECT`, 'x' as `żółw`, 2 as `a.b`, 3 as `it's`, 4 as `b``t`");
    table.write(session, odd, APPEND);

    table.upsert(session, odd, WriteRequest.upsert("SELECT", "a.b"));
    table.update(session, Condition.column("a.b").equalTo(2), Map.of("it's", "`b``t` + 1"));
    table.deleteWhere(session, Condition.column("b`t").equalTo(5));
    table.write(
        session,
        odd,
        WriteRequest.of(WriteMode.OVERWRITE).replacing(Condition.column("b`t").equalTo(4)));

    assertThat(table.read(session).columns()).isEqualTo(odd.columns());
    assertThat(sorted(table.read(session))).containsExactly("[1,x,2,3,4]");
  }

  @Test
  void columnNames_withSpaces_needColumnMapping() {
    Dataset<Row> spaced = sql("select 1 as `order id`, 'x' as `name, (full)`");

    assertThatThrownBy(() -> table.write(session, spaced, APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("order id")
        .hasMessageEndingWith(
            "Rename the columns, or set the property delta.columnMapping.mode to name when the"
                + " table is created.");

    DeltaConnector mapped =
        new DeltaConnector(
            Configs.withProperties(path, Map.of("delta.columnMapping.mode", "name")));
    mapped.write(session, spaced, APPEND);
    mapped.upsert(session, spaced, WriteRequest.upsert("order id"));
    assertThat(mapped.read(session).columns()).containsExactly("order id", "name, (full)");
    assertThat(sorted(mapped.read(session))).containsExactly("[1,x]");
    assertThat(mapped.knownSchema()).contains(mapped.read(session).schema());
  }

  private void twoVersions() {
    table.write(session, row(1, "a"), APPEND);
    table.write(session, row(2, "b"), APPEND);
  }

  /** A version is as old as its file in the log. */
  private void commitTimes() throws Exception {
    Path log = path.resolve("_delta_log");
    Files.setLastModifiedTime(log.resolve("00000000000000000000.json"), FileTime.from(FIRST));
    Files.setLastModifiedTime(log.resolve("00000000000000000001.json"), FileTime.from(SECOND));
    org.apache.spark.sql.delta.DeltaLog.clearCache();
  }

  private static Dataset<Row> row(int id, String name) {
    return sql("select %d as id, '%s' as name".formatted(id, name));
  }
}
