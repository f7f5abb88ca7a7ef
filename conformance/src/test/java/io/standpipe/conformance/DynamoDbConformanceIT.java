package io.standpipe.conformance;

import io.standpipe.tck.Deviations;
import io.standpipe.tck.Server;
import io.standpipe.tck.server.DynamoDbServer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class DynamoDbConformanceIT extends ShippedConformance {
  private static final String PARTIAL =
      "A failed write leaves what it has written; write the rows again.";
  private static DynamoDbServer server;

  @BeforeAll
  static void start() {
    server = DynamoDbServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected String type() {
    return "dynamodb";
  }

  @Override
  protected Map<String, Object> storage(String name) {
    return keyed(name, List.of("id"));
  }

  @Override
  protected Map<String, Object> keyed(String name, List<String> keys) {
    Map<String, Object> options = new HashMap<>();
    options.put("table", name);
    options.put("region", "eu-central-1");
    options.put("endpoint", server.endpoint());
    options.put("accessKeyId", "AKIDCONFORMANCE");
    options.put("secretAccessKey", "s3cr3t-of-the-suite");
    options.put("consistentRead", true);
    options.put("commitTable", "commits");
    options.put("retryFor", "2s");
    options.put("requestTimeout", "30s");
    options.put("partitionKey", keys.get(0));
    if (keys.size() > 1) {
      options.put("sortKey", keys.get(1));
    }
    return options;
  }

  @Override
  protected Map<String, Object> declared(String ddl) {
    return Map.of("schema", ddl);
  }

  @Override
  protected Map<String, Object> parallel() {
    return Map.of("segments", 4);
  }

  @Override
  protected Map<String, Object> refusedOptions() {
    return Map.of("profile", "mine");
  }

  @Override
  protected Optional<Server> server() {
    // DynamoDB Local takes any keys that could be some.
    return Optional.of(
        new Server(
            server, Map.of("endpoint", "http://127.0.0.1:1"), Map.of("accessKeyId", "no-key!")));
  }

  @Override
  protected Deviations deviations() {
    return Deviations.none()
        .differs(
            15, "inferred", "Numbers are BIGINT or DECIMAL, dates and times STRING: give schema.")
        .refuses(
            24,
            "double, min and max",
            "which is outside DynamoDB's 38 digits or 1E-130 to 9.9E+125")
        .refuses(25, "NaN and infinity", "which DynamoDB does not have")
        .refuses(26, "map with number keys", "which DynamoDB cannot hold")
        .differs(30, "NULL into NOT NULL", "Only keys are never NULL.")
        .differs(32, "append", PARTIAL)
        .differs(32, "upsert", PARTIAL);
  }
}
