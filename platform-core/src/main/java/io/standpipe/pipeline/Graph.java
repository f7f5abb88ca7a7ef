package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

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
    Set<Plan.Node> seen = new LinkedHashSet<>(List.of(node));
    List<Plan.Node> found = new ArrayList<>(seen);
    for (int i = 0; i < found.size(); i++) {
      found.get(i).inputs().stream().map(this::node).filter(seen::add).forEach(found::add);
    }
    return found;
  }

  /** A node and all that its rows come from, each after those that it needs. */
  List<Plan.Node> upTo(Plan.Node node) {
    Comparator<Plan.Node> order = Comparator.comparing(each -> positions.get(key(each.name())));
    return sources(node).stream().sorted(order).toList();
  }
}
