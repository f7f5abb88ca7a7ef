package io.standpipe.hudi;

import static io.standpipe.hudi.HudiSession.sorted;
import static io.standpipe.hudi.HudiSession.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.hudi.HudiConfig.Insert;
import io.standpipe.hudi.HudiConfig.Query;
import io.standpipe.hudi.HudiConfig.TableType;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.TableVersion;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HudiReadTest extends HudiTableFixture {
  private static final WriteRequest BY_ID = WriteRequest.upsert("id");
  private static final String ALL_TYPES =
      "select cast(1 as int) as id, 9223372036854775807L as l, cast(1.5 as float) as f,"
          + " double('-Infinity') as d, 1.230 as de,"
          + " cast('-12345678901234567890.123' as decimal(38,3)) as big,"
          + " 'łąka \"\\\\\\n\\'😀 ' as s, '' as e, X'00FF' as bin, true as bo,"
          + " date'0001-01-01' as d1, date'1582-10-10' as d2, date'9999-12-31' as d3,"
          + " timestamp'1900-01-01 00:00:00.123456' as ts,"
          + " timestamp_ntz'1969-12-31 23:59:59.999999' as ntz,"
          + " array(1, null) as ar, cast(array() as array<int>) as none, map('a', cast(null as int)) as m,"
          + " named_struct('x', 1, 'y', array(named_struct('z', 'q'))) as st";

  @Test
  void read_missingTable_isRefused() {
    assertThatThrownBy(() -> config().connector().read(session))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot open Hudi table '%s': it does not exist. Check the path, or write to it first: append, overwrite and upsert create it."
                .formatted(path));
  }

  @ParameterizedTest
  @EnumSource(Insert.class)
  void roundTrip_keepsValuesOfAllTypes(Insert insert) {
    HudiConnector table = config().key("id").insert(insert).connector();
    var rows = sql(ALL_TYPES);

    table.write(session, rows, APPEND);
    table.write(session, sql("select 2 as id"), APPEND);

    assertThat(table.read(session).where("id = 1").head()).isEqualTo(rows.head());
    Row nulls = table.read(session).where("id = 2").head();
    for (int i = 1; i < nulls.length(); i++) {
      assertThat(nulls.isNullAt(i)).as(nulls.schema().fieldNames()[i]).isTrue();
    }
  }

  @Test
  void roundTrip_upsertIntoMergeOnRead_keepsValuesOfAllTypes() {
    HudiConnector table = config().key("id").tableType(TableType.MERGE_ON_READ).connector();
    var rows = sql(ALL_TYPES);
    table.upsert(session, rows.withColumn("l", rows.col("l").minus(1)), BY_ID);

    table.upsert(session, rows, BY_ID);

    assertThat(table.read(session).collectAsList()).containsExactly(rows.head());
  }

  @Test
  void read_smallIntegers_becomeInts() {
    HudiConnector table = config().connector();
    var rows = sql("select cast(-128 as byte) as b, cast(32767 as short) as s");

    table.write(session, rows, APPEND);
    table.write(session, rows, APPEND);

    assertThat(table.read(session).schema().toDDL()).isEqualTo("b INT,s INT");
    assertThat(rows(table)).containsExactly("[-128,32767]", "[-128,32767]");
  }

  @Test
  void read_filtersOnPartitionsAndColumns_selectTheSameRows() {
    HudiConnector table = config().key("id").partitionBy("p", "d").connector();
    table.write(
        session,
        sql(
            "select cast(id as int) as id, if(id = 3, null, concat('a/ =', id % 2)) as p,"
                + " date_add(date'2024-02-28', cast(id as int)) as d, id * 2 as v from range(6)"),
        APPEND);

    assertThat(sorted(table.read(session).where("p = 'a/ =1'").select("id")))
        .containsExactly("[1]", "[5]");
    assertThat(sorted(table.read(session).where("p is null").select("v"))).containsExactly("[6]");
    assertThat(sorted(table.read(session).where("d > date'2024-03-01' and v < 10").select("id")))
        .containsExactly("[3]", "[4]");
    assertThat(table.read(session).count()).isEqualTo(6);
  }

  @Test
  void read_mergeOnRead_optimizedSeesOnlyCompactedRows() {
    Configs config = config().key("id").tableType(TableType.MERGE_ON_READ);
    HudiConnector table = config.connector();
    table.upsert(session, sql("select 1 as id, 'old' as v"), BY_ID);
    table.upsert(session, sql("select 1 as id, 'new' as v"), BY_ID);
    HudiConnector optimized = config.query(Query.READ_OPTIMIZED).connector();

    assertThat(rows(table)).containsExactly("[1,new]");
    assertThat(rows(optimized)).containsExactly("[1,old]");
    table.maintain(session, HudiMaintenance.COMPACT, Map.of());
    assertThat(rows(optimized)).containsExactly("[1,new]");
  }

  @Test
  void read_metaColumns_areShownOnDemand() {
    HudiConnector table = config().key("id").showingMetaColumns().connector();
    table.write(session, sql("select 1 as id"), APPEND);

    assertThat(table.read(session).columns())
        .containsExactly(
            "_hoodie_commit_time",
            "_hoodie_commit_seqno",
            "_hoodie_record_key",
            "_hoodie_partition_path",
            "_hoodie_file_name",
            "id");
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void readVersion_byNumberAndTime_isTheTableOfThen(TableType type) {
    HudiConnector table = config().key("id").tableType(type).connector();
    long first = version(table.upsert(session, sql("select 1 as id, 'a' as v"), BY_ID));
    long second =
        version(
            table.upsert(session, sql("select 1 as id, 'b' as v union all select 2, 'c'"), BY_ID));
    long third = version(table.write(session, sql("select 3 as id, 'd' as v"), OVERWRITE));

    assertThat(versionRows(table, first)).containsExactly("[1,a]");
    assertThat(versionRows(table, second)).containsExactly("[1,b]", "[2,c]");
    assertThat(versionRows(table, third)).containsExactly("[3,d]");
    List<Row> history = table.history(session).collectAsList();
    Instant secondDone = history.get(1).<Timestamp>getAs("timestamp").toInstant();
    assertThat(sorted(table.readVersion(session, new TableVersion.At(secondDone))))
        .containsExactly("[1,b]", "[2,c]");
    assertThat(sorted(table.readVersion(session, new TableVersion.At(secondDone.minusMillis(1)))))
        .containsExactly("[1,a]");
    assertThat(sorted(table.readVersion(session, new TableVersion.At(Instant.now()))))
        .containsExactly("[3,d]");
  }

  @Test
  void readVersion_thatIsNotThere_isRefused() {
    HudiConnector table = config().connector();
    long only = version(table.write(session, sql("select 1 as id"), APPEND));

    assertThatThrownBy(() -> table.readVersion(session, new TableVersion.Number(only + 1)))
        .hasMessage(
            "cannot read version %d of Hudi table '%s': it is not there. Choose one from %d to %d; the history lists them."
                .formatted(only + 1, path, only, only));
    assertThatThrownBy(() -> table.readVersion(session, new TableVersion.At(Instant.EPOCH)))
        .hasMessage(
            "cannot read Hudi table '%s' as of 1970-01-01T00:00:00Z: no version that old is kept. Choose one from %d to %d; the history lists them."
                .formatted(path, only, only));
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void changes_areTheRowsWrittenBetween(TableType type) {
    HudiConnector table = config().key("id").tableType(type).connector();
    long first = version(table.upsert(session, sql("select id, 'a' as v from range(3)"), BY_ID));
    long second = version(table.upsert(session, sql("select 1L as id, 'b' as v"), BY_ID));
    long third = version(table.upsert(session, sql("select 2L as id, 'c' as v"), BY_ID));

    assertThat(changeRows(table, first, Optional.of(first)))
        .containsExactly(
            "[%d,0,a]".formatted(first), "[%d,1,a]".formatted(first), "[%d,2,a]".formatted(first));
    assertThat(changeRows(table, second, Optional.of(second)))
        .containsExactly("[%d,1,b]".formatted(second));
    assertThat(changeRows(table, second, Optional.empty()))
        .containsExactly("[%d,1,b]".formatted(second), "[%d,2,c]".formatted(third));
    assertThatThrownBy(() -> changeRows(table, second, Optional.of(first)))
        .hasMessage(
            "cannot read the changes of Hudi table '%s' from version %d to version %d. Give a first version that is not after the last."
                .formatted(path, second, first));
  }

  @Test
  void changes_recorded_tellBeforeAndAfter() {
    HudiConnector table = config().key("id").recordingChanges().connector();
    table.upsert(session, sql("select 1 as id, 'a' as v union all select 2, 'b'"), BY_ID);
    long second = version(table.upsert(session, sql("select 1 as id, 'c' as v"), BY_ID));
    long third = version(table.delete(session, sql("select 2 as id"), WriteRequest.delete("id")));

    List<String> changes =
        sorted(
            table
                .changes(session, new TableVersion.Number(second), Optional.empty())
                .selectExpr(
                    "op",
                    "ts_ms",
                    "get_json_object(before, '$.v')",
                    "get_json_object(after, '$.v')"));

    assertThat(changes)
        .containsExactly("[d,%d,b,null]".formatted(third), "[u,%d,a,c]".formatted(second));
  }

  private List<String> changeRows(HudiConnector table, long from, Optional<Long> to) {
    return sorted(
        table.changes(session, new TableVersion.Number(from), to.map(TableVersion.Number::new)));
  }

  private List<String> versionRows(HudiConnector table, long version) {
    return sorted(table.readVersion(session, new TableVersion.Number(version)));
  }

  private static long version(WriteResult result) {
    return Long.parseLong(result.version().orElseThrow());
  }
}
