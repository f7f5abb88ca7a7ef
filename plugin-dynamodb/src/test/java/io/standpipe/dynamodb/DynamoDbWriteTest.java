package io.standpipe.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DynamoDbWriteTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final String SCHEMA = "id STRING, a INT, b STRING";

  private static Dataset<Row> rows(int count) {
    return Spark.sql(
        "SELECT CAST(id AS STRING) id, CAST(id AS INT) a, 'b' b FROM RANGE(" + count + ")");
  }

  @Test
  void append_ofManyBatches_countsAndKeepsAll() {
    DynamoDbConnector connector = Configs.fresh().schema(SCHEMA).connector();
    assertThat(connector.write(Spark.SESSION, rows(1007), APPEND).rows()).hasValue(1007);
    assertThat(Spark.sorted(connector.read(Spark.SESSION))).isEqualTo(Spark.sorted(rows(1007)));
  }

  @Test
  void append_repeatedWithItsToken_changesNothingWhereTokensAreKept() {
    WriteRequest request = APPEND.withToken(new CommitToken("run", "node"));
    DynamoDbConnector connector =
        Configs.fresh().schema(SCHEMA).commitTable("standpipe_commits").connector();
    assertThat(connector).isInstanceOf(SupportsIdempotentAppend.class);
    assertThat(connector.write(Spark.SESSION, rows(30), request))
        .isEqualTo(WriteResult.committed(30));
    assertThat(connector.write(Spark.SESSION, rows(40), request))
        .isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(connector.read(Spark.SESSION).count()).isEqualTo(30);
    DynamoDbConnector other =
        Configs.fresh().schema(SCHEMA).commitTable("standpipe_commits").connector();
    assertThat(other.write(Spark.SESSION, rows(5), request).outcome())
        .as("the token of another table")
        .isEqualTo(Outcome.COMMITTED);
  }

  @Test
  void append_repeatedWithItsToken_writesTheSameItemsAgainWhereTokensAreNotKept() {
    WriteRequest request = APPEND.withToken(new CommitToken("run", "node"));
    DynamoDbConnector connector = Configs.fresh().schema(SCHEMA).connector();
    assertThat(connector).isNotInstanceOf(SupportsIdempotentAppend.class);
    connector.write(Spark.SESSION, rows(30), request);
    assertThat(connector.write(Spark.SESSION, rows(30), request).outcome())
        .isEqualTo(Outcome.COMMITTED);
    assertThat(connector.read(Spark.SESSION).count()).isEqualTo(30);
  }

  @Test
  void append_ofABatchOfAStream_forgetsTheTokenThatItOutlives() {
    DynamoDbConnector connector =
        Configs.fresh().schema(SCHEMA).commitTable("standpipe_commits").connector();
    for (long batch : List.of(0L, 1L, 100L)) {
      connector.write(Spark.SESSION, rows(1), APPEND.withToken(batch(batch)));
    }
    assertThat(List.of(1L, 100L, 0L))
        .extracting(
            batch ->
                connector.write(Spark.SESSION, rows(1), APPEND.withToken(batch(batch))).outcome())
        .containsExactly(Outcome.ALREADY_COMMITTED, Outcome.ALREADY_COMMITTED, Outcome.COMMITTED);
  }

  private static CommitToken batch(long number) {
    return new CommitToken("query", "stream", OptionalLong.of(number));
  }

  @Test
  void append_thatFails_leavesNoToken() {
    WriteRequest request = APPEND.withToken(new CommitToken("run", "failing"));
    DynamoDbConnector connector =
        Configs.fresh().schema(SCHEMA).commitTable("standpipe_commits").connector();
    Dataset<Row> bad = Spark.sql("SELECT '' id, 1 a");
    assertThatThrownBy(() -> connector.write(Spark.SESSION, bad, request))
        .isInstanceOf(BadRow.class);
    assertThat(connector.write(Spark.SESSION, rows(3), request).rows()).hasValue(3);
  }

  @Test
  void emptyOnlyModes_whereThereAreItems_failOrDoNothing() {
    Configs configs = Configs.fresh().schema(SCHEMA);
    DynamoDbConnector connector = configs.connector();
    WriteRequest ignore = WriteRequest.of(WriteMode.IGNORE);
    WriteRequest refuse = WriteRequest.of(WriteMode.ERROR_IF_EXISTS);
    assertThat(connector.write(Spark.SESSION, rows(0), refuse).rows()).hasValue(0);
    assertThat(connector.write(Spark.SESSION, rows(3), refuse).rows()).hasValue(3);
    assertThatThrownBy(() -> connector.write(Spark.SESSION, rows(4), refuse))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "cannot write to DynamoDB table '%s': it has items. Choose another mode.",
            configs.build().table());
    assertThat(connector.write(Spark.SESSION, rows(4), ignore))
        .isEqualTo(WriteResult.unchanged(Outcome.IGNORED));
    assertThat(connector.read(Spark.SESSION).count()).isEqualTo(3);
    DynamoDbConnector missing = Configs.fresh().schema(SCHEMA).connector();
    assertThat(missing.write(Spark.SESSION, rows(2), ignore).rows()).hasValue(2);
  }

  @Test
  void append_ofOneKeyTwiceInABatch_keepsTheLater() {
    DynamoDbConnector connector = Configs.fresh().schema(SCHEMA).connector();
    Dataset<Row> twice =
        Spark.sql("SELECT * FROM VALUES ('x', 1, 'b'), ('y', 2, 'b'), ('x', 3, 'b') AS t(id, a, b)")
            .coalesce(1);
    assertThat(connector.write(Spark.SESSION, twice, APPEND).rows()).hasValue(3);
    assertThat(Spark.sorted(connector.read(Spark.SESSION))).containsExactly("[x,3,b]", "[y,2,b]");
  }

  @Test
  void append_ofNoRows_createsTheTable() {
    DynamoDbConnector connector = Configs.fresh().schema(SCHEMA).connector();
    assertThat(connector.exists(Spark.SESSION)).isFalse();
    assertThat(connector.write(Spark.SESSION, rows(0), APPEND).rows()).hasValue(0);
    assertThat(connector.exists(Spark.SESSION)).isTrue();
  }

  @Test
  void upsert_byDefault_keepsOtherAttributesAndRemovesNulls() {
    DynamoDbConfig config = Configs.fresh().schema(SCHEMA).build();
    DynamoDbConnector connector = DynamoDbConnector.of(config);
    connector.write(Spark.SESSION, rows(2), APPEND);
    Dataset<Row> changes =
        Spark.sql("SELECT * FROM VALUES ('1', 10), ('9', 90), ('0', NULL) AS t(ID, a)");
    assertThat(connector.upsert(Spark.SESSION, changes, WriteRequest.upsert("id")).rows())
        .hasValue(3);
    assertThat(Spark.sorted(connector.read(Spark.SESSION)))
        .containsExactly("[0,null,b]", "[1,10,b]", "[9,90,null]");
    assertThat(DynamoDbTypesTest.item(config, "0")).doesNotContainKey("a");
  }

  @Test
  void upsert_byPut_replacesTheItem() {
    DynamoDbConnector connector = Configs.fresh().schema(SCHEMA).upsertByPut().connector();
    connector.write(Spark.SESSION, rows(2), APPEND);
    connector.upsert(Spark.SESSION, Spark.sql("SELECT '1' id, 10 a"), WriteRequest.upsert("id"));
    assertThat(Spark.sorted(connector.read(Spark.SESSION)))
        .containsExactly("[0,0,b]", "[1,10,null]");
  }

  @Test
  void upsert_ofRepeatedKey_isRefused() {
    DynamoDbConfig config = Configs.fresh().schema(SCHEMA).build();
    DynamoDbConnector connector = DynamoDbConnector.of(config);
    Dataset<Row> twice = rows(30).union(Spark.sql("SELECT '7' id, 1 a, 'b' b"));
    assertThatThrownBy(() -> connector.upsert(Spark.SESSION, twice, WriteRequest.upsert("id")))
        .isInstanceOf(BadRow.class)
        .hasMessage(
            "more than one row with the key {id=7} for DynamoDB table '"
                + config.table()
                + "'. Make the keys unique, for example by keeping the newest row of each key.");
  }

  @Test
  void keys_thatAreNotTheTables_areRefused() {
    DynamoDbConfig config = Configs.fresh().schema(SCHEMA).build();
    DynamoDbConnector connector = DynamoDbConnector.of(config);
    assertThatThrownBy(() -> connector.upsert(Spark.SESSION, rows(1), WriteRequest.upsert("a")))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "cannot use the keys [a] for DynamoDB table '"
                + config.table()
                + "': items are identified by [id]. Set the keys to [id].");
  }

  @Test
  void delete_byKeysAndByCondition_removesThem() {
    DynamoDbConnector connector =
        Configs.fresh().partitionKey("a").sortKey("id").schema(SCHEMA).connector();
    connector.write(Spark.SESSION, rows(60), APPEND);
    Dataset<Row> keys = rows(90).where("a >= 50");
    assertThat(connector.delete(Spark.SESSION, keys, WriteRequest.delete("id", "a")).rows())
        .isEmpty();
    assertThat(connector.read(Spark.SESSION).count()).isEqualTo(50);
    Condition condition = Condition.column("a").atLeast(10).and(Condition.column("b").equalTo("b"));
    assertThat(connector.deleteWhere(Spark.SESSION, condition).rows()).hasValue(40);
    assertThat(connector.read(Spark.SESSION).count()).isEqualTo(10);
    assertThat(connector.deleteWhere(Spark.SESSION, condition).rows()).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({
    "TIMESTAMP, S, 2024-05-01T02:00:00.000+02:00",
    "TIMESTAMP, N, 1714521600",
    "TIMESTAMP_NTZ, S, 2024-05-01T00:00:00",
    "DOUBLE, N, 0.1234567890123456789",
    "FLOAT, N, 0.12345678901"
  })
  void deleteWhere_ofKeysInOtherNotations_removesThem(String type, String kept, String text) {
    DynamoDbConfig config = Configs.fresh().schema("id " + type + ", a INT").build();
    DynamoDbConnector connector = DynamoDbConnector.of(config);
    String keyType = kept.equals("S") ? "STRING" : "DOUBLE";
    connector.create(Spark.SESSION, StructType.fromDDL("id " + keyType));
    boolean number = kept.equals("N");
    DynamoDbTypesTest.put(
        config,
        Map.of(
            "id",
            number ? AttributeValue.fromN(text) : AttributeValue.fromS(text),
            "a",
            AttributeValue.fromN("7")));
    assertThat(connector.deleteWhere(Spark.SESSION, Condition.column("a").equalTo(7)).rows())
        .hasValue(1);
    assertThat(connector.read(Spark.SESSION).count()).isZero();
  }

  @Test
  void item_thatIsTooLarge_isNamed() {
    Configs configs = Configs.fresh();
    String sql = "SELECT CAST(id AS STRING) id, repeat('x', IF(id = 30, %d, 9)) x FROM RANGE(40)";
    DynamoDbConnector connector = configs.connector();
    Dataset<Row> largest = Spark.sql(String.format(sql, 409_600 - 5));
    assertThat(connector.write(Spark.SESSION, largest, APPEND).rows()).hasValue(40);
    assertThatThrownBy(
            () ->
                connector.write(Spark.SESSION, Spark.sql(String.format(sql, 409_600 - 4)), APPEND))
        .isInstanceOf(BadRow.class)
        .hasMessage(
            "the item {id=30} for DynamoDB table '"
                + configs.build().table()
                + "' has 409601 bytes; DynamoDB takes 400 KB. Shorten or split it, or leave it"
                + " out.");
  }

  @Test
  void item_thatDynamoDbRefuses_isFoundInItsBatch() {
    Configs configs = Configs.fresh();
    Dataset<Row> rows =
        Spark.sql("SELECT CAST(id AS STRING) id, MAP(IF(id = 17, '', 'k'), 1) m FROM RANGE(20)");
    assertThatThrownBy(() -> configs.connector().write(Spark.SESSION, rows.coalesce(1), APPEND))
        .isInstanceOf(BadRow.class)
        .hasMessage(
            "item {id=17}: cannot write to DynamoDB table '"
                + configs.build().table()
                + "': Empty attribute name (code ValidationException, status 400). Correct the"
                + " row, or leave it out.");
    assertThat(configs.connector().read(Spark.SESSION).count()).isEqualTo(17);
  }

  @Test
  void nullOrEmptyKey_isNamed() {
    Configs configs = Configs.fresh();
    assertThatThrownBy(
            () ->
                configs
                    .connector()
                    .write(Spark.SESSION, Spark.sql("SELECT CAST(NULL AS STRING) id, 1 a"), APPEND))
        .isInstanceOf(BadRow.class)
        .hasMessageContaining("has NULL in its key: {} ('id'). Give every row a key");
    assertThatThrownBy(
            () -> configs.connector().write(Spark.SESSION, Spark.sql("SELECT '' id, 1 a"), APPEND))
        .isInstanceOf(BadRow.class)
        .hasMessageContaining("has an empty value in its key: {id=} ('id')");
  }

  @Test
  void columns_thatTheSchemaLacks_needEvolution() {
    DynamoDbConnector connector = Configs.fresh().schema(SCHEMA).connector();
    Dataset<Row> wider = rows(1).selectExpr("*", "1 AS c");
    assertThatThrownBy(() -> connector.write(Spark.SESSION, wider, APPEND))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("the rows have columns that its 'schema' lacks: [c]");
    connector.write(Spark.SESSION, wider, APPEND.evolving(SchemaEvolution.ADD_COLUMNS));
    assertThatThrownBy(
            () -> connector.write(Spark.SESSION, rows(1).selectExpr("id", "'x' AS a"), APPEND))
        .hasMessageContaining("is declared as int, the rows have string. Cast the column.");
  }

  @Test
  void table_createdTwiceOrDroppedTwice_isToldApart() {
    Configs configs = Configs.fresh().capacity(5L, 5L);
    DynamoDbConnector connector = configs.connector();
    String label = "DynamoDB table '" + configs.build().table() + "'";
    connector.create(Spark.SESSION, rows(0).schema());
    assertThat(connector.ping(Duration.ofSeconds(5)))
        .isEqualTo(label + ", keys [id], about 0 items, 0 bytes");
    assertThatThrownBy(() -> connector.create(Spark.SESSION, rows(0).schema()))
        .hasMessage(
            "cannot create " + label + ": it is there already. Write to it, or drop it before.");
    connector.drop(Spark.SESSION);
    assertThat(connector.exists(Spark.SESSION)).isFalse();
    assertThatThrownBy(() -> connector.drop(Spark.SESSION))
        .hasMessageContaining("cannot drop " + label)
        .hasMessageContaining("(code ResourceNotFoundException, status 400)");
  }

  @Test
  void overwrite_isNotOffered() {
    DynamoDbConnector connector = Configs.fresh().connector();
    assertThat(connector.writeModes())
        .containsExactlyInAnyOrder(WriteMode.APPEND, WriteMode.ERROR_IF_EXISTS, WriteMode.IGNORE);
    assertThatThrownBy(
            () -> connector.write(Spark.SESSION, rows(1), WriteRequest.of(WriteMode.OVERWRITE)))
        .hasMessageContaining("Use append, upsert or delete");
  }
}
