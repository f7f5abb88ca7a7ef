package io.standpipe.tck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.config.DriverConfigLoader;
import com.datastax.oss.driver.api.core.cql.Row;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.IntegerDeserializer;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** Each server on the back end that {@code -Dservers} chooses: used, killed, restarted, frozen. */
class RealServersIT {
  private static final TopicPartition TOPIC = new TopicPartition("records", 0);

  /** Writes a row that was not there before. */
  interface Write {
    void run(int id) throws Exception;
  }

  /** What is written survives a crash; a frozen server answers nobody until it is thawed. */
  static void use(TestServer server, Write write, Callable<List<Integer>> rows) throws Exception {
    int port = server.port();
    write.run(1);
    assertThat(rows.call()).containsExactly(1);
    assertThatThrownBy(server::restart)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageEndingWith(" is running: kill it first");

    server.kill();
    assertThatThrownBy(rows::call).isNotNull();
    server.restart();
    assertThat(server.port()).isEqualTo(port);
    assertThat(rows.call()).containsExactly(1);

    server.freeze();
    CompletableFuture<List<Integer>> waiting = CompletableFuture.supplyAsync(() -> call(rows));
    assertThatThrownBy(() -> waiting.get(700, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    server.thaw();
    assertThat(waiting.get(20, TimeUnit.SECONDS)).containsExactly(1);
    write.run(2);
    assertThat(rows.call()).containsExactlyInAnyOrder(1, 2);

    server.close();
    server.close();
    assertThatThrownBy(server::restart).hasMessageEndingWith(" is closed");
  }

  private static List<Integer> call(Callable<List<Integer>> rows) {
    try {
      return rows.call();
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  @Test
  void postgres_disturbed_keepsItsRows() throws Exception {
    try (PostgresServer postgres = PostgresServer.start()) {
      postgres(postgres, "CREATE TABLE t (id int)");
      use(
          postgres,
          id -> postgres(postgres, "INSERT INTO t VALUES (" + id + ")"),
          () -> postgres(postgres, "SELECT id FROM t"));
    }
  }

  @Test
  void mariaDb_disturbed_keepsItsRows() throws Exception {
    try (MariaDbServer mariaDb = MariaDbServer.start()) {
      mariaDb(mariaDb, "CREATE TABLE t (id int)");
      use(
          mariaDb,
          id -> mariaDb(mariaDb, "INSERT INTO t VALUES (" + id + ")"),
          () -> mariaDb(mariaDb, "SELECT id FROM t"));
    }
  }

  private static List<Integer> mariaDb(MariaDbServer server, String sql) throws SQLException {
    return sql(server.url(), MariaDbServer.USER, MariaDbServer.PASSWORD, sql);
  }

  @Test
  void postgres_wrongPassword_isRefused() {
    PostgresServer postgres = SharedServers.of(PostgresServer.class);
    assertThatThrownBy(
            () -> DriverManager.getConnection(postgres.url(), PostgresServer.USER, "wrong"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("password authentication failed for user \"postgres\"");
  }

  private static List<Integer> postgres(PostgresServer server, String sql) throws SQLException {
    return sql(server.url(), PostgresServer.USER, PostgresServer.PASSWORD, sql);
  }

  private static List<Integer> sql(String url, String user, String password, String sql)
      throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, user, password);
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return List.of();
      }
      List<Integer> ids = new ArrayList<>();
      ResultSet rows = statement.getResultSet();
      while (rows.next()) {
        ids.add(rows.getInt(1));
      }
      return ids;
    }
  }

  @Test
  void cassandra_disturbed_keepsItsRows() throws Exception {
    try (CassandraServer cassandra = CassandraServer.start(CassandraServer.Access.PASSWORD)) {
      cql(
          cassandra,
          "CREATE KEYSPACE k WITH replication = {'class': 'SimpleStrategy', 'replication_factor':"
              + " 1}");
      cql(cassandra, "CREATE TABLE k.t (id int PRIMARY KEY)");
      use(
          cassandra,
          id -> cql(cassandra, "INSERT INTO k.t (id) VALUES (" + id + ")"),
          () ->
              cql(cassandra, "SELECT id FROM k.t").stream().map(row -> row.getInt("id")).toList());
    }
  }

  private static List<Row> cql(CassandraServer server, String statement) {
    try (CqlSession session =
        CqlSession.builder()
            .addContactPoint(server.address())
            .withLocalDatacenter(CassandraServer.DATA_CENTER)
            .withAuthCredentials("cassandra", "cassandra")
            .withConfigLoader(
                DriverConfigLoader.fromString(
                    """
                    datastax-java-driver {
                      basic.request.timeout = 20 seconds
                      advanced.connection.init-query-timeout = 20 seconds
                      advanced.control-connection.timeout = 20 seconds
                      advanced.metadata { schema.enabled = false, token-map.enabled = false }
                    }
                    """))
            .build()) {
      return session.execute(statement).all();
    }
  }

  @Test
  void dynamodb_disturbed_keepsItsItems() throws Exception {
    try (DynamoDbServer dynamodb = DynamoDbServer.start();
        DynamoDbClient client =
            DynamoDbClient.builder()
                .endpointOverride(URI.create(dynamodb.endpoint()))
                .region(Region.EU_CENTRAL_1)
                .credentialsProvider(
                    StaticCredentialsProvider.create(AwsBasicCredentials.create("id", "secret")))
                .overrideConfiguration(o -> o.apiCallTimeout(Duration.ofSeconds(15)))
                .build()) {
      client.createTable(
          table ->
              table
                  .tableName("items")
                  .keySchema(key -> key.attributeName("id").keyType(KeyType.HASH))
                  .attributeDefinitions(
                      key -> key.attributeName("id").attributeType(ScalarAttributeType.N))
                  .billingMode(BillingMode.PAY_PER_REQUEST));
      use(
          dynamodb,
          id ->
              client.putItem(
                  put -> put.tableName("items").item(Map.of("id", AttributeValue.fromN("" + id)))),
          () ->
              client.scan(scan -> scan.tableName("items")).items().stream()
                  .map(item -> Integer.valueOf(item.get("id").n()))
                  .toList());
    }
  }

  @Test
  void s3_disturbed_keepsItsObjects() throws Exception {
    try (S3Server s3 = S3Server.start()) {
      s3(s3, "bucket", "PUT", BodyPublishers.noBody());
      use(
          s3,
          id -> s3(s3, "bucket/" + id, "PUT", BodyPublishers.ofString("object " + id)),
          () ->
              List.of(1, 2).stream()
                  .filter(
                      id ->
                          s3(s3, "bucket/" + id, "GET", BodyPublishers.noBody())
                              .equals("object " + id))
                  .toList());
    }
  }

  private static String s3(S3Server server, String path, String method, BodyPublisher body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(server.endpoint() + "/" + path))
            .method(method, body)
            .timeout(Duration.ofSeconds(15))
            .build();
    try {
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void kafka_disturbed_keepsItsRecords() throws Exception {
    try (KafkaServer kafka = KafkaServer.start()) {
      String servers = kafka.bootstrapServers();
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
        admin.createTopics(List.of(new NewTopic(TOPIC.topic(), 1, (short) 1))).all().get();
      }
      use(kafka, id -> produce(servers, id), () -> consume(servers));
    }
  }

  private static void produce(String servers, int id) throws Exception {
    Map<String, Object> options = Map.of("bootstrap.servers", servers, "acks", "all");
    try (KafkaProducer<Integer, Integer> producer =
        new KafkaProducer<>(options, new IntegerSerializer(), new IntegerSerializer())) {
      producer.send(new ProducerRecord<>(TOPIC.topic(), 0, id, id)).get(20, TimeUnit.SECONDS);
    }
  }

  private static List<Integer> consume(String servers) {
    Map<String, Object> options =
        Map.of("bootstrap.servers", servers, "default.api.timeout.ms", "15000");
    try (KafkaConsumer<Integer, Integer> consumer =
        new KafkaConsumer<>(options, new IntegerDeserializer(), new IntegerDeserializer())) {
      consumer.assign(List.of(TOPIC));
      consumer.seekToBeginning(List.of(TOPIC));
      long end = consumer.endOffsets(List.of(TOPIC)).get(TOPIC);
      List<Integer> values = new ArrayList<>();
      while (consumer.position(TOPIC) < end) {
        consumer.poll(Duration.ofSeconds(1)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }

  @Test
  void sharedServer_isStartedOnce() {
    assertThat(SharedServers.of(PostgresServer.class))
        .isSameAs(SharedServers.of(PostgresServer.class));
    assertThatCode(
            () -> postgres(SharedServers.of(PostgresServer.class), "CREATE TEMP TABLE x (id int)"))
        .doesNotThrowAnyException();
  }
}
