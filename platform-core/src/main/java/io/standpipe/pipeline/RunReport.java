package io.standpipe.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What a run did.
 *
 * @param run the id of the run
 * @param pipeline the pipeline's name
 * @param started when it began
 * @param elapsed how long it took
 * @param endedEarly whether a failure that the policy does not allow, the time limit or somebody
 *     ended it
 * @param nodes one entry per node of the plan, in the order of the run
 */
public record RunReport(
    String run,
    String pipeline,
    Instant started,
    Duration elapsed,
    boolean endedEarly,
    List<NodeReport> nodes) {
  public RunReport {
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
   * @param kind read, sql, filter or write
   * @param storage the storage that is read or written
   * @param batches micro-batches that were written, for a write of a stream
   * @param rowsIn rows that the node's Spark tasks read from their sources, if they ran
   * @param rowsOut rows written
   * @param rowsRejected rows that did not get through
   * @param elapsed how long it took
   * @param attempts how often it was tried
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
      Optional<Failure> failure) {}

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
  }

  /** How the run ended. */
  public Result result() {
    if (endedEarly) {
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
      if (!traces.isEmpty()) {
        write(folder.resolve("errors.txt"), traces);
      }
      return write(folder.resolve("report.json"), json());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the run report into " + folder, e);
    }
  }

  private static Path write(Path file, String text) throws IOException {
    Path temporary = Files.createTempFile(file.getParent(), "report", ".tmp");
    Files.writeString(temporary, text);
    return Files.move(
        temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private String traces() {
    return nodes.stream()
        .filter(node -> node.failure().filter(failure -> !failure.trace().isEmpty()).isPresent())
        .map(node -> node.name() + ": " + node.failure().orElseThrow().trace() + "\n")
        .collect(Collectors.joining());
  }

  /** The report as a JSON document; times in seconds. */
  public String json() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("run", run).put("pipeline", pipeline).put("status", result().id());
    root.put("started", started.toString()).put("seconds", seconds(elapsed));
    ArrayNode array = root.putArray("nodes");
    for (NodeReport node : nodes) {
      ObjectNode json = array.addObject();
      json.put("name", node.name()).put("kind", node.kind());
      node.storage().ifPresent(storage -> json.put("storage", storage));
      json.put("status", node.status().id());
      node.batches().ifPresent(batches -> json.put("batches", batches));
      node.rowsIn().ifPresent(rows -> json.put("rowsIn", rows));
      node.rowsOut().ifPresent(rows -> json.put("rowsOut", rows));
      node.rowsRejected().ifPresent(rows -> json.put("rowsRejected", rows));
      json.put("seconds", seconds(node.elapsed())).put("attempts", node.attempts());
      node.failure().ifPresent(failure -> failure(json.putObject("error"), failure));
    }
    return root.toPrettyString() + "\n";
  }

  private static void failure(ObjectNode json, Failure failure) {
    json.put("verdict", failure.verdict());
    failure.storage().ifPresent(storage -> json.put("storage", storage));
    json.put("message", failure.message());
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
