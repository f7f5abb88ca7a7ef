package io.standpipe.benchmarks;

import io.standpipe.benchmarks.Figures.Figure;
import java.util.Map;
import java.util.TreeMap;

/** What was seen of one kind of fault. */
final class FaultTally {
  private final Fault fault;
  private final Map<String, Integer> verdicts = new TreeMap<>();
  private int injected;
  private int hit;
  private int mostAttempts;
  private int succeeded;
  private int failed;
  private int unexpected;
  private long before;
  private long expected;
  private long after;
  private long lost;
  private long duplicated;

  FaultTally(Fault fault) {
    this.fault = fault;
  }

  /**
   * The rows of a table around a run.
   *
   * @param before how many there were
   * @param expected how many had to be there afterwards
   * @param after how many there were
   * @param distinct how many of these have different keys
   * @param stale how many of these the run had to change and did not
   */
  record Rows(long before, long expected, long after, long distinct, long stale) {
    long lost() {
      return Math.max(0, expected - distinct) + stale;
    }

    /** Also those of a run that failed and was to leave nothing. */
    long duplicated() {
      return after - distinct + Math.max(0, distinct - expected);
    }
  }

  /**
   * Counts a run with a fault.
   *
   * @param seen the verdicts on its failures
   * @param met whether the run met the fault
   */
  void injected(Map<String, Integer> seen, boolean met) {
    injected++;
    hit += met ? 1 : 0;
    seen.forEach((verdict, times) -> verdicts.merge(verdict, times, Integer::sum));
  }

  /** Counts how a run ended. */
  void ended(boolean success, boolean failureIsDocumented, int attempts, Rows rows) {
    succeeded += success ? 1 : 0;
    failed += success ? 0 : 1;
    unexpected += success || failureIsDocumented ? 0 : 1;
    mostAttempts = Math.max(mostAttempts, attempts);
    before += rows.before;
    expected += rows.expected;
    after += rows.after;
    lost += rows.lost();
    duplicated += rows.duplicated();
  }

  Fault fault() {
    return fault;
  }

  boolean wasHit() {
    return hit > 0;
  }

  int unexpected() {
    return unexpected;
  }

  long lost() {
    return lost;
  }

  long duplicated() {
    return duplicated;
  }

  void print(Figures figures) {
    figures.print(
        "faults",
        new Figure("fault", fault.id()),
        new Figure("injected", injected),
        new Figure("hit", hit),
        new Figure("verdicts", verdicts),
        new Figure("mostAttempts", mostAttempts),
        new Figure("succeeded", succeeded),
        new Figure("failed", failed),
        new Figure("rowsBefore", before),
        new Figure("rowsExpected", expected),
        new Figure("rowsAfter", after),
        new Figure("lost", lost),
        new Figure("duplicated", duplicated));
  }
}
