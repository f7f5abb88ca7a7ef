package io.standpipe.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a run did.
 *
 * @param run the id of the run
 * @param pipeline the pipeline's name
 * @param started when it began
 * @param elapsed how long it took
 * @param ended why it was ended before its time: a failure that the policy does not allow, the time
 *     limit, or somebody; empty if it was not
 * @param nodes one entry per node of the plan, in the order of the run
 */
public record RunReport(
    String run,
    String pipeline,
    Instant started,
    Duration elapsed,
    Optional<String> ended,
    List<NodeReport> nodes) {
  public RunReport {
    Objects.requireNonNull(ended, "ended");
    nodes = List.copyOf(nodes);
  }

  /** How a node ended. */
  public enum Status {
    /** It did what it was to do. */
    SUCCEEDED,
    /** It failed, and something else was used in its place. */
    FELL_BACK,
    /** It failed. */
    FAILED,
    /** It was not run: something that it needs failed, or the run ended before. */
    SKIPPED,
    /** It was running when the run was ended. */
    CANCELLED;

    /** The name in reports: {@code fellBack}. */
    public String id() {
      return this == FELL_BACK ? "fellBack" : name().toLowerCase(Locale.ROOT);
    }

    private static Status of(String id) {
      return Arrays.stream(values())
          .filter(status -> status.id().equals(id))
          .findFirst()
          .orElseThrow(() -> new IllegalArgumentException("no status '" + id + "'"));
    }
  }

  /** How a run ended. */
  public enum Result {
    /** Every node succeeded. */
    SUCCEEDED,
    /** Nodes failed whose policy allows that. */
    PARTIAL,
    /** A node failed that must not, or the run was cancelled. */
    FAILED;

    /** The name in reports. */
    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * How a node ended and what it moved. Reads and transformations are lazy: their rows are moved,
   * and counted, by the writes that use them.
   *
   * @param name the step's name
   * @param kind read, sql, filter, factory or write
   * @param storage the storage that is read or written
   * @param batches micro-batches that were written, for a write of a stream
   * @param rowsIn rows that the node's Spark tasks read from their sources, if they ran
   * @param rowsOut rows written
   * @param rowsRejected rows that did not get through
   * @param elapsed how long it took
   * @param attempts how often it was tried
   * @param repeats the failures after which it was tried again
   * @param failure why it failed or was skipped
   */
  public record NodeReport(
      String name,
      String kind,
      Optional<String> storage,
      Status status,
      OptionalLong batches,
      OptionalLong rowsIn,
      OptionalLong rowsOut,
      OptionalLong rowsRejected,
      Duration elapsed,
      int attempts,
      List<Repeat> repeats,
      Optional<Failure> failure) {
    public NodeReport {
      repeats = List.copyOf(repeats);
    }

    private boolean hasTrace() {
      return failure.filter(it -> !it.trace().isEmpty()).isPresent();
    }

    /** Into a JSON object; times in seconds. */
    void write(ObjectNode json) {
      json.put("name", name).put("kind", kind);
      storage.ifPresent(value -> json.put("storage", value));
      json.put("status", status.id());
      batches.ifPresent(value -> json.put("batches", value));
      rowsIn.ifPresent(value -> json.put("rowsIn", value));
      rowsOut.ifPresent(value -> json.put("rowsOut", value));
      rowsRejected.ifPresent(value -> json.put("rowsRejected", value));
      json.put("seconds", seconds(elapsed)).put("attempts", attempts);
      if (!repeats.isEmpty()) {
        ArrayNode array = json.putArray("repeats");
        repeats.forEach(repeat -> repeat.write(array.addObject()));
      }
      failure.ifPresent(value -> value.write(json.putObject("error")));
    }

    /** From what {@link #write} made. */
    static NodeReport read(JsonNode json) {
      return new NodeReport(
          json.get("name").textValue(),
          json.get("kind").textValue(),
          text(json, "storage"),
          Status.of(json.get("status").textValue()),
          number(json, "batches"),
          number(json, "rowsIn"),
          number(json, "rowsOut"),
          number(json, "rowsRejected"),
          duration(json.get("seconds")),
          json.get("attempts").intValue(),
          elements(json.path("repeats")).map(Repeat::read).toList(),
          Optional.ofNullable(json.get("error")).map(Failure::read));
    }

    private static Stream<JsonNode> elements(JsonNode array) {
      return IntStream.range(0, array.size()).mapToObj(array::get);
    }

    private static Optional<String> text(JsonNode json, String field) {
      return Optional.ofNullable(json.get(field)).map(JsonNode::textValue);
    }

    private static OptionalLong number(JsonNode json, String field) {
      return json.has(field) ? OptionalLong.of(json.get(field).longValue()) : OptionalLong.empty();
    }
  }

  /**
   * A failure after which a node was tried again.
   *
   * @param attempt which try failed, from 1
   * @param delay how long nothing was done then
   */
  public record Repeat(int attempt, Duration delay, Failure failure) {
    private void write(ObjectNode json) {
      json.put("attempt", attempt).put("delaySeconds", seconds(delay));
      failure.write(json.putObject("error"));
    }

    private static Repeat read(JsonNode json) {
      return new Repeat(
          json.get("attempt").intValue(),
          duration(json.get("delaySeconds")),
          Failure.read(json.get("error")));
    }
  }

  /**
   * Why a node failed.
   *
   * @param verdict what the error means
   * @param storage the storage whose error it is
   * @param message what happened and what to do, without secrets
   * @param trace the stack trace, without secrets; empty if there is none
   */
  public record Failure(String verdict, Optional<String> storage, String message, String trace) {
    public Failure {
      Objects.requireNonNull(verdict, "verdict");
      Objects.requireNonNull(storage, "storage");
      Objects.requireNonNull(message, "message");
      Objects.requireNonNull(trace, "trace");
    }

    private void write(ObjectNode json) {
      json.put("verdict", verdict);
      storage.ifPresent(value -> json.put("storage", value));
      json.put("message", message);
    }

    private static Failure read(JsonNode json) {
      return new Failure(
          json.get("verdict").textValue(),
          NodeReport.text(json, "storage"),
          json.get("message").textValue(),
          "");
    }
  }

  /** How the run ended. */
  public Result result() {
    if (ended.isPresent()) {
      return Result.FAILED;
    }
    return nodes.stream().allMatch(node -> node.status() == Status.SUCCEEDED)
        ? Result.SUCCEEDED
        : Result.PARTIAL;
  }

  /** Whether every node succeeded. */
  public boolean succeeded() {
    return result() == Result.SUCCEEDED;
  }

  /**
   * Writes {@code report.json} into the folder and, if steps failed, their stack traces into {@code
   * errors.txt}. A reader sees all of a file or nothing.
   */
  public Path write(Path folder) {
    try {
      Files.createDirectories(folder);
      String traces = traces();
      if (traces.isEmpty()) {
        Files.deleteIfExists(folder.resolve("errors.txt")); // of an earlier try
      } else {
        WholeFile.write(folder.resolve("errors.txt"), traces);
      }
      return WholeFile.write(folder.resolve("report.json"), json());
    } catch (IOException e) {
      throw new RunFolderException(
          "cannot write the run report into " + folder,
          "The run itself has ended. Free space there, or name another folder with --report.",
          e);
    }
  }

  /** Whether there are stack traces. */
  public boolean hasTraces() {
    return nodes.stream().anyMatch(NodeReport::hasTrace);
  }

  private String traces() {
    return nodes.stream()
        .filter(NodeReport::hasTrace)
        .map(node -> node.name() + ": " + node.failure().orElseThrow().trace() + "\n")
        .collect(Collectors.joining());
  }

  /** The report as a JSON document; times in seconds. */
  public String json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("run", run).put("pipeline", pipeline).put("status", result().id());
    ended.ifPresent(why -> root.put("ended", why));
    root.put("started", started.toString()).put("seconds", seconds(elapsed));
    ArrayNode array = root.putArray("nodes");
    for (NodeReport node : nodes) {
      node.write(array.addObject());
    }
    return root.toPrettyString() + "\n";
  }

  private static Duration duration(JsonNode seconds) {
    return Duration.ofMillis(Math.round(seconds.doubleValue() * 1000));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
