package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;

import io.standpipe.config.Problems;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;

/** An order in which steps can run: each after those that it needs, else as in the file. */
final class StepOrder {
  private final Map<String, Step> byName;
  private final Map<String, Set<String>> needs;

  /**
   * @param byName the steps by key, in the order of the file
   * @param needs the keys of the steps that each needs
   */
  StepOrder(Map<String, Step> byName, Map<String, Set<String>> needs) {
    this.byName = byName;
    this.needs = needs;
  }

  /** The order; steps on a cycle, and those that need them, are reported and left out. */
  List<Step> steps(Problems problems) {
    Map<String, Integer> places = new HashMap<>();
    Map<String, Integer> missing = new HashMap<>();
    Map<String, List<String>> followers = new HashMap<>();
    Queue<String> ready = new PriorityQueue<>(Comparator.comparing(places::get));
    for (String name : byName.keySet()) {
      places.put(name, places.size());
      missing.put(name, needs.get(name).size());
      needs
          .get(name)
          .forEach(need -> followers.computeIfAbsent(need, key -> new ArrayList<>()).add(name));
    }
    byName.keySet().stream().filter(name -> missing.get(name) == 0).forEach(ready::add);
    List<Step> order = new ArrayList<>();
    while (!ready.isEmpty()) {
      String next = ready.remove();
      order.add(byName.get(next));
      for (String follower : followers.getOrDefault(next, List.of())) {
        if (missing.merge(follower, -1, Integer::sum) == 0) {
          ready.add(follower);
        }
      }
    }
    Set<String> stuck = new LinkedHashSet<>(byName.keySet());
    order.forEach(step -> stuck.remove(key(step.name())));
    if (!stuck.isEmpty()) {
      cycle(stuck, problems);
    }
    return order;
  }

  private void cycle(Set<String> stuck, Problems problems) {
    Set<String> path = new LinkedHashSet<>();
    String next = stuck.iterator().next();
    while (path.add(next)) {
      next = needs.get(next).stream().filter(stuck::contains).findFirst().orElseThrow();
    }
    List<String> cycle = new ArrayList<>(path);
    cycle.add(next);
    problems.add(
        byName.get(next).source().position(),
        "these steps need each other in a cycle: "
            + cycle.subList(cycle.indexOf(next), cycle.size()).stream()
                .map(name -> "'" + byName.get(name).name() + "'")
                .collect(Collectors.joining(" needs "))
            + ". Break it at one of them.");
  }
}
