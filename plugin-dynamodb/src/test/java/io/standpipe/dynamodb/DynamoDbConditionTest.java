package io.standpipe.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Appends with a condition, and with a time to live. */
class DynamoDbConditionTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final String SCHEMA = "id STRING, a INT, b STRING";

  private static Dataset<Row> rows(int count) {
    return Spark.sql(
        "SELECT CAST(id AS STRING) id, CAST(id AS INT) a, 'b' b FROM RANGE(" + count + ")");
  }

  @Test
  void condition_thatFails_namesTheItem_butNotForOnesOwn() {
    Configs configs =
        Configs.fresh().schema(SCHEMA).condition("attribute_not_exists(id) OR a < :a");
    DynamoDbConnector connector = configs.connector();
    connector.write(Spark.SESSION, rows(3), APPEND);
    // The same items are there: an earlier attempt has put them.
    assertThat(connector.write(Spark.SESSION, rows(3), APPEND).rows()).hasValue(3);
    connector.write(Spark.SESSION, Spark.sql("SELECT '2' id, 5 a, 'b' b"), APPEND);
    assertThatThrownBy(
            () -> connector.write(Spark.SESSION, Spark.sql("SELECT '2' id, 4 a, 'b' b"), APPEND))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "cannot write the item {id=2} to DynamoDB table '"
                + configs.build().table()
                + "': the condition does not hold for the item that is there (code"
                + " ConditionalCheckFailedException, status 400). Leave such rows out, or change"
                + " 'condition'. Rows before it are written.");
  }

  @Test
  void condition_repeatedWithANewLifetime_countsOnesOwn() {
    DynamoDbConfig config =
        Configs.fresh()
            .ttl("gone", Duration.ofDays(1))
            .condition("attribute_not_exists(id) AND (a <> :a OR gone < :gone)")
            .build();
    DynamoDbConnector connector = DynamoDbConnector.of(config);
    connector.create(Spark.SESSION, rows(0).schema());
    DynamoDbTypesTest.put(
        config,
        Map.of(
            "id", AttributeValue.fromS("0"),
            "a", AttributeValue.fromN("0"),
            "b", AttributeValue.fromS("b"),
            "gone", AttributeValue.fromN("1893456000")));
    assertThat(connector.write(Spark.SESSION, rows(1), APPEND).rows()).hasValue(1);
    assertThat(DynamoDbTypesTest.item(config, "0").get("gone").n()).isEqualTo("1893456000");
    Dataset<Row> itsOwn = rows(1).selectExpr("*", "TIMESTAMP '2031-01-01 00:00:00 UTC' AS gone");
    assertThatThrownBy(() -> connector.write(Spark.SESSION, itsOwn, APPEND))
        .hasMessageContaining("the condition does not hold for the item that is there");
  }

  @Test
  void condition_thatNamesNoColumn_isRefused() {
    Configs configs = Configs.fresh().condition("attribute_not_exists(id) OR a < :A");
    assertThatThrownBy(() -> configs.connector().write(Spark.SESSION, rows(1), APPEND))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "cannot write to DynamoDB table '%s': its condition names ':A', which is none of the"
                + " columns [id, a, b]. Correct 'condition'.",
            configs.build().table());
  }

  @Test
  void timeToLive_isSecondsSince1970() {
    DynamoDbConfig config = Configs.fresh().ttl("gone", Duration.ofDays(1)).build();
    DynamoDbConnector connector = DynamoDbConnector.of(config);
    connector.write(
        Spark.SESSION,
        Spark.sql(
            "SELECT * FROM VALUES ('a', TIMESTAMP '2030-01-01 00:00:00 UTC'), ('b', NULL) AS"
                + " t(id, gone)"),
        APPEND);
    assertThat(DynamoDbTypesTest.item(config, "a").get("gone"))
        .isEqualTo(AttributeValue.fromN("1893456000"));
    assertThat(Long.parseLong(DynamoDbTypesTest.item(config, "b").get("gone").n()))
        .isBetween(
            Instant.now().plusSeconds(86_000).getEpochSecond(),
            Instant.now().plusSeconds(87_000).getEpochSecond());
    assertThat(
            Configs.of(config)
                .schema("id STRING, gone TIMESTAMP")
                .connector()
                .read(Spark.SESSION)
                .where("id = 'a'")
                .selectExpr("unix_timestamp(gone)")
                .first()
                .getLong(0))
        .isEqualTo(1893456000L);
  }
}
