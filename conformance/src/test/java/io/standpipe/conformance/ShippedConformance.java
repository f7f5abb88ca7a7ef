package io.standpipe.conformance;

import io.standpipe.tck.ConnectorConformance;
import java.util.List;
import java.util.Map;

/** A suite of a connector of this project, in a session with all others of them. */
abstract class ShippedConformance extends ConnectorConformance {
  /** Nothing of it is opened: it says what the session must have room for. */
  private static final Map<String, Object> SHIPPED =
      Map.of(
          "a-delta", Map.of("connector", "delta", "path", "/nowhere"),
          "a-jdbc", Map.of("connector", "jdbc", "file", "/nowhere", "table", "t"),
          "a-cassandra",
              Map.of(
                  "connector", "cassandra", "hosts", List.of("::1"), "keyspace", "k", "table", "t"),
          "a-dynamodb", Map.of("connector", "dynamodb", "table", "t"),
          "a-hudi", Map.of("connector", "hudi", "path", "/nowhere", "recordKey", List.of("id")),
          "a-kafka", Map.of("connector", "kafka", "bootstrapServers", "::1:1", "topic", "t"));

  @Override
  protected final Map<String, Object> beside() {
    return SHIPPED;
  }
}
