package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;

import io.standpipe.config.ConfigurationException;
import io.standpipe.config.Problems;
import io.standpipe.config.Suggestions;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Finds the nodes of a selection. */
final class SelectedNodes {
  private final Plan plan;
  private final Map<String, Plan.Node> byName = new HashMap<>();
  private final Map<String, Set<String>> followers = new HashMap<>();

  SelectedNodes(Plan plan) {
    this.plan = plan;
    for (Plan.Node node : plan.nodes()) {
      byName.put(key(node.name()), node);
      for (String needed : node.needs()) {
        followers.computeIfAbsent(key(needed), name -> new LinkedHashSet<>()).add(node.name());
      }
    }
  }

  /**
   * The plan of the selected nodes.
   *
   * @throws ConfigurationException if a name is no step, or nothing would be done
   */
  Plan of(Selection selection) {
    if (selection.equals(Selection.ALL)) {
      return plan;
    }
    requireKnown(selection);
    Set<String> chosen = new LinkedHashSet<>(byName.keySet());
    if (!selection.only().isEmpty()) {
      chosen.retainAll(keys(selection.only()));
    }
    if (!selection.from().isEmpty()) {
      chosen.retainAll(reached(selection.from(), name -> followers.getOrDefault(name, Set.of())));
    }
    if (!selection.until().isEmpty()) {
      chosen.retainAll(reached(selection.until(), name -> byName.get(name).needs()));
    }
    Set<String> all = reached(chosen, name -> byName.get(name).takes());
    List<Plan.Node> nodes =
        plan.nodes().stream()
            .filter(node -> all.contains(key(node.name())))
            .map(node -> node.waitingFor(remaining(node, all)))
            .toList();
    if (nodes.stream().noneMatch(node -> Stages.acts(node.step()))) {
      refuse("the selected steps do nothing: none of them writes, or is a factory.");
    }
    return new Plan(plan.pipeline(), nodes);
  }

  /** What a node waits for; in place of a node that is left out, what that one waits for. */
  private List<String> remaining(Plan.Node node, Set<String> all) {
    Set<String> found = new LinkedHashSet<>();
    Set<String> seen = new HashSet<>();
    Deque<String> open = new ArrayDeque<>(node.after());
    while (!open.isEmpty()) {
      Plan.Node next = byName.get(key(open.poll()));
      if (all.contains(key(next.name()))) {
        found.add(next.name());
      } else if (seen.add(key(next.name()))) {
        open.addAll(next.needs());
      }
    }
    return List.copyOf(found);
  }

  private void requireKnown(Selection selection) {
    List<String> names = plan.nodes().stream().map(Plan.Node::name).toList();
    for (List<String> given : List.of(selection.only(), selection.from(), selection.until())) {
      for (String name : given) {
        if (!byName.containsKey(key(name))) {
          refuse("no step '" + name + "'. " + Suggestions.sentence(name, names, "steps"));
        }
      }
    }
  }

  private void refuse(String message) {
    Problems problems = new Problems();
    problems.add(plan.pipeline().position(), message);
    problems.throwIfAny();
  }

  private static Set<String> keys(Collection<String> names) {
    return names.stream().map(PlanChecker::key).collect(Collectors.toSet());
  }

  /** These and all that can be reached from them. */
  private static Set<String> reached(
      Collection<String> names, Function<String, Collection<String>> next) {
    Set<String> found = new LinkedHashSet<>(keys(names));
    Deque<String> open = new ArrayDeque<>(found);
    while (!open.isEmpty()) {
      keys(next.apply(open.poll())).stream().filter(found::add).forEach(open::add);
    }
    return found;
  }
}
