package io.standpipe.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.dynamodb.FaultProxy.Fault;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** Tables are made whole, whatever comes in between. */
class DynamoDbCreateTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);

  private static Dataset<Row> rows() {
    return Spark.sql("SELECT CAST(id AS STRING) id, CAST(id AS INT) a FROM RANGE(3)");
  }

  private static boolean expires(String table) {
    try (Calls calls = Access.of(Configs.fresh().build()).open()) {
      return calls
              .call(
                  "look", client -> client.describeTimeToLive(request -> request.tableName(table)))
              .timeToLiveDescription()
              .timeToLiveStatus()
          == TimeToLiveStatus.ENABLED;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"CreateTable", "UpdateTimeToLive"})
  void create_whoseAnswerIsLost_isDoneOnce(String lost) {
    try (FaultProxy proxy =
        new FaultProxy(
            Spark.SERVER.endpoint(),
            lost,
            (operation, number) -> number == 0 ? Fault.NO_ANSWER : Fault.NONE)) {
      Configs configs =
          Configs.fresh()
              .ttl("gone", null)
              .endpoint(proxy.endpoint())
              .retryFor(Duration.ofSeconds(30));
      configs.connector().create(Spark.SESSION, rows().schema());
      assertThat(expires(configs.build().table())).isTrue();
    }
  }

  @Test
  void create_ofATableThatIsBeingMade_waitsForIt() {
    Configs configs = Configs.fresh();
    configs.connector().create(Spark.SESSION, rows().schema());
    try (FaultProxy proxy = slow()) {
      configs.endpoint(proxy.endpoint()).ttl("gone", null);
      configs.connector().create(Spark.SESSION, rows().schema());
    }
    assertThat(expires(configs.build().table())).isTrue();
    try (FaultProxy proxy = slow()) {
      Configs other = Configs.of(configs.build()).partitionKey("a").endpoint(proxy.endpoint());
      assertThatThrownBy(() -> other.connector().create(Spark.SESSION, rows().schema()))
          .isInstanceOf(Refusal.class)
          .hasMessage(
              "cannot create DynamoDB table '%s': it is there already. Write to it, or drop it"
                  + " before.",
              configs.build().table());
    }
  }

  /** The first answers say that the table is in the making. */
  private static FaultProxy slow() {
    return new FaultProxy(
        Spark.SERVER.endpoint(),
        "DescribeTable",
        (operation, number) -> number < 3 ? Fault.CREATING : Fault.NONE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"APPEND", "ERROR_IF_EXISTS"})
  void write_toATableThatIsBeingMade_waitsForIt(WriteMode mode) {
    Configs configs = Configs.fresh();
    configs.connector().create(Spark.SESSION, rows().schema());
    try (FaultProxy proxy = slow()) {
      DynamoDbConnector connector = configs.endpoint(proxy.endpoint()).connector();
      assertThat(connector.write(Spark.SESSION, rows(), WriteRequest.of(mode)).rows()).hasValue(3);
    }
  }

  @Test
  void write_afterOneThatWasKilledBeforeTheTimeToLive_setsIt() {
    DynamoDbConfig config = Configs.fresh().build();
    DynamoDbConnector.of(config).create(Spark.SESSION, rows().schema());
    Configs expiring = Configs.of(config).ttl("gone", null);
    expiring.connector().write(Spark.SESSION, rows(), APPEND);
    assertThat(expires(config.table())).isTrue();
    assertThat(expiring.connector().write(Spark.SESSION, rows(), APPEND).rows()).hasValue(3);
  }

  @Test
  void write_toTheUsersTableWithItems_leavesItsTimeToLiveAlone() {
    DynamoDbConfig config = Configs.fresh().build();
    DynamoDbConnector.of(config).write(Spark.SESSION, rows(), APPEND);
    Configs.of(config).ttl("gone", null).connector().write(Spark.SESSION, rows(), APPEND);
    assertThat(expires(config.table())).isFalse();
  }

  @Test
  void commitTable_whoseMakingWasCutOff_isMadeWhole() {
    Configs made = Configs.fresh().partitionKey("token");
    String tokens = made.build().table();
    made.connector().create(Spark.SESSION, Spark.sql("SELECT '' token").schema());
    DynamoDbConnector connector = Configs.fresh().commitTable(tokens).connector();
    WriteRequest request = APPEND.withToken(new CommitToken("run", "node"));
    assertThat(connector.write(Spark.SESSION, rows(), request).rows()).hasValue(3);
    assertThat(expires(tokens)).isTrue();
  }
}
