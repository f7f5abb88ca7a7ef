package io.standpipe.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.IndexStatus;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Reads by the keys of secondary indexes. */
class DynamoDbIndexTest {
  private static final String SCHEMA = "id STRING, seq INT, mail STRING, day INT, city STRING";
  private static DynamoDbConfig config;
  private static Dataset<Row> rows;

  private static List<KeySchemaElement> keys(String partition, String... sort) {
    return java.util.stream.Stream.concat(
            java.util.stream.Stream.of(key(partition, KeyType.HASH)),
            java.util.stream.Stream.of(sort).map(name -> key(name, KeyType.RANGE)))
        .toList();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }

  private static AttributeDefinition attribute(String name, String type) {
    return AttributeDefinition.builder().attributeName(name).attributeType(type).build();
  }

  @Test
  void indexes_thatAreBeingFilledOrHaveMoreKeys_areLeftOut() {
    TableDescription table =
        TableDescription.builder()
            .tableStatus(TableStatus.ACTIVE)
            .keySchema(keys("id"))
            .attributeDefinitions(attribute("id", "S"), attribute("mail", "S"))
            .globalSecondaryIndexes(
                index("ready", IndexStatus.ACTIVE, keys("mail")),
                index("resized", IndexStatus.UPDATING, keys("mail", "id")),
                index("filling", IndexStatus.CREATING, keys("mail")),
                index("going", IndexStatus.DELETING, keys("mail")),
                index(
                    "manyKeys",
                    IndexStatus.ACTIVE,
                    List.of(key("mail", KeyType.HASH), key("id", KeyType.HASH))))
            .build();
    assertThat(TableInfo.of("t", table).indexNames()).containsExactly("ready", "resized");
  }

  private static GlobalSecondaryIndexDescription index(
      String name, IndexStatus status, List<KeySchemaElement> keys) {
    return GlobalSecondaryIndexDescription.builder()
        .indexName(name)
        .indexStatus(status)
        .keySchema(keys)
        .build();
  }

  @BeforeAll
  static void table() {
    config = Configs.fresh().schema(SCHEMA).eventually().build();
    try (Calls calls = Access.of(config).open()) {
      calls.call(
          "create the table",
          client ->
              client.createTable(
                  table ->
                      table
                          .tableName(config.table())
                          .keySchema(keys("id", "seq"))
                          .attributeDefinitions(
                              attribute("id", "S"),
                              attribute("seq", "N"),
                              attribute("mail", "S"),
                              attribute("day", "N"),
                              attribute("city", "S"))
                          .billingMode(BillingMode.PAY_PER_REQUEST)
                          .localSecondaryIndexes(
                              index ->
                                  index
                                      .indexName("by_day")
                                      .keySchema(keys("id", "day"))
                                      .projection(p -> p.projectionType(ProjectionType.ALL)))
                          .globalSecondaryIndexes(
                              index ->
                                  index
                                      .indexName("by_mail")
                                      .keySchema(keys("mail", "day"))
                                      .projection(p -> p.projectionType(ProjectionType.ALL)),
                              index ->
                                  index
                                      .indexName("by_city")
                                      .keySchema(keys("city"))
                                      .projection(
                                          p -> p.projectionType(ProjectionType.KEYS_ONLY)))));
    }
    // Some rows lack the keys of the indexes.
    rows =
        Spark.sql(
            "SELECT concat('i', id % 3) id, CAST(id AS INT) seq,"
                + " CASE WHEN id % 4 <> 0 THEN concat('m', id % 5) END mail,"
                + " CASE WHEN id % 3 <> 0 THEN CAST(id % 10 AS INT) END day,"
                + " CASE WHEN id % 2 <> 0 THEN 'Wien' END city FROM RANGE(120)");
    DynamoDbConnector.of(config).write(Spark.SESSION, rows, WriteRequest.of(WriteMode.APPEND));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mail = 'm1' AND day = 6 | index by_mail query",
        "mail IN ('m1', 'm2') AND day > 3 | index by_mail query",
        "mail = 'm1' AND day BETWEEN 2 AND 7 AND city = 'Wien' | index by_mail query",
        "mail = 'm1' AND day IS NOT NULL | index by_mail query",
        "mail = 'm1' AND seq < 60 AND day > 0 | index by_mail query",
        "mail = 'm1' | scan",
        "mail = 'm1' AND day IS NULL | scan",
        "day = 6 | scan",
        "city = 'Wien' | scan",
        "id = 'i1' AND day >= 4 | index by_day query",
        "id = 'i1' AND seq > 4 AND day >= 4 | query",
        "id = 'i0' | query",
        "id = 'i1' AND mail = 'm1' AND day = 6 | index by_day query"
      })
  void filter_onTheKeysOfAnIndex_isAQueryOfItWhereItHasAllItems(String filter, String way) {
    Dataset<Row> read = DynamoDbConnector.of(config).read(Spark.SESSION).where(filter);
    assertThat(read.queryExecution().executedPlan().toString())
        .contains("dynamodb " + config.table() + " " + way);
    assertThat(Spark.sorted(read)).isEqualTo(Spark.sorted(rows.where(filter)));
    assertThat(read.count()).isEqualTo(rows.where(filter).count());
  }

  @Test
  void consistentRead_usesNoGlobalIndex() {
    Dataset<Row> read = Configs.of(config).schema(SCHEMA).connector().read(Spark.SESSION);
    assertThat(plan(read.where("mail = 'm1' AND day = 6"))).contains(" scan, ");
    assertThat(plan(read.where("id = 'i1' AND day = 4"))).contains(" index by_day query");
  }

  @Test
  void index_thatIsConfigured_isReadInsteadOfTheTable() {
    Configs byMail = Configs.of(config).schema(SCHEMA).eventually().index("by_mail");
    Dataset<Row> indexed = rows.where("mail IS NOT NULL AND day IS NOT NULL");
    Dataset<Row> read = byMail.connector().read(Spark.SESSION);
    assertThat(plan(read)).contains(" index by_mail scan, ");
    assertThat(Spark.sorted(read)).isEqualTo(Spark.sorted(indexed));
    assertThat(plan(read.where("mail = 'm1'"))).contains(" index by_mail query");
    assertThat(Spark.sorted(read.where("mail = 'm1'")))
        .isEqualTo(Spark.sorted(indexed.where("mail = 'm1'")));
    assertThat(byMail.connector().writeModes()).isEmpty();
  }

  @Test
  void index_withoutAllAttributes_hasThoseThatItHas() {
    Dataset<Row> read =
        Configs.of(config).eventually().index("by_city").connector().read(Spark.SESSION);
    assertThat(read.schema().fieldNames()).containsExactlyInAnyOrder("id", "seq", "city");
    assertThat(Spark.sorted(read.where("city = 'Wien'").select("id", "seq")))
        .isEqualTo(Spark.sorted(rows.where("city = 'Wien'").select("id", "seq")));
  }

  @Test
  void index_thatIsMissing_orGlobalAndReadConsistently_isRefused() {
    assertThatThrownBy(
            () ->
                Configs.of(config).schema(SCHEMA).index("by_name").connector().read(Spark.SESSION))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "cannot read DynamoDB table '%s': it has no index 'by_name'. Set 'index' to one of"
                + " [by_day, by_mail, by_city], or remove it.",
            config.table());
    assertThatThrownBy(
            () ->
                Configs.of(config).schema(SCHEMA).index("by_mail").connector().read(Spark.SESSION))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "cannot read the global index 'by_mail' of DynamoDB table '%s' consistently. Remove"
                + " consistentRead or index.",
            config.table());
    Configs local = Configs.of(config).schema(SCHEMA).index("by_day");
    assertThat(local.connector().read(Spark.SESSION).where("id = 'i1' AND day = 4").count())
        .isEqualTo(rows.where("id = 'i1' AND day = 4").count());
  }

  private static String plan(Dataset<Row> read) {
    return read.queryExecution().executedPlan().toString();
  }

  @Test
  void item_withAnEmptyIndexKey_isNotInTheIndex_norExpectedThere() {
    Dataset<Row> read = DynamoDbConnector.of(config).read(Spark.SESSION);
    assertThat(read.where("mail = '' AND day = 1").count()).isZero();
    DynamoDbTypesTest.put(
        config,
        Map.of(
            "id", AttributeValue.fromS("i9"),
            "seq", AttributeValue.fromN("1"),
            "city", AttributeValue.fromS("Graz")));
    assertThat(Spark.sorted(read.where("id = 'i9'"))).containsExactly("[i9,1,null,null,Graz]");
  }
}
