package io.standpipe.pipeline;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.types.StructType;

/**
 * A checked pipeline: nodes in an order in which they can run.
 *
 * @param pipeline what the plan was made from
 * @param nodes each after the nodes that it needs
 */
public record Plan(Pipeline pipeline, List<Node> nodes) {
  public Plan {
    Objects.requireNonNull(pipeline, "pipeline");
    nodes = List.copyOf(nodes);
  }

  /** Whether a node writes a stream, and so may go on until the run is stopped. */
  public boolean streams() {
    return nodes.stream().anyMatch(Node::streams);
  }

  /**
   * One node of the graph.
   *
   * @param step what it does
   * @param inputs the nodes whose rows it takes
   * @param after the nodes that must be done before it although it takes no rows from them: writes
   *     of a storage that it reads or writes later in the file
   * @param schema the schema of its rows, if that is known before the run
   */
  public record Node(
      Step step, List<String> inputs, List<String> after, Optional<StructType> schema) {
    public Node {
      Objects.requireNonNull(step, "step");
      inputs = List.copyOf(inputs);
      after = List.copyOf(after);
      Objects.requireNonNull(schema, "schema");
    }

    /** Whether it writes a stream. */
    boolean streams() {
      return step instanceof Step.Write write && write.stream().isPresent();
    }

    /** The nodes that must have ended before it begins. */
    List<String> needs() {
      List<String> fallback =
          step.settings().fallback().flatMap(Fallback::step).map(List::of).orElse(List.of());
      return Stream.of(inputs, after, fallback).flatMap(List::stream).toList();
    }

    /** The step's name. */
    public String name() {
      return step.name();
    }
  }
}
