package io.standpipe.hudi;

import static io.standpipe.hudi.HudiSession.sorted;
import static io.standpipe.hudi.HudiSession.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.hudi.HudiConfig.Insert;
import io.standpipe.hudi.HudiConfig.Overwrite;
import io.standpipe.hudi.HudiConfig.TableType;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.nio.file.Files;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HudiWriteTest extends HudiTableFixture {
  private static final WriteRequest ERROR_IF_EXISTS = WriteRequest.of(WriteMode.ERROR_IF_EXISTS);
  private static final WriteRequest IGNORE = WriteRequest.of(WriteMode.IGNORE);
  private static final AtomicInteger ATTEMPTS = new AtomicInteger();

  @ParameterizedTest
  @EnumSource(TableType.class)
  void append_missingTable_createsItAndCountsRows(TableType type) {
    HudiConnector table = config().key("id").partitionBy("p").tableType(type).connector();

    WriteResult first = table.write(session, sql("select 1L as id, 'a' as p"), APPEND);
    WriteResult second = table.write(session, sql("select id, 'a' as p from range(5, 8)"), APPEND);

    assertThat(first.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(first.rows()).isEqualTo(OptionalLong.of(1));
    assertThat(first.version().orElseThrow()).matches("20\\d{15}");
    assertThat(second.rows()).isEqualTo(OptionalLong.of(3));
    assertThat(rows(table)).containsExactly("[1,a]", "[5,a]", "[6,a]", "[7,a]");
    assertThat(table.read(session).schema()).isEqualTo(StructType.fromDDL("id BIGINT, p STRING"));
    HoodieTableMetaClient client = open(table);
    assertThat(client.getTableType().name()).isEqualTo(type.name());
    assertThat(client.getTableConfig().getTableName()).isEqualTo("a_table");
    assertThat(client.getTableConfig().isMetadataTableAvailable()).isFalse();
    assertThat(path.resolve("p=a")).isDirectory();
  }

  @Test
  void append_keyThatIsThere_addsARow() {
    HudiConnector table = config().key("id").connector();

    table.write(session, sql("select 1 as id, 'old' as v"), APPEND);
    table.write(session, sql("select 1 as id, 'new' as v"), APPEND);

    assertThat(rows(table)).containsExactly("[1,new]", "[1,old]");
  }

  @Test
  void append_bulkInsertWithoutKeys_addsRows() {
    HudiConnector table = config().insert(Insert.BULK_INSERT).connector();

    WriteResult result = table.write(session, sql("select id, id % 2 as v from range(4)"), APPEND);
    table.write(session, sql("select 9 as ID, 9 as V"), APPEND);

    assertThat(result.rows()).isEqualTo(OptionalLong.of(4));
    assertThat(rows(table)).containsExactly("[0,0]", "[1,1]", "[2,0]", "[3,1]", "[9,9]");
  }

  @Test
  void append_tokenThatIsCommitted_changesNothing() {
    HudiConnector table = config().connector();
    WriteRequest withToken = APPEND.withToken(TOKEN);

    WriteResult first = table.write(session, sql("select 1 as id"), withToken);
    table.write(session, sql("select 2 as id"), APPEND);
    WriteResult again = table.write(session, sql("select 1 as id"), withToken);
    WriteResult other =
        table.write(
            session, sql("select 3 as id"), APPEND.withToken(new CommitToken("run-2", "write")));

    assertThat(first.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(again).isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(other.outcome()).isEqualTo(Outcome.COMMITTED);
    assertThat(rows(table)).containsExactly("[1]", "[2]", "[3]");
  }

  @Test
  void append_tokenThatIsArchived_changesNothing() {
    HudiConnector table =
        config()
            .insert(Insert.BULK_INSERT)
            .option("hoodie.clean.commits.retained", "1")
            .option("hoodie.keep.min.commits", "2")
            .option("hoodie.keep.max.commits", "3")
            .connector();
    table.write(session, sql("select 1 as id"), APPEND.withToken(TOKEN));
    String first = open(table).getActiveTimeline().firstInstant().get().requestedTime();
    for (int i = 0; i < 5; i++) {
      table.write(session, sql("select 2 as id"), OVERWRITE);
    }

    assertThat(open(table).getActiveTimeline().firstInstant().get().requestedTime())
        .isGreaterThan(first);
    assertThat(table.write(session, sql("select 1 as id"), APPEND.withToken(TOKEN)).outcome())
        .isEqualTo(Outcome.ALREADY_COMMITTED);
    assertThat(rows(table)).containsExactly("[2]");
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void overwrite_replacesAllRows(TableType type) {
    HudiConnector table = config().key("id").partitionBy("p").tableType(type).connector();
    table.write(session, sql("select 1 as id, 'a' as p union all select 2, 'b'"), APPEND);

    WriteResult result = table.write(session, sql("select 3 as id, 'c' as p"), OVERWRITE);

    assertThat(result.rows()).isEqualTo(OptionalLong.of(1));
    assertThat(rows(table)).containsExactly("[3,c]");
    table.write(session, sql("select 3 as id, 'c' as p where false"), OVERWRITE);
    assertThat(rows(table)).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(TableType.class)
  void overwrite_ofPartitions_leavesOthersAlone(TableType type) {
    HudiConnector table =
        config()
            .key("id")
            .partitionBy("p")
            .tableType(type)
            .overwrite(Overwrite.PARTITIONS)
            .connector();
    table.write(session, sql("select 1 as id, 'a' as p union all select 2, 'b'"), APPEND);

    table.write(session, sql("select 3 as id, 'b' as p"), OVERWRITE.withToken(TOKEN));
    WriteResult again =
        table.write(session, sql("select 4 as id, 'b' as p"), OVERWRITE.withToken(TOKEN));

    assertThat(again.outcome()).isEqualTo(Outcome.ALREADY_COMMITTED);
    assertThat(rows(table)).containsExactly("[1,a]", "[3,b]");
  }

  @Test
  void errorIfExistsAndIgnore_writeOnlyIntoEmpty() {
    HudiConnector table = config().connector();
    table.create(session, StructType.fromDDL("id INT"));

    assertThat(table.write(session, sql("select 1 as id"), IGNORE).outcome())
        .isEqualTo(Outcome.COMMITTED);
    assertThat(table.write(session, sql("select 2 as id"), IGNORE).outcome())
        .isEqualTo(Outcome.IGNORED);
    assertThatThrownBy(() -> table.write(session, sql("select 2 as id"), ERROR_IF_EXISTS))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot write to Hudi table '%s' with mode errorIfExists: it has rows. Delete them, or use mode append, overwrite or ignore."
                .formatted(path));
    assertThat(rows(table)).containsExactly("[1]");
  }

  @Test
  void append_noRows_isCommittedAndKeepsToken() {
    HudiConnector table = config().connector();

    WriteResult none =
        table.write(session, sql("select 1 as id where false"), APPEND.withToken(TOKEN));

    assertThat(none.rows()).isEqualTo(OptionalLong.of(0));
    assertThat(table.write(session, sql("select 1 as id"), APPEND.withToken(TOKEN)).outcome())
        .isEqualTo(Outcome.ALREADY_COMMITTED);
    assertThat(rows(table)).isEmpty();
  }

  @Test
  void append_columnsInOtherOrderCaseAndWidth_areMatchedByName() {
    HudiConnector table = config().connector();
    table.write(session, sql("select 1L as id, 'a' as name, 1.5D as v"), APPEND);

    table.write(session, sql("select 'b' as NAME, 2 as Id"), APPEND);

    assertThat(rows(table)).containsExactly("[1,a,1.5]", "[2,b,null]");
  }

  @Test
  void append_newColumn_isRefusedOrAdded() {
    HudiConnector table = config().connector();
    table.write(session, sql("select 1 as id"), APPEND);
    var wider = sql("select 2 as id, named_struct('x', 5) as extra");

    assertThatThrownBy(() -> table.write(session, wider, APPEND))
        .isInstanceOf(Problem.Refusal.class)
        .hasMessage(
            "cannot write to Hudi table '%s': the rows have columns that it lacks: [extra]; it has [id]. Drop them from the rows, or set schemaEvolution to addColumns."
                .formatted(path));
    table.write(session, wider, APPEND.evolving(SchemaEvolution.ADD_COLUMNS));

    assertThat(rows(table)).containsExactly("[1,null]", "[2,[5]]");
  }

  @Test
  void append_otherType_isRefused() {
    HudiConnector table = config().connector();
    table.write(session, sql("select 1 as id"), APPEND);

    assertThatThrownBy(() -> table.write(session, sql("select 5L as id"), APPEND))
        .hasMessage(
            "cannot write to Hudi table '%s': column 'id' is INT, but that of the rows is BIGINT. Cast it."
                .formatted(path));
    assertThat(rows(table)).containsExactly("[1]");
  }

  @Test
  void append_columnsThatCannotBeStored_areRefused() {
    HudiConnector table = config().connector();

    assertThatThrownBy(() -> table.write(session, sql("select 1 as `größe`"), APPEND))
        .hasMessage(
            "cannot write to Hudi table '%s': column 'größe' cannot have this name. Rename it: letters, digits and '_' without accents, not starting with a digit or _hoodie_."
                .formatted(path));
    for (String column :
        List.of("map(1, 2)", "null", "interval '1' day", "array(map(date'2020-01-01', 1))")) {
      assertThatThrownBy(() -> table.write(session, sql("select " + column + " as c"), APPEND))
          .hasMessageMatching(
              "cannot write to Hudi table '.+': column 'c' has type .+, which Hudi cannot store. Cast it, or drop it.");
    }
    assertThat(table.exists(session)).isFalse();
  }

  @Test
  void firstWrite_unfitKeyOrPartition_isRefused() {
    assertThatThrownBy(
            () ->
                config()
                    .key("id")
                    .partitionBy("at")
                    .connector()
                    .write(session, sql("select 1 as ID, now() as at"), APPEND))
        .hasMessage(
            "cannot create Hudi table '%s' with these key or partition columns: [id is spelled ID in the rows, at is TIMESTAMP]. Use text, whole numbers, decimals, dates or booleans, spelled as in the rows."
                .formatted(path));
    assertThatThrownBy(
            () -> config().key("no").connector().write(session, sql("select 1 as id"), APPEND))
        .hasMessage(
            "the first write has no recordKey columns [no]; its columns are [id]. Correct the names, whatever the case.");
  }

  @Test
  void write_configuredOtherwiseThanTheTable_isRefused() {
    config().key("id").connector().write(session, sql("select 1 as id, 2 as p"), APPEND);

    assertThatThrownBy(
            () -> config().key("p").connector().write(session, sql("select 1 as id"), APPEND))
        .hasMessage(
            "Hudi table '%s' was created with recordKey [id], but the storage says [p]. Correct recordKey, or leave it out."
                .formatted(path));
    assertThat(config().connector().write(session, sql("select 2 as id, 2 as p"), APPEND).rows())
        .isEqualTo(OptionalLong.of(1));
  }

  @Test
  void append_nullInKey_isRefusedAndLeavesNothing() {
    HudiConnector table = config().key("id").partitionBy("p").connector();
    table.write(session, sql("select 1 as id, 'a' as p"), APPEND);

    assertThatThrownBy(
            () ->
                table.write(
                    session,
                    sql("select if(id = 3, null, cast(id as int)) as id, 'a' as p from range(5)"),
                    APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot append to Hudi table '" + path + "': NULL in the key")
        .hasMessageEndingWith("Give every row a key, or leave such rows out.");
    assertThat(rows(table)).containsExactly("[1,a]");
  }

  @ParameterizedTest
  @EnumSource(Insert.class)
  void append_taskFails_nothingIsVisibleAndNextWriteWorks(Insert insert) throws Exception {
    HudiConnector table = config().key("id").insert(insert).connector();
    table.write(session, sql("select 1 as id, 'a' as v"), APPEND);
    var failing =
        sql(
            "select cast(id as int) as id, if(id = 900, raise_error('boom'), 'b') as v"
                + " from range(0, 1000, 1, 2)");

    assertThatThrownBy(() -> table.write(session, failing, APPEND))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot append to Hudi table '%s': boom. Nothing was committed. Repair what the cause names, then run again."
                .formatted(path));
    assertThat(rows(table)).containsExactly("[1,a]");

    table.write(session, sql("select 2 as id, 'c' as v"), APPEND);
    assertThat(rows(table)).containsExactly("[1,a]", "[2,c]");
    assertThat(sorted(table.history(session).select("operation"))).contains("[rollback]");
  }

  @Test
  void append_taskIsTriedAgain_doesNotDuplicate() {
    UDF1<Integer, String> failsOnce =
        id -> {
          if (id == 5 && ATTEMPTS.incrementAndGet() == 1) {
            throw new IllegalStateException("once");
          }
          return "v";
        };
    session.udf().register("fails_once", failsOnce, DataTypes.StringType);
    HudiConnector table = config().insert(Insert.BULK_INSERT).connector();

    WriteResult result =
        table.write(
            session,
            sql("select id, fails_once(cast(id as int)) as v from range(0, 10, 1, 1)"),
            APPEND);

    assertThat(ATTEMPTS.get()).isGreaterThan(1);
    assertThat(result.rows()).isEqualTo(OptionalLong.of(10));
    assertThat(table.read(session).count()).isEqualTo(10);
    assertThat(table.read(session).distinct().count()).isEqualTo(10);
  }

  @Test
  void createExistsDrop_tellTheTruth() throws Exception {
    HudiConnector table = config().key("id").connector();
    assertThat(table.exists(session)).isFalse();

    table.create(session, StructType.fromDDL("id INT NOT NULL, name STRING"));

    assertThat(table.exists(session)).isTrue();
    assertThat(table.read(session).schema()).isEqualTo(StructType.fromDDL("id INT, name STRING"));
    assertThatThrownBy(() -> table.create(session, StructType.fromDDL("id INT")))
        .hasMessage(
            "cannot create Hudi table '%s': it exists. Drop it first, or use it as it is."
                .formatted(path));
    table.drop(session);
    assertThat(table.exists(session)).isFalse();
    assertThat(Files.exists(path)).isFalse();
    assertThatThrownBy(() -> table.drop(session))
        .hasMessage(
            "cannot open Hudi table '%s': it does not exist. Check the path, or write to it first: append, overwrite and upsert create it."
                .formatted(path));
  }

  private HoodieTableMetaClient open(HudiConnector table) {
    assertThat(table.exists(session)).isTrue();
    return new TableAddress(path.toString()).require(session).client();
  }
}
