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

  /**
   * The plan of some of the steps only.
   *
   * @throws io.standpipe.config.ConfigurationException if a name is no step, or nothing would be
   *     done
   */
  public Plan select(Selection selection) {
    return new SelectedNodes(this).of(selection);
  }

  /** Whether a node writes a stream, and so may go on until the run is stopped. */
  public boolean streams() {
    return nodes.stream().anyMatch(Node::streams);
  }

  /**
   * One node of the graph.
   *
   * @param step what it does
   * @param inputs the nodes whose rows or value it takes
   * @param after the nodes that must be done before it although it takes nothing from them: writes
   *     of a storage that it reads or writes later in the file, and those of the stage before
   * @param deliveries how the needs of a factory are met
   * @param schema the schema of its rows, if that is known before the run
   */
  public record Node(
      Step step,
      List<String> inputs,
      List<String> after,
      List<Delivered> deliveries,
      Optional<StructType> schema) {
    public Node {
      Objects.requireNonNull(step, "step");
      inputs = List.copyOf(inputs);
      after = List.copyOf(after);
      deliveries = List.copyOf(deliveries);
      Objects.requireNonNull(schema, "schema");
    }

    /** Whether it writes a stream. */
    boolean streams() {
      return step instanceof Step.Write write && write.stream().isPresent();
    }

    /** The nodes that must have ended before it begins. */
    List<String> needs() {
      return Stream.of(takes(), after).flatMap(List::stream).toList();
    }

    /** The nodes whose rows or value it takes, or takes if something fails. */
    List<String> takes() {
      Stream<String> fallback = step.settings().fallback().flatMap(Fallback::step).stream();
      return Stream.concat(inputs.stream(), fallback).toList();
    }

    /** The same, waiting for other nodes. */
    Node waitingFor(List<String> nodes) {
      return new Node(step, inputs, nodes, deliveries, schema);
    }

    /** The step's name. */
    public String name() {
      return step.name();
    }
  }
}
