package io.standpipe.dynamodb;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands before DynamoDB Local, which never throttles, and answers as a busy DynamoDB does. */
final class FaultProxy implements AutoCloseable {
  /** What a request is met with. */
  enum Fault {
    NONE,
    /** The second half of a batch is left unprocessed. */
    HALF_UNPROCESSED,
    /** The whole batch is left unprocessed. */
    ALL_UNPROCESSED,
    THROTTLED,
    UNAVAILABLE,
    /** The server does what it is asked, but the connection breaks before the answer. */
    NO_ANSWER,
    /** A table that is active is said to be in the making. */
    CREATING
  }

  /** Decides by the operation and how many of it came before. */
  interface Plan {
    Fault of(String operation, int number);
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String JSON_TYPE = "application/x-amz-json-1.0";

  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();
  private final String target;
  private final String operations;
  private final Plan plan;
  private final AtomicInteger requests = new AtomicInteger();

  /** Meets those that read and write items. */
  FaultProxy(String target, Plan plan) {
    this(target, "BatchWriteItem|Scan|Query|UpdateItem|PutItem", plan);
  }

  /**
   * @param operations a pattern of those that the plan is asked for
   */
  FaultProxy(String target, String operations, Plan plan) {
    this.target = target;
    this.operations = operations;
    this.plan = plan;
    try {
      server = HttpServer.create(new InetSocketAddress("localhost", 0), 0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    server.setExecutor(Executors.newFixedThreadPool(4));
    server.createContext("/", this::handle);
    server.start();
  }

  String endpoint() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String operation =
          exchange.getRequestHeaders().getFirst("X-Amz-Target").replaceFirst(".*\\.", "");
      boolean counted = operation.matches(operations);
      Fault fault = counted ? plan.of(operation, requests.getAndIncrement()) : Fault.NONE;
      switch (fault) {
        case THROTTLED -> answer(exchange, 400, error("ThrottlingException", "Rate exceeded"));
        case UNAVAILABLE -> answer(exchange, 503, error("ServiceUnavailable", "Try later"));
        case ALL_UNPROCESSED ->
            answer(exchange, 200, unprocessed(JSON.readTree(body).get("RequestItems").toString()));
        case HALF_UNPROCESSED -> half(exchange, (ObjectNode) JSON.readTree(body));
        case NO_ANSWER -> forward(exchange, body);
        case CREATING -> {
          String answer = new String(forward(exchange, body).body(), StandardCharsets.UTF_8);
          String status = answer.replace("\"ACTIVE\"", "\"CREATING\"");
          answer(exchange, 200, status.getBytes(StandardCharsets.UTF_8));
        }
        case NONE -> {
          HttpResponse<byte[]> answer = forward(exchange, body);
          answer(exchange, answer.statusCode(), answer.body());
        }
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private void half(HttpExchange exchange, ObjectNode request)
      throws IOException, InterruptedException {
    ObjectNode left = JSON.createObjectNode();
    ObjectNode items = (ObjectNode) request.get("RequestItems");
    items
        .fields()
        .forEachRemaining(
            table -> {
              ArrayNode all = (ArrayNode) table.getValue();
              ArrayNode rest = left.putArray(table.getKey());
              for (int i = all.size() - 1; i >= (all.size() + 1) / 2; i--) {
                rest.add(all.remove(i));
              }
            });
    forward(exchange, JSON.writeValueAsBytes(request));
    boolean none = left.elements().next().isEmpty();
    answer(exchange, 200, none ? unprocessed("{}") : unprocessed(left.toString()));
  }

  private static byte[] unprocessed(String items) {
    return ("{\"UnprocessedItems\":" + items + "}").getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] error(String code, String message) {
    return ("{\"__type\":\"com.amazonaws.dynamodb.v20120810#"
            + code
            + "\",\"message\":\""
            + message
            + "\"}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private HttpResponse<byte[]> forward(HttpExchange exchange, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target + "/"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .header("Content-Type", JSON_TYPE);
    for (String header : new String[] {"X-Amz-Target", "Authorization", "X-Amz-Date"}) {
      request.header(header, exchange.getRequestHeaders().getFirst(header));
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.getResponseHeaders().add("Content-Type", JSON_TYPE);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
