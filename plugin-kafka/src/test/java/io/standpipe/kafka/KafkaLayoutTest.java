package io.standpipe.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No value is lost or mistaken on its way into a record and back. */
class KafkaLayoutTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final String AVRO =
      """
      {"type":"record","name":"Click","fields":[{"name":"id","type":"long"},
       {"name":"page","type":["null","string"]}]}""";

  private static KafkaConnector connector(String topic, Map<String, Object> options) {
    Map<String, Object> all = new HashMap<>(options);
    all.put("topic", topic);
    return new KafkaConnector(Spark.config(all));
  }

  /** A topic with these values, which are given as SQL. */
  private static String topic(List<String> values) {
    String topic = Spark.newTopic();
    KafkaConnector bytes = connector(topic, Map.of("format", Format.BYTES));
    bytes.create(Spark.SESSION, new StructType());
    String rows = String.join("), (", values);
    bytes.write(
        Spark.SESSION,
        Spark.sql("SELECT CAST(value AS BINARY) AS value FROM VALUES (" + rows + ") AS t(value)")
            .coalesce(1),
        APPEND);
    return topic;
  }

  private static void failsAtEach(String topic, int values, Map<String, Object> options) {
    for (int offset = 0; offset < values; offset++) {
      Map<String, Object> one = new HashMap<>(options);
      one.put("startingOffsets", "{\"%s\":{\"0\":%d}}".formatted(topic, offset));
      one.put("endingOffsets", "{\"%s\":{\"0\":%d}}".formatted(topic, offset + 1));
      assertThatThrownBy(() -> connector(topic, one).read(Spark.SESSION).collectAsList())
          .as("value " + offset)
          .hasStackTraceContaining("Malformed records are detected in record parsing");
    }
  }

  @Test
  void read_jsonThatIsNotOneObject_isMalformed() {
    List<String> malformed =
        List.of(
            "''",
            "'  '",
            "'null'",
            "'{\"id\":1}{\"id\":2}'",
            "'{\"id\":1},{\"id\":2}'",
            "'[{\"id\":1}]'",
            "'{\"id\":1}}'",
            "'{\"id\":1}]'",
            "'{\"id\":1'");
    String topic = topic(malformed);
    Map<String, Object> options = Map.of("schema", "id BIGINT");

    failsAtEach(topic, malformed.size(), options);

    Map<String, Object> keep = Map.of("schema", "id BIGINT", "malformed", Malformed.KEEP);
    assertThat(connector(topic, keep).read(Spark.SESSION).where("id IS NULL AND _raw IS NOT NULL"))
        .returns((long) malformed.size(), rows -> rows.count());
  }

  @Test
  void read_jsonObjectsAndNoValues_areNotMalformed() {
    String topic = topic(List.of("' {\"id\": 1, \"more\": [{}]}\\n'", "'{}'", "NULL"));
    for (Malformed malformed : Malformed.values()) {
      assertThat(
              Spark.sorted(
                  connector(topic, Map.of("schema", "id BIGINT", "malformed", malformed))
                      .read(Spark.SESSION)))
          .containsExactly("{\"id\":1}", "{}", "{}");
    }
  }

  @Test
  void read_avroWithMoreBytesThanARecord_isMalformed() {
    // Behind the header of a schema registry; one byte too many; one too few.
    List<String> malformed =
        List.of("X'0000000007020208686F6D65'", "X'020208686F6D6500'", "X'020208686F6D'");
    String topic = topic(malformed);
    Map<String, Object> options = Map.of("format", Format.AVRO, "avroSchema", AVRO);

    failsAtEach(topic, malformed.size(), options);

    Map<String, Object> keep = new HashMap<>(options);
    keep.put("malformed", Malformed.KEEP);
    assertThat(
            connector(topic, keep)
                .read(Spark.SESSION)
                .where("id IS NULL AND page IS NULL AND _raw IS NOT NULL")
                .count())
        .isEqualTo(3);
    String good = topic(List.of("X'020208686F6D65'", "NULL"));
    assertThat(Spark.sorted(connector(good, options).read(Spark.SESSION)))
        .containsExactly("{\"id\":1,\"page\":\"home\"}", "{}");
    assertThat(Spark.sorted(connector(good, keep).read(Spark.SESSION)))
        .containsExactly("{\"id\":1,\"page\":\"home\"}", "{}");
  }

  private static KafkaConnector created(String schema) {
    KafkaConnector connector = connector(Spark.newTopic(), Map.of("schema", schema));
    connector.create(Spark.SESSION, new StructType());
    return connector;
  }

  @Test
  void write_timestamps_keepTheirMicroseconds() {
    KafkaConnector connector = created("at TIMESTAMP, old TIMESTAMP, local TIMESTAMP_NTZ");
    String times =
        "SELECT timestamp'2024-01-02 03:04:05.678901' AS at, timestamp'1850-06-01 12:00:00.000001'"
            + " AS old, timestamp_ntz'2024-01-02 03:04:05.678901' AS local";

    connector.write(Spark.SESSION, Spark.sql(times), APPEND);

    String[] text = {"CAST(at AS STRING)", "CAST(old AS STRING)", "CAST(local AS STRING)"};
    assertThat(connector.read(Spark.SESSION).selectExpr(text).collectAsList())
        .isEqualTo(Spark.sql(times).selectExpr(text).collectAsList());
  }

  @Test
  void write_nestedStructs_areMatchedByName() {
    KafkaConnector connector =
        created(
            "s STRUCT<a: STRING, b: BIGINT>, list ARRAY<STRUCT<a: STRING, b: BIGINT>>,"
                + " map MAP<STRING, STRUCT<a: STRING, b: BIGINT>>, none STRUCT<a: STRING, b: BIGINT>");
    String struct = "named_struct('B', 7, 'a', '8')";

    connector.write(
        Spark.SESSION,
        Spark.sql(
            "SELECT %1$s AS s, array(%1$s, NULL) AS list, map('k', %1$s) AS map, IF(id < 0, %1$s, NULL) AS none FROM RANGE(1)"
                .formatted(struct)),
        APPEND);

    String expected = "{\"a\":\"8\",\"b\":7}";
    assertThat(Spark.sorted(connector.read(Spark.SESSION)))
        .containsExactly(
            "{\"s\":%1$s,\"list\":[%1$s,null],\"map\":{\"k\":%1$s}}".formatted(expected));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          s STRUCT<a: INT> | named_struct('a', 1, 'z', 2) AS s | it has no column s.z. The fields of 's' are a.
          s STRUCT<a: INT, b: INT> | named_struct('a', 1) AS s | the rows lack the column 's.b'. Select it, as NULL if it has no value.
          s ARRAY<STRUCT<a: INT>> | array(named_struct('a', 1L)) AS s | column 's.a' is bigint, not int. Cast it in the query.
          s MAP<STRING, DOUBLE> | map('k', 1L) AS s | column 's' is bigint, not double. Cast it in the query.
          s DOUBLE | 9007199254740993L AS s | column 's' is bigint, not double. Cast it in the query.
          s FLOAT | 9007199254740993L AS s | column 's' is bigint, not float. Cast it in the query.
          s FLOAT | 16777217 AS s | column 's' is int, not float. Cast it in the query.
          s STRUCT<a: INT> | 1 AS s | column 's' is int, not struct<a:int>. Cast it in the query.
          """)
  void write_valuesThatWouldBeLost_areRefused(String schema, String column, String problem) {
    KafkaConnector connector = connector("t", Map.of("schema", schema));

    assertThatThrownBy(() -> connector.write(Spark.SESSION, Spark.sql("SELECT " + column), APPEND))
        .hasMessage("cannot write to topic 't': " + problem);
  }

  @Test
  void write_narrowerNumbers_areTaken() {
    KafkaConnector connector = created("d DOUBLE, f FLOAT, l BIGINT");

    connector.write(
        Spark.SESSION, Spark.sql("SELECT 16777217 AS d, 7S AS f, CAST(NULL AS INT) AS l"), APPEND);

    assertThat(Spark.sorted(connector.read(Spark.SESSION)))
        .containsExactly("{\"d\":1.6777217E7,\"f\":7.0}");
  }
}
