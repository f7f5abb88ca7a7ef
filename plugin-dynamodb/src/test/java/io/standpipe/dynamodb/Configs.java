package io.standpipe.dynamodb;

import io.standpipe.spi.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Configurations of tables on a test server; a builder, for the record has many components. */
final class Configs {
  static final String SECRET = "s3cr3t-Value";
  private static final AtomicInteger TABLES = new AtomicInteger();

  private final String table;
  private Optional<String> endpoint = Optional.of(Spark.SERVER.endpoint());
  private Optional<String> accessKeyId = Optional.of("AKIATEST");
  private Optional<Secret> secretAccessKey = Optional.of(Secret.of(SECRET));
  private Optional<String> region = Optional.of("eu-central-1");
  private Optional<String> profile = Optional.empty();
  private Optional<String> roleArn = Optional.empty();
  private Optional<String> schema = Optional.empty();
  private int sampleItems = 1000;
  private Optional<Integer> segments = Optional.empty();
  private Optional<Integer> readUnits = Optional.empty();
  private Optional<Integer> writeUnits = Optional.empty();
  private Optional<Double> readFraction = Optional.empty();
  private Optional<Double> writeFraction = Optional.empty();
  private Optional<String> index = Optional.empty();
  private Optional<String> commitTable = Optional.empty();
  private boolean consistentRead = true;
  private DynamoDbConfig.UpsertBy upsertBy = DynamoDbConfig.UpsertBy.UPDATE;
  private Optional<String> condition = Optional.empty();
  private List<String> sets = List.of();
  private Optional<String> ttlAttribute = Optional.empty();
  private Optional<Duration> ttlAfter = Optional.empty();
  private Optional<String> partitionKey = Optional.of("id");
  private Optional<String> sortKey = Optional.empty();
  private Optional<Long> readCapacity = Optional.empty();
  private Optional<Long> writeCapacity = Optional.empty();
  private Duration retryFor = Duration.ofSeconds(2);
  private Duration requestTimeout = Duration.ofSeconds(10);

  private Configs(String table) {
    this.table = table;
  }

  /** A table of its own, with the partition key {@code id}. */
  static Configs fresh() {
    return new Configs("table" + TABLES.incrementAndGet());
  }

  static Configs of(DynamoDbConfig config) {
    return new Configs(config.table());
  }

  Configs endpoint(String url) {
    endpoint = Optional.ofNullable(url);
    return this;
  }

  Configs keys(String id, String secret) {
    accessKeyId = Optional.ofNullable(id);
    secretAccessKey = Optional.ofNullable(secret).map(Secret::of);
    return this;
  }

  Configs region(String value) {
    region = Optional.ofNullable(value);
    return this;
  }

  Configs profile(String value) {
    profile = Optional.of(value);
    return this;
  }

  Configs roleArn(String value) {
    roleArn = Optional.of(value);
    return this;
  }

  Configs schema(String ddl) {
    schema = Optional.of(ddl);
    return this;
  }

  Configs sampleItems(int value) {
    sampleItems = value;
    return this;
  }

  Configs segments(int value) {
    segments = Optional.of(value);
    return this;
  }

  Configs readUnits(int value) {
    readUnits = Optional.of(value);
    return this;
  }

  Configs writeUnits(int value) {
    writeUnits = Optional.of(value);
    return this;
  }

  Configs fractions(Double read, Double write) {
    readFraction = Optional.ofNullable(read);
    writeFraction = Optional.ofNullable(write);
    return this;
  }

  Configs index(String value) {
    index = Optional.of(value);
    return this;
  }

  Configs commitTable(String value) {
    commitTable = Optional.of(value);
    return this;
  }

  Configs eventually() {
    consistentRead = false;
    return this;
  }

  Configs upsertByPut() {
    upsertBy = DynamoDbConfig.UpsertBy.PUT;
    return this;
  }

  Configs condition(String value) {
    condition = Optional.of(value);
    return this;
  }

  Configs sets(String... columns) {
    sets = List.of(columns);
    return this;
  }

  Configs ttl(String attribute, Duration after) {
    ttlAttribute = Optional.of(attribute);
    ttlAfter = Optional.ofNullable(after);
    return this;
  }

  Configs partitionKey(String name) {
    partitionKey = Optional.ofNullable(name);
    return this;
  }

  Configs sortKey(String name) {
    sortKey = Optional.of(name);
    return this;
  }

  Configs capacity(Long read, Long write) {
    readCapacity = Optional.ofNullable(read);
    writeCapacity = Optional.ofNullable(write);
    return this;
  }

  Configs retryFor(Duration value) {
    retryFor = value;
    return this;
  }

  Configs requestTimeout(Duration value) {
    requestTimeout = value;
    return this;
  }

  DynamoDbConfig build() {
    return new DynamoDbConfig(
        table,
        region,
        endpoint,
        profile,
        accessKeyId,
        secretAccessKey,
        Optional.empty(),
        roleArn,
        schema,
        sampleItems,
        consistentRead,
        segments,
        readUnits,
        readFraction,
        writeUnits,
        writeFraction,
        index,
        upsertBy,
        condition,
        commitTable,
        sets,
        ttlAttribute,
        ttlAfter,
        partitionKey,
        sortKey,
        readCapacity,
        writeCapacity,
        retryFor,
        requestTimeout);
  }

  DynamoDbConnector connector() {
    return DynamoDbConnector.of(build());
  }
}
