package io.standpipe.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.standpipe.dynamodb.FaultProxy.Fault;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.tck.server.DynamoDbServer;
import io.standpipe.tck.server.ForkedServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What happens when DynamoDB is busy, away, or does not know who is asking. */
class DynamoDbFailureTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final String SCHEMA = "id STRING, a INT";
  private static final String ROLE =
      "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>"
          + "<SecretAccessKey>x</SecretAccessKey><SessionToken>y</SessionToken>"
          + "<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult>"
          + "</AssumeRoleResponse>";
  private static final Duration SHORT = Duration.ofMillis(300);
  private static final Duration LONG = Duration.ofSeconds(30);

  private static Dataset<Row> rows(int count) {
    return Spark.sql("SELECT CAST(id AS STRING) id, CAST(id AS INT) a FROM RANGE(" + count + ")");
  }

  private static Verdict verdict(Throwable error) {
    return ErrorTable.CLASSIFIER.classify(error).orElseThrow().verdict();
  }

  private static void writesAllThrough(Fault fault) {
    String server = Spark.SERVER.endpoint();
    try (FaultProxy proxy =
        new FaultProxy(server, (operation, number) -> number % 2 == 0 ? fault : Fault.NONE)) {
      Configs configs = Configs.fresh().schema(SCHEMA).endpoint(proxy.endpoint()).retryFor(LONG);
      DynamoDbConnector connector = configs.connector();
      assertThat(connector.write(Spark.SESSION, rows(130), APPEND).rows()).hasValue(130);
      assertThat(Spark.sorted(connector.read(Spark.SESSION))).isEqualTo(Spark.sorted(rows(130)));
    }
  }

  @Test
  void batch_ofWhichHalfStaysUnprocessed_isWrittenWhole() {
    writesAllThrough(Fault.HALF_UNPROCESSED);
  }

  @Test
  void batch_thatIsThrottled_isWrittenWhole() {
    writesAllThrough(Fault.THROTTLED);
  }

  @Test
  void batch_thatMeetsAnUnavailableServer_isWrittenWhole() {
    writesAllThrough(Fault.UNAVAILABLE);
  }

  @Test
  void batch_whoseAnswerIsLost_isWrittenOnce() {
    writesAllThrough(Fault.NO_ANSWER);
  }

  @Test
  void batch_thatStaysUnprocessed_isNoSuccess() {
    String server = Spark.SERVER.endpoint();
    try (FaultProxy proxy =
        new FaultProxy(
            server,
            (operation, number) ->
                operation.equals("BatchWriteItem") ? Fault.ALL_UNPROCESSED : Fault.NONE)) {
      Configs configs = Configs.fresh().endpoint(proxy.endpoint()).retryFor(SHORT);
      assertThatThrownBy(
              () -> configs.connector().write(Spark.SESSION, rows(10).coalesce(1), APPEND))
          .isInstanceOf(RequestFailure.class)
          .hasMessage(
              "cannot write to DynamoDB table '"
                  + configs.build().table()
                  + "': 10 items of a batch stayed unprocessed (code UnprocessedItems, status 200)."
                  + " Raise the table's capacity, or lower writeUnits. What was written stays; run"
                  + " again.")
          .satisfies(error -> assertThat(verdict(error)).isEqualTo(Verdict.THROTTLED));
    }
  }

  @Test
  void throttling_thatDoesNotEnd_isAVerdict() {
    try (FaultProxy proxy =
        new FaultProxy(Spark.SERVER.endpoint(), (operation, number) -> Fault.THROTTLED)) {
      Configs configs = Configs.fresh().schema(SCHEMA).endpoint(proxy.endpoint()).retryFor(SHORT);
      assertThatThrownBy(() -> configs.connector().write(Spark.SESSION, rows(10), APPEND))
          .hasMessageContaining("Rate exceeded (code ThrottlingException, status 400)")
          .satisfies(error -> assertThat(verdict(error)).isEqualTo(Verdict.THROTTLED));
    }
  }

  @Test
  void server_killedInMidWrite_andStartedAgain_losesNoRow() throws Exception {
    try (DynamoDbServer server = DynamoDbServer.start()) {
      // At this rate the write takes some seconds.
      DynamoDbConfig config =
          Configs.fresh()
              .schema(SCHEMA)
              .endpoint(server.endpoint())
              .retryFor(SHORT)
              .writeUnits(2000)
              .build();
      DynamoDbConnector connector = DynamoDbConnector.of(config);
      Dataset<Row> rows = rows(8000);
      connector.create(Spark.SESSION, rows.schema());
      CompletableFuture<?> write =
          CompletableFuture.supplyAsync(() -> connector.write(Spark.SESSION, rows, APPEND));
      while (!write.isDone() && DynamoDbTypesTest.item(config, "50").isEmpty()) {
        Calls.sleep(20);
      }
      server.kill();
      assertThatThrownBy(() -> write.get(60, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .satisfies(error -> assertThat(verdict(error.getCause())).isEqualTo(Verdict.TRANSIENT));
      server.restart();
      assertThat(connector.read(Spark.SESSION).count()).isBetween(1L, 7999L);
      assertThat(connector.write(Spark.SESSION, rows, APPEND).rows()).hasValue(8000);
      Dataset<Row> read = connector.read(Spark.SESSION);
      assertThat(read.selectExpr("count(*)", "count(DISTINCT id)", "sum(a)").first().toString())
          .isEqualTo("[8000,8000,31996000]");
    }
  }

  @Test
  void endpoint_whereNobodyListens_isNamed() {
    int port = ForkedServer.freePorts(1).get(0);
    Configs configs = Configs.fresh().endpoint("http://localhost:" + port).retryFor(Duration.ZERO);
    assertThatThrownBy(() -> configs.connector().ping(Duration.ofSeconds(2)))
        .hasMessage(
            "cannot open DynamoDB table '"
                + configs.build().table()
                + "': ConnectException: Connection refused (code NetworkFailure, status 0). Check"
                + " endpoint and region, and that the host can be reached.")
        .satisfies(error -> assertThat(verdict(error)).isEqualTo(Verdict.TRANSIENT));
  }

  @Test
  void credentials_thatAreMissing_areAskedFor() {
    Configs configs = Configs.fresh().keys(null, null).profile("no-such-profile");
    assertThatThrownBy(() -> configs.connector().read(Spark.SESSION))
        .isInstanceOf(RequestFailure.class)
        .hasMessage(
            "cannot open DynamoDB table '"
                + configs.build().table()
                + "': Profile file contained no credentials for profile 'no-such-profile' (code"
                + " NoCredentials, status 0). Give accessKeyId and secretAccessKey, a profile, or"
                + " credentials in the environment.")
        .satisfies(error -> assertThat(verdict(error)).isEqualTo(Verdict.PERMANENT));
  }

  @Test
  void credentials_thatAreWrong_areNotRepeatedInTheMessage() {
    Configs configs = Configs.fresh().keys("not valid!", Configs.SECRET);
    assertThatThrownBy(() -> configs.connector().read(Spark.SESSION))
        .isInstanceOf(RequestFailure.class)
        .satisfies(error -> assertThat(verdict(error)).isEqualTo(Verdict.PERMANENT))
        .satisfies(
            error ->
                assertThat(org.assertj.core.util.Throwables.getStackTrace(error))
                    .doesNotContain(Configs.SECRET));
  }

  @Test
  void table_thatIsMissing_isNamed() {
    Configs configs = Configs.fresh().partitionKey(null);
    assertThatThrownBy(() -> configs.connector().write(Spark.SESSION, rows(1), APPEND))
        .hasMessage(
            "cannot open DynamoDB table '"
                + configs.build().table()
                + "': Cannot do operations on a non-existent table (code ResourceNotFoundException,"
                + " status 400). Check table, region and endpoint, or create the table.");
  }

  @Test
  void role_isAssumedThroughSts() throws IOException {
    AtomicReference<String> asked = new AtomicReference<>();
    HttpServer sts = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
    sts.createContext(
        "/",
        exchange -> {
          asked.set(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          byte[] answer = ROLE.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    sts.start();
    System.setProperty("aws.endpointUrlSts", "http://localhost:" + sts.getAddress().getPort());
    try {
      DynamoDbConfig config = Configs.fresh().roleArn("arn:aws:iam::123456789012:role/r").build();
      assertThat(DynamoDbConnector.of(config).exists(Spark.SESSION)).isFalse();
      assertThat(asked.get()).contains("AssumeRole").contains("role%2Fr");
    } finally {
      System.clearProperty("aws.endpointUrlSts");
      sts.stop(0);
    }
  }

  @Test
  void pace_afterThrottling_isHalvedButNotForever() {
    Pace pace = Pace.of(100);
    pace.slower();
    assertThat(pace.rate()).isEqualTo(50);
    for (int i = 0; i < 10; i++) {
      pace.slower();
    }
    assertThat(pace.rate()).isEqualTo(100 / 16.0);
  }
}
