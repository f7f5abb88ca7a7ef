package io.standpipe.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DynamoDbTypesTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);

  @Test
  void allTypes_writtenAndReadBySchema_areTheSame() {
    Dataset<Row> rows =
        Spark.sql(
            "SELECT 'a' id, 'łąka 😀 \\\\ \\n \\' ' text, '' empty, CAST(NULL AS STRING) none,"
                + " CAST(-128 AS TINYINT) b, CAST(32767 AS SMALLINT) s, -2147483648 i,"
                + " 9223372036854775807L l, CAST(1.5 AS FLOAT) f, 1.0E-100D d, -0.1D d2,"
                + " CAST('12345678901234567890123456789012345.678' AS DECIMAL(38,3)) n,"
                + " 12.50BD n2, true t, X'00FF10' bin,"
                + " DATE '0001-01-01' d1, DATE '9999-12-31' d9, DATE '1582-10-10' d15,"
                + " TIMESTAMP '1900-03-31 02:30:00.123456' ts,"
                + " TIMESTAMP_NTZ '1969-12-31 23:59:59.999999' ntz,"
                + " ARRAY(1, NULL, 3) arr, MAP('k', 1, 'łąka ', 2) m,"
                + " NAMED_STRUCT('x', 1, 'y', ARRAY(NAMED_STRUCT('z', 'q'))) st,"
                + " 'v' `Weird Name.with \"dots\"`, 'r' `select`");
    Configs configs = Configs.fresh().schema(rows.schema().toDDL());
    DynamoDbConnector connector = configs.connector();
    assertThat(connector.write(Spark.SESSION, rows, APPEND).rows()).hasValue(1);
    Dataset<Row> read = connector.read(Spark.SESSION);
    assertThat(read.collectAsList()).isEqualTo(rows.collectAsList());
  }

  @Test
  void timestamps_ofAnyYear_areStoredInUtcAndReadBack() {
    String times =
        "TIMESTAMP '0001-01-01 00:00:00', TIMESTAMP '1582-10-10 12:00:00',"
            + " TIMESTAMP '1850-06-01 12:00:00.000001', TIMESTAMP '9999-12-31 23:59:59.999999'";
    Dataset<Row> rows =
        Spark.sql(
            "SELECT 'a' id, TIMESTAMP '1582-10-10 12:00:00 UTC' at, ARRAY("
                + times
                + ") times, MAP('k', ARRAY("
                + times
                + ")) m, NAMED_STRUCT('x', TIMESTAMP '1500-02-28 00:00:00') st");
    Configs configs = Configs.fresh().schema(rows.schema().toDDL());
    DynamoDbConnector connector = configs.connector();
    connector.write(Spark.SESSION, rows, APPEND);
    assertThat(item(configs.build(), "a").get("at").s()).isEqualTo("1582-10-10T12:00:00Z");
    String[] micros = {
      "unix_micros(at)",
      "transform(times, t -> unix_micros(t))",
      "transform(m.k, t -> unix_micros(t))",
      "unix_micros(st.x)"
    };
    assertThat(Spark.sorted(connector.read(Spark.SESSION).selectExpr(micros)))
        .isEqualTo(Spark.sorted(rows.selectExpr(micros)));
  }

  @Test
  void schema_ofEveryAttributeType_isInferred() {
    DynamoDbConfig config = Configs.fresh().build();
    config.declaredSchema();
    config = Configs.of(config).build();
    DynamoDbConnector.of(config).create(Spark.SESSION, Spark.sql("SELECT 'a' id").schema());
    put(
        config,
        Map.of(
            "id", AttributeValue.fromS("a"),
            "whole", AttributeValue.fromN("7"),
            "mixed", AttributeValue.fromN("1"),
            "huge", AttributeValue.fromN("1E100"),
            "flag", AttributeValue.fromBool(true),
            "bytes", AttributeValue.fromB(SdkBytes.fromUtf8String("x")),
            "texts", AttributeValue.fromSs(List.of("p", "q")),
            "numbers", AttributeValue.fromNs(List.of("1", "2.5")),
            "nothing", AttributeValue.fromNul(true),
            "map", AttributeValue.fromM(Map.of("x", AttributeValue.fromN("1")))));
    put(
        config,
        Map.of(
            "id", AttributeValue.fromS("b"),
            "mixed", AttributeValue.fromN("1.25"),
            "huge", AttributeValue.fromN("0.5"),
            "list", AttributeValue.fromL(List.of(AttributeValue.fromS("e"))),
            "map", AttributeValue.fromM(Map.of("y", AttributeValue.fromS("t")))));
    Dataset<Row> read = DynamoDbConnector.of(config).read(Spark.SESSION);
    assertThat(read.schema().toDDL())
        .isEqualTo(
            "id STRING,bytes BINARY,flag BOOLEAN,huge DOUBLE,list ARRAY<STRING>,"
                + "map STRUCT<x: BIGINT, y: STRING>,mixed DECIMAL(38,2),nothing STRING,"
                + "numbers ARRAY<DECIMAL(38,1)>,texts ARRAY<STRING>,whole BIGINT");
    assertThat(Spark.sorted(read.select("id", "mixed", "map", "whole", "huge")))
        .containsExactly("[a,1.00,[1,null],7,1.0E100]", "[b,1.25,[null,t],null,0.5]");
  }

  @Test
  void columnOfTwoKinds_whenInferred_isRefusedByName() {
    DynamoDbConfig config = Configs.fresh().build();
    DynamoDbConnector connector = DynamoDbConnector.of(config);
    connector.create(Spark.SESSION, Spark.sql("SELECT 'a' id").schema());
    put(config, Map.of("id", AttributeValue.fromS("a"), "v", AttributeValue.fromN("7")));
    put(config, Map.of("id", AttributeValue.fromS("b"), "v", AttributeValue.fromBool(true)));
    assertThatThrownBy(() -> connector.read(Spark.SESSION))
        .isInstanceOf(BadRow.class)
        .hasMessageMatching(
            "cannot infer a type for column 'v' of DynamoDB table '"
                + config.table()
                + "': it has values of the kinds (number and boolean|boolean and number)\\."
                + " Give 'schema' without this column\\.");
  }

  @Test
  void value_thatDoesNotFitTheSchema_namesColumnTypeAndValue() {
    DynamoDbConfig config = Configs.fresh().schema("id STRING, v BIGINT").build();
    DynamoDbConnector connector = DynamoDbConnector.of(config);
    connector.create(Spark.SESSION, Spark.sql("SELECT 'a' id").schema());
    put(config, Map.of("id", AttributeValue.fromS("a"), "v", AttributeValue.fromN("7.5")));
    assertThatThrownBy(() -> connector.read(Spark.SESSION).collectAsList())
        .hasMessageContaining(
            "column 'v' of DynamoDB table '"
                + config.table()
                + "' is bigint, but an item has the N 7.5. Correct the type in 'schema', or leave"
                + " the column out of it.");
  }

  @Test
  void sets_areWrittenAsSets_andReadAsArrays() {
    Configs configs = Configs.fresh().schema("id STRING, tags ARRAY<STRING>").sets("tags");
    DynamoDbConnector connector = configs.connector();
    connector.write(Spark.SESSION, Spark.sql("SELECT 'a' id, ARRAY('y', 'x', 'y') tags"), APPEND);
    assertThat(item(configs.build(), "a").get("tags").ss()).containsExactlyInAnyOrder("x", "y");
    assertThat(connector.read(Spark.SESSION).selectExpr("array_sort(tags)").first().getList(0))
        .containsExactly("x", "y");
    assertThatThrownBy(
            () ->
                connector.write(
                    Spark.SESSION,
                    Spark.sql("SELECT 'b' id, CAST(ARRAY() AS ARRAY<STRING>) tags"),
                    APPEND))
        .isInstanceOf(BadRow.class)
        .hasMessage(
            "column 'tags' of a row for DynamoDB table '"
                + configs.build().table()
                + "' has an empty set, which DynamoDB does not have: {id=b}. Correct the row, or"
                + " leave it out.");
  }

  @Test
  void notANumber_isRefusedByColumnAndKey() {
    Configs configs = Configs.fresh();
    assertThatThrownBy(
            () ->
                configs
                    .connector()
                    .write(
                        Spark.SESSION, Spark.sql("SELECT 'a' id, CAST('NaN' AS DOUBLE) x"), APPEND))
        .isInstanceOf(BadRow.class)
        .hasMessageContaining("column 'x'")
        .hasMessageContaining("the number NaN, which DynamoDB does not have: {id=a}");
  }

  @Test
  void interval_isRefusedByColumnAndType() {
    Configs configs = Configs.fresh();
    assertThatThrownBy(
            () ->
                configs
                    .connector()
                    .write(Spark.SESSION, Spark.sql("SELECT 'a' id, INTERVAL '1' DAY x"), APPEND))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("column 'x' of DynamoDB table")
        .hasMessageContaining("has the type interval day, which DynamoDB cannot hold");
  }

  static void put(DynamoDbConfig config, Map<String, AttributeValue> item) {
    try (Calls calls = Access.of(config).open()) {
      calls.call(
          "put", client -> client.putItem(request -> request.tableName(config.table()).item(item)));
    }
  }

  static Map<String, AttributeValue> item(DynamoDbConfig config, String id) {
    try (Calls calls = Access.of(config).open()) {
      return calls.call(
          "get",
          client ->
              client
                  .getItem(
                      request ->
                          request
                              .tableName(config.table())
                              .consistentRead(true)
                              .key(Map.of("id", AttributeValue.fromS(id))))
                  .item());
    }
  }
}
