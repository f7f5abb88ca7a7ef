package io.standpipe.delta;

import static io.standpipe.delta.DeltaSession.sorted;
import static io.standpipe.delta.DeltaSession.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.util.List;
import java.util.Map;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Observation;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.util.LongAccumulator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.collection.JavaConverters;

/** Upsert, delete and update. */
class DeltaChangeTest extends DeltaTableFixture {
  private static final WriteRequest UPSERT = WriteRequest.upsert("id");
  private static final CommitToken TOKEN = new CommitToken("run-1", "load");

  @Test
  void upsert_missingTable_createsIt() {
    WriteResult result = table.upsert(session, rows("1, 'a'", "2, 'b'"), UPSERT);

    assertThat(result).isEqualTo(WriteResult.committed(2).withVersion("0"));
    assertThat(contents()).containsExactly("[1,a]", "[2,b]");
  }

  @Test
  void upsert_oldAndNewKeys_updatesAndInserts() {
    given("1, 'a'", "2, 'b'");

    WriteResult result =
        table.upsert(session, sql("select 'B' as Name, 2 as ID union select 'c', 3"), UPSERT);

    assertThat(result).isEqualTo(WriteResult.committed(2).withVersion("1"));
    assertThat(contents()).containsExactly("[1,a]", "[2,B]", "[3,c]");

    table.upsert(session, sql("select 'B' as Name, 2 as ID union select 'c', 3"), UPSERT);
    assertThat(contents()).containsExactly("[1,a]", "[2,B]", "[3,c]");
  }

  @Test
  void upsert_compositeKey_comparesAllOfIt() {
    table.write(session, sql("select 1 as a, 'x' as b, 0 as n"), append());

    table.upsert(
        session,
        sql("select 1 as a, 'x' as b, 1 as n union select 1, 'y', 2"),
        WriteRequest.upsert("a", "b"));

    assertThat(contents()).containsExactly("[1,x,1]", "[1,y,2]");
  }

  @Test
  void upsert_onlyKeyColumns_insertsNewKeys() {
    table.write(session, sql("select 1 as id"), append());

    WriteResult result = table.upsert(session, sql("select explode(array(1, 2)) as id"), UPSERT);

    assertThat(result.rows()).hasValue(1);
    assertThat(contents()).containsExactly("[1]", "[2]");
  }

  @Test
  void upsert_missingColumn_keepsItsValueAndIsNullInNewRows() {
    given("1, 'a'");

    table.upsert(session, sql("select explode(array(1, 2)) as id"), UPSERT);

    assertThat(contents()).containsExactly("[1,a]", "[2,null]");
  }

  @Test
  void upsert_newColumn_isRefusedUnlessItMayBeAdded() {
    given("1, 'a'", "2, 'b'");
    Dataset<Row> wider = sql("select 2 as id, 'B' as name, 'new' as extra");

    assertThatThrownBy(() -> table.upsert(session, wider, UPSERT))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("the rows have columns that it lacks: [extra]");
    table.upsert(session, wider, UPSERT.evolving(SchemaEvolution.ADD_COLUMNS));

    assertThat(contents()).containsExactly("[1,a,null]", "[2,B,new]");
  }

  @Test
  void upsert_repeatedKeyOfAnOldRow_isRefused() {
    given("1, 'a'");

    assertRefusedAsData(
        () -> table.upsert(session, rows("1, 'x'", "1, 'y'"), UPSERT),
        "cannot upsert into Delta table '%s': more than one row with the key {\"id\":1}. Make the"
                .formatted(path)
            + " keys unique, for example by keeping the newest row of each key.");
    assertThat(contents()).containsExactly("[1,a]");
  }

  @Test
  void upsert_repeatedNewKey_isRefused() {
    given("1, 'a'");

    assertRefusedAsData(
        () -> table.upsert(session, rows("2, 'x'", "2, 'y'"), UPSERT),
        "cannot upsert into Delta table '%s': more than one row with the key {\"id\":2}. Make the"
                .formatted(path)
            + " keys unique, for example by keeping the newest row of each key.");
    assertThat(contents()).containsExactly("[1,a]");
  }

  @Test
  void upsert_repeatedKeyIntoMissingTable_isRefused() {
    assertThatThrownBy(() -> table.upsert(session, rows("2, 'x'", "2, 'y'"), UPSERT))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("more than one row with the key {\"id\":2}");
    assertThat(table.exists(session)).isFalse();
  }

  @Test
  void upsert_manyRepeatedKeys_isRefused() {
    Dataset<Row> twice = sql("select id div 2 as id, 'x' as name from range(2000)");

    assertThatThrownBy(() -> table.upsert(session, twice, UPSERT))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("more than one row with the key {\"id\":");
  }

  @Test
  void upsert_repeatedKeyInAnotherPartition_isRefused() {
    Dataset<Row> apart = rows("2, 'x'").union(rows("3, 'y'")).union(rows("2, 'z'"));

    assertThatThrownBy(() -> table.upsert(session, apart, UPSERT))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("more than one row with the key {\"id\":2}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.0D and -0.0D", "double('NaN') and -double('NaN')"})
  void upsert_keysThatAreEqualButNotInTheirBits_isRefused(String pair) {
    String[] keys = pair.split(" and ");
    Dataset<Row> rows =
        sql("select %s as id, 'x' as name union all select %s, 'y'".formatted((Object[]) keys));

    assertThatThrownBy(() -> table.upsert(session, rows, UPSERT))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("more than one row with the key {\"id\":");
  }

  @Test
  void upsert_differentKeysOfTheSameHash_areWritten() {
    Dataset<Row> rows =
        sql("select 1L as a, 0L as b, 'x' as name union all select 2, 5858157823552860279, 'y'");
    assertThat(rows.selectExpr("xxhash64(a, b)").distinct().count()).isEqualTo(1);

    table.upsert(session, rows, WriteRequest.upsert("a", "b"));

    assertThat(contents()).containsExactly("[1,0,x]", "[2,5858157823552860279,y]");
  }

  @Test
  void upsert_nullKey_isRefused() {
    given("1, 'a'");

    assertRefusedAsData(
        () -> table.upsert(session, rows("2, 'x'", "null, 'y'"), UPSERT),
        "cannot upsert into Delta table '%s': NULL in the key {\"id\":null}. Give every row a key,"
                .formatted(path)
            + " or leave such rows out.");
    assertThat(contents()).containsExactly("[1,a]");
  }

  @Test
  void upsert_unknownKey_isRefused() {
    given("1, 'a'");

    assertThatThrownBy(() -> table.upsert(session, rows("1, 'x'"), WriteRequest.upsert("nr", "id")))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "the upsert into Delta table '%s' has no key columns [nr]; its columns are [id, name]."
                    .formatted(path)
                + " Correct the keys of the write.");
  }

  @Test
  void upsert_sameTokenTwice_hasTheEffectOfOnce() {
    given("1, 'a'");
    table.upsert(session, rows("1, 'b'"), UPSERT.withToken(TOKEN));
    table.upsert(session, rows("1, 'c'"), UPSERT);

    WriteResult second = table.upsert(session, rows("1, 'b'"), UPSERT.withToken(TOKEN));

    assertThat(second).isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(contents()).containsExactly("[1,c]");
  }

  @Test
  void upsert_zeroRows_changesNothing() {
    given("1, 'a'");

    WriteResult result = table.upsert(session, rows("1, 'x'").where("false"), UPSERT);

    assertThat(result.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(result.rows()).hasValue(0);
    assertThat(contents()).containsExactly("[1,a]");
  }

  @Test
  void upsert_rowsFromTheTableItself_works() {
    given("1, 'a'", "2, 'b'");

    table.upsert(
        session, table.read(session).where("id = 2").selectExpr("id", "'z' as name"), UPSERT);

    assertThat(contents()).containsExactly("[1,a]", "[2,z]");
  }

  @Test
  void upsert_expensiveRows_areComputedAndObservedOnce() throws Exception {
    given("1, 'a'");
    LongAccumulator computed = session.sparkContext().longAccumulator();
    session
        .udf()
        .register(
            "counted",
            (org.apache.spark.sql.api.java.UDF1<Long, Integer>)
                id -> {
                  computed.add(1);
                  return id.intValue();
                },
            org.apache.spark.sql.types.DataTypes.IntegerType);
    Observation observation = new Observation("upsert");
    Dataset<Row> expensive =
        session
            .range(0, 10)
            .selectExpr("counted(id) as id", "'x' as name")
            .observe(observation, functions.count(functions.lit(1)).as("rows"));

    WriteResult result = table.upsert(session, expensive, UPSERT);

    assertThat(result.rows()).hasValue(10);
    assertThat(computed.value()).isEqualTo(10);
    assertThat(observation.getAsJava()).containsEntry("rows", 10L);
    assertThat(JavaConverters.mapAsJavaMap(session.sparkContext().getPersistentRDDs()).values())
        .extracting(rdd -> String.valueOf(((RDD<?>) rdd).name()))
        .noneMatch(name -> name.contains(path.toString()));
  }

  @Test
  void delete_byKeys_deletesOnlyThose() {
    table.write(
        session,
        sql("select * from values (1, 'x', 0), (1, 'y', 0), (2, 'x', 0) as t(a, b, n)"),
        append());

    WriteResult result =
        table.delete(
            session,
            sql("select * from values ('y', 1), ('y', 1), ('y', 9) as t(b, a)"),
            WriteRequest.delete("a", "b"));

    assertThat(result).isEqualTo(WriteResult.committed(1).withVersion("1"));
    assertThat(contents()).containsExactly("[1,x,0]", "[2,x,0]");
  }

  @Test
  void delete_nullKey_isRefused() {
    given("1, 'a'");

    assertRefusedAsData(
        () ->
            table.delete(session, sql("select cast(null as int) as id"), WriteRequest.delete("id")),
        "cannot delete from Delta table '%s': NULL in the key {\"id\":null}. Give every row a key,"
                .formatted(path)
            + " or leave such rows out.");
  }

  @Test
  void delete_missingTable_isRefused() {
    assertThatThrownBy(
            () -> table.delete(session, sql("select 1 as id"), WriteRequest.delete("id")))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot open Delta table '%s': it does not exist.".formatted(path));
  }

  @Test
  void deleteWhere_boundValue_deletesOnlyTrueRows() {
    given("1, 'O\\'Brien'", "2, '%'", "3, null");

    WriteResult brien = table.deleteWhere(session, Condition.column("name").equalTo("O'Brien"));
    WriteResult none = table.deleteWhere(session, Condition.column("name").notEqualTo("%"));

    assertThat(brien).isEqualTo(WriteResult.committed(1).withVersion("1"));
    assertThat(none.rows()).hasValue(0);
    assertThat(contents()).containsExactly("[2,%]", "[3,null]");
  }

  @Test
  void deleteWhere_everything_reportsItsRows() {
    given("1, 'a'", "2, 'b'");

    WriteResult result = table.deleteWhere(session, Condition.expression("true"));

    assertThat(result).isEqualTo(WriteResult.committed(2).withVersion("1"));
    assertThat(contents()).isEmpty();
  }

  @Test
  void update_condition_changesOnlyTrueRows() {
    given("1, 'a'", "2, 'b'", "3, 'c'");

    WriteResult result =
        table.update(
            session,
            Condition.column("id").atLeast(2),
            Map.of("name", "concat(name, id)", "id", "id * 10"));

    assertThat(result).isEqualTo(WriteResult.committed(2).withVersion("1"));
    assertThat(contents()).containsExactly("[1,a]", "[20,b2]", "[30,c3]");
  }

  @Test
  void update_unknownColumn_isRefused() {
    given("1, 'a'");

    assertThatThrownBy(
            () -> table.update(session, Condition.expression("true"), Map.of("nam", "'x'")))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot update Delta table '%s': ".formatted(path))
        .hasMessageContaining("nam");
  }

  @Test
  void update_noAssignments_isRefused() {
    assertThatThrownBy(() -> table.update(session, Condition.expression("true"), Map.of()))
        .hasMessage(
            "cannot update Delta table '%s': there are no assignments. Name at least one column and"
                    .formatted(path)
                + " its new value.");
  }

  private void given(String... values) {
    table.write(session, rows(values), append());
  }

  private static WriteRequest append() {
    return WriteRequest.of(WriteMode.APPEND);
  }

  private List<String> contents() {
    return sorted(table.read(session));
  }

  private static void assertRefusedAsData(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(ConnectorException.class)
        .hasMessage(message)
        .satisfies(
            error ->
                assertThat(DeltaErrorTable.find(error).orElseThrow().rule().verdict())
                    .isEqualTo(Verdict.DATA));
  }

  private static Dataset<Row> rows(String... values) {
    return sql("select * from values (" + String.join("), (", values) + ") as t(id, name)");
  }
}
