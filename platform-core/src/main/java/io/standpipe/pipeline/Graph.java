package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The nodes of a plan by name, and what their rows come from. */
final class Graph {
  private final String pipeline;
  private final Map<String, Plan.Node> nodes = new HashMap<>();
  private final Map<String, Integer> positions = new HashMap<>();

  Graph(Plan plan) {
    pipeline = plan.pipeline().name();
    for (Plan.Node node : plan.nodes()) {
      positions.put(key(node.name()), nodes.size());
      nodes.put(key(node.name()), node);
    }
  }

  /** The name of the pipeline. */
  String pipeline() {
    return pipeline;
  }

  Plan.Node node(String name) {
    return nodes.get(key(name));
  }

  /** A node and all that its rows come from, nearest first. */
  List<Plan.Node> sources(Plan.Node node) {
    return reached(node, Plan.Node::inputs);
  }

  private List<Plan.Node> reached(Plan.Node node, Function<Plan.Node, List<String>> next) {
    Set<Plan.Node> seen = new LinkedHashSet<>(List.of(node));
    List<Plan.Node> found = new ArrayList<>(seen);
    for (int i = 0; i < found.size(); i++) {
      next.apply(found.get(i)).stream().map(this::node).filter(seen::add).forEach(found::add);
    }
    return found;
  }

  /** A node and all that its rows come from, each after those that it needs. */
  List<Plan.Node> upTo(Plan.Node node) {
    return ordered(sources(node));
  }

  /** As {@link #upTo}, with what is used instead of those that fail. */
  List<Plan.Node> upToWithFallbacks(Plan.Node node) {
    return ordered(reached(node, Plan.Node::takes));
  }

  private List<Plan.Node> ordered(List<Plan.Node> some) {
    Comparator<Plan.Node> order = Comparator.comparing(each -> positions.get(key(each.name())));
    return some.stream().sorted(order).toList();
  }
}
