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
    options.put("retryFor", "5s");
    options.put("requestTimeout", "3s");
    options.put("partitionKey", keys.get(0));
    if (keys.size() > 1) {
      options.put("sortKey", keys.get(1));
    }
    return options;
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
    return Optional.of(new Server(server, Map.of("endpoint", "http://127.0.0.1:1"), Map.of("accessKeyId", "no-key!")));
  }

  @Override
  protected Deviations deviations() {
    return Deviations.none();
  }
}
