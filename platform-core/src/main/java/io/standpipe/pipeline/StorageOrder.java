package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;
import static io.standpipe.pipeline.PlanChecker.label;

import io.standpipe.config.Problems;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The order of steps that touch the same storage: that of the file. A step waits for the writes of
 * its storage that stand before it, and a write also for those that read its storage before it.
 */
final class StorageOrder {
  private final Map<String, Step> byName;
  private final Map<String, Set<String>> inputs;
  private final Map<String, Integer> places = new HashMap<>();
  private final Map<String, Set<Step>> reads = new HashMap<>();
  private final Map<String, List<Step>> before = new HashMap<>();

  /**
   * @param byName the steps by key, in the order of the file
   * @param inputs the keys of the steps whose rows a step takes
   */
  StorageOrder(Map<String, Step> byName, Map<String, Set<String>> inputs) {
    this.byName = byName;
    this.inputs = inputs;
    byName.keySet().forEach(name -> places.put(name, places.size()));
    List<Step> earlier = new ArrayList<>();
    for (Step step : byName.values()) {
      before.put(key(step.name()), earlier.stream().filter(write -> waits(step, write)).toList());
      if (Stages.acts(step)) {
        earlier.add(step);
      }
    }
  }

  /** The storages that a step reads itself, or would if something failed. */
  private static Set<String> read(Step step) {
    return step instanceof Step.Write ? step.reads() : withFallback(step, step.reads());
  }

  /** The storages that a step writes, or would if something failed. */
  private static Set<String> written(Step step) {
    return step instanceof Step.Write ? withFallback(step, step.writes()) : step.writes();
  }

  /** The storage of its dead letters, in which the order of several writes does not matter. */
  private static Set<String> letters(Step step) {
    return step instanceof Step.Write write
        ? write.deadLetters().map(letters -> Set.of(letters.storage())).orElse(Set.of())
        : Set.of();
  }

  /** Reports writes whose rows come from where their dead letters go. */
  void ownLetters(Problems problems) {
    for (Step step : byName.values()) {
      for (Step read : letters(step).isEmpty() ? Set.<Step>of() : reads(step)) {
        if (touch(read.reads(), letters(step))) {
          problems.add(
              step.source().at("deadLetters"),
              label(step)
                  + "its rows come from '"
                  + read.name()
                  + "', which reads the storage of its dead letters. Name another storage for"
                  + " them.");
        }
      }
    }
  }

  private static Set<String> withFallback(Step step, Set<String> storages) {
    Optional<String> fallback = step.settings().fallback().flatMap(Fallback::storage);
    if (fallback.isEmpty()) {
      return storages;
    }
    Set<String> all = new LinkedHashSet<>(storages);
    all.add(fallback.get());
    return all;
  }

  /** The steps that write what a step reads or writes itself, and for which it waits. */
  List<Step> before(Step step) {
    return before.get(key(step.name()));
  }

  /** The steps that read a storage and from which the rows of a step come, itself included. */
  Set<Step> reads(Step step) {
    return reads.computeIfAbsent(key(step.name()), this::collectReads);
  }

  private Set<Step> collectReads(String name) {
    Set<String> seen = new LinkedHashSet<>(List.of(name));
    Deque<String> open = new ArrayDeque<>(seen);
    Set<Step> found = new LinkedHashSet<>();
    while (!open.isEmpty()) {
      String next = open.poll();
      if (!read(byName.get(next)).isEmpty()) {
        found.add(byName.get(next));
      }
      inputs.get(next).stream().filter(seen::add).forEach(open::add);
    }
    return found;
  }

  private boolean waits(Step step, Step earlier) {
    return touch(read(step), written(earlier))
        || touch(read(step), letters(earlier))
        || touch(written(step), written(earlier))
        || touch(written(step), letters(earlier))
        || touch(letters(step), written(earlier))
        || readsBefore(earlier, step);
  }

  private static boolean touch(Set<String> storages, Set<String> others) {
    return !Collections.disjoint(storages, others);
  }

  /** Whether the earlier write takes rows that the later one replaces, and none that it makes. */
  private boolean readsBefore(Step earlier, Step later) {
    Set<String> written = written(later);
    if (written.isEmpty()) {
      return false;
    }
    List<Step> ofStorage =
        reads(earlier).stream().filter(read -> isChanging(read, written)).toList();
    return !ofStorage.isEmpty() && ofStorage.stream().allMatch(read -> place(read) < place(later));
  }

  /** Whether a step reads one of these storages as it is, not as it was. */
  private static boolean isChanging(Step reading, Set<String> storages) {
    boolean older = reading instanceof Step.Read read && read.version().isPresent();
    return !older && touch(read(reading), storages);
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
    List<Step> done = new ArrayList<>();
    for (Step user : order) {
      if (Stages.acts(user)) {
        for (Step read : reads(user)) {
          done.stream()
              .filter(earlier -> read != user && overtakes(earlier, read))
              .findFirst()
              .ifPresent(earlier -> stale(user, read, earlier, problems));
        }
        done.add(user);
      }
    }
  }

  /** What would be used if something failed may be what is written: a copy for bad days. */
  private boolean overtakes(Step write, Step read) {
    boolean older = read instanceof Step.Read table && table.version().isPresent();
    return write != read
        && !older
        && touch(read.reads(), write.writes())
        && !before(read).contains(write);
  }

  private static void stale(Step user, Step read, Step write, Problems problems) {
    String storage =
        read.reads().stream().filter(write.writes()::contains).sorted().findFirst().get();
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
            + storage
            + "' again after it and use those rows.");
  }
}
