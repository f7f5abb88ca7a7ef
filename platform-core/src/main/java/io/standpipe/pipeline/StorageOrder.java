package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;
import static io.standpipe.pipeline.PlanChecker.label;

import io.standpipe.config.Problems;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The order of steps that touch the same storage: that of the file. A step waits for the writes of
 * its storage that stand before it, and a write also for those that read its storage before it.
 */
final class StorageOrder {
  private final Map<String, Step> byName;
  private final Map<String, Set<String>> inputs;
  private final Map<String, Integer> places = new HashMap<>();
  private final Map<String, Set<Step.Read>> reads = new HashMap<>();
  private final Map<String, List<Step.Write>> before = new HashMap<>();

  /**
   * @param byName the steps by key, in the order of the file
   * @param inputs the keys of the steps whose rows a step takes
   */
  StorageOrder(Map<String, Step> byName, Map<String, Set<String>> inputs) {
    this.byName = byName;
    this.inputs = inputs;
    byName.keySet().forEach(name -> places.put(name, places.size()));
    List<Step.Write> earlier = new ArrayList<>();
    for (Step step : byName.values()) {
      before.put(key(step.name()), earlier.stream().filter(write -> waits(step, write)).toList());
      if (step instanceof Step.Write write) {
        earlier.add(write);
      }
    }
  }

  /** The writes that a step waits for although it takes no rows from them. */
  List<Step.Write> before(Step step) {
    return before.get(key(step.name()));
  }

  /** The reads that the rows of a step come from. */
  Set<Step.Read> reads(Step step) {
    return reads.computeIfAbsent(key(step.name()), name -> collectReads(name));
  }

  private Set<Step.Read> collectReads(String name) {
    Set<String> seen = new LinkedHashSet<>(List.of(name));
    Deque<String> open = new ArrayDeque<>(seen);
    Set<Step.Read> found = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      String next = open.poll();
      if (byName.get(next) instanceof Step.Read read) {
        found.add(read);
      }
      inputs.get(next).stream().filter(seen::add).forEach(open::add);
    }
    return found;
  }

  private boolean waits(Step step, Step.Write earlier) {
    if (step instanceof Step.Read read) {
      return read.storage().equals(earlier.storage());
    }
    return step instanceof Step.Write write
        && (write.storage().equals(earlier.storage()) || readsBefore(earlier, write));
  }

  /** Whether the earlier write takes rows that the later one replaces, and none that it makes. */
  private boolean readsBefore(Step.Write earlier, Step.Write later) {
    List<Step.Read> ofStorage =
        reads(earlier).stream()
            .filter(read -> read.storage().equals(later.storage()))
            .filter(read -> read.version().isEmpty())
            .toList();
    return !ofStorage.isEmpty() && ofStorage.stream().allMatch(read -> place(read) < place(later));
  }

  private int place(Step step) {
    return places.get(key(step.name()));
  }

  /**
   * Reads are lazy: rows that are read before a write of their storage and used after it would be
   * those of either time.
   *
   * @param order the order in which the steps can run
   */
  void staleReads(List<Step> order, Problems problems) {
    List<Step.Write> done = new ArrayList<>();
    for (Step user : order) {
      if (user instanceof Step.Write write) {
        for (Step.Read read : reads(user)) {
          done.stream()
              .filter(earlier -> overtakes(earlier, read))
              .findFirst()
              .ifPresent(earlier -> stale(write, read, earlier, problems));
        }
        done.add(write);
      }
    }
  }

  private boolean overtakes(Step.Write write, Step.Read read) {
    return write.storage().equals(read.storage())
        && read.version().isEmpty()
        && !before(read).contains(write);
  }

  private static void stale(Step.Write user, Step.Read read, Step.Write write, Problems problems) {
    problems.add(
        user.source().at("from"),
        label(user)
            + "its rows come from '"
            + read.name()
            + "', but '"
            + write.name()
            + "' writes that storage in between. Move this step before '"
            + write.name()
            + "', or read '"
            + read.storage()
            + "' again after it and use those rows.");
  }
}
