package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.standpipe.config.ConfigurationException;
import io.standpipe.config.Problems;
import io.standpipe.config.SourcePosition;
import io.standpipe.pipeline.RunReport.NodeReport;
import io.standpipe.pipeline.RunReport.Status;
import io.standpipe.storage.Storages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the steps of a run have done so far, on disk, so that the run can be resumed after a failure
 * or a {@code kill -9}. One process at a time has the journal of a run; who opens it closes it.
 *
 * <pre>{@code
 * try (RunJournal journal = RunJournal.begin(folder, platform.newRunId(plan), clock.instant())) {
 *   RunReport report = platform.run(plan, journal, listener);
 * }
 * // later, also after the process was killed
 * try (RunJournal journal = RunJournal.resume(folder)) {
 *   RunReport report = platform.run(plan, journal, listener);
 * }
 * }</pre>
 *
 * <p>The file {@code steps.jsonl} in the run folder has a line for the run, and one whenever a step
 * begins to write or ends. Thread-safe.
 */
public final class RunJournal implements AutoCloseable {
  private static final String FILE = "steps.jsonl";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JournalFile file;
  private final RunIdentity run;
  private final Map<String, Past> past = new ConcurrentHashMap<>();

  /**
   * What is known of a step.
   *
   * @param acted whether it has begun to do what others can see
   * @param uncertain whether it was interrupted once, or failed so that it may be done all the same
   * @param report how it ended; empty if it did not
   * @param fingerprint of the step and of what its rows come from, when it began
   */
  record Past(boolean acted, boolean uncertain, Optional<NodeReport> report, String fingerprint) {
    /** After these it is not known whether a write was applied. */
    private static final Set<String> UNCERTAIN = Set.of("transient", "ambiguous", "unknown");

    private static final Past NOTHING = new Past(false, false, Optional.empty(), "");

    /** Whether it is done. */
    boolean isDone() {
      return report
          .filter(it -> it.status() == Status.SUCCEEDED || it.status() == Status.FELL_BACK)
          .isPresent();
    }

    /** Whether it may be done, although nobody saw it end well. */
    boolean mayBeDone() {
      return acted && !isDone() && (uncertain || report.isEmpty());
    }

    /** Whether it has been tried, so that a part of it may be there. */
    boolean wasTried() {
      return acted && !isDone() && (mayBeDone() || report.get().attempts() > 0);
    }

    private Past begun(String newFingerprint) {
      return new Past(true, mayBeDone(), Optional.empty(), newFingerprint);
    }

    /** A step that was not run again is what it was. */
    private Past ended(NodeReport end, String newFingerprint) {
      if (end.status() == Status.SKIPPED && acted) {
        return this;
      }
      boolean unclear =
          end.attempts() > 0
              && (end.status() == Status.CANCELLED
                  || end.failure().filter(it -> UNCERTAIN.contains(it.verdict())).isPresent());
      return new Past(acted, uncertain || unclear, Optional.of(end), newFingerprint);
    }
  }

  private RunJournal(JournalFile file, RunIdentity run) {
    this.file = file;
    this.run = run;
  }

  /**
   * Begins the journal of a new run. That of an earlier run in this folder is forgotten.
   *
   * @param folder the run folder; made if it is not there
   * @param id of the run
   * @param time when the run begins
   * @throws ConfigurationException if a run with this folder is going on
   * @throws RunFolderException if the folder cannot be written
   */
  public static RunJournal begin(Path folder, String id, Instant time) {
    Path path = folder.resolve(FILE);
    try {
      Files.createDirectories(folder);
      JournalFile file = open(path);
      RunJournal journal = new RunJournal(file, new RunIdentity(id, time));
      boolean begun = false;
      try {
        file.clear();
        file.append(object().put("run", id).put("time", time.toString()).toString());
        begun = true;
      } finally {
        if (!begun) {
          file.close();
        }
      }
      return journal;
    } catch (IOException e) {
      throw new RunFolderException(
          "cannot write the run's journal " + path,
          "Nothing has run: make the folder writable, or name another one.",
          e);
    }
  }

  /**
   * Goes on with the journal of an earlier run.
   *
   * @throws ConfigurationException if there is none, or somebody else has it
   * @throws RunFolderException if it cannot be read
   */
  public static RunJournal resume(Path folder) {
    Path path = folder.resolve(FILE);
    if (!Files.exists(path)) {
      throw refused(path, "there is no such run. Its folder is missing, or has no journal.");
    }
    try {
      JournalFile file = open(path);
      Optional<RunJournal> journal = Optional.empty();
      try {
        journal = read(file);
      } finally {
        if (journal.isEmpty()) {
          file.close();
        }
      }
      return journal.orElseThrow(
          () -> refused(path, "the run was killed before it did anything. Start a new one."));
    } catch (IOException e) {
      throw new RunFolderException(
          "cannot read the run's journal " + path,
          "Give yourself access to it and resume again, or start a new run.",
          e);
    }
  }

  private static JournalFile open(Path path) throws IOException {
    return JournalFile.open(path)
        .orElseThrow(
            () -> refused(path, "the run is still going on. Wait until it has ended, or stop it."));
  }

  private static Optional<RunJournal> read(JournalFile file) throws IOException {
    try {
      return parsed(file);
    } catch (RuntimeException e) { // Somebody else has written into it.
      throw new IOException("it is not what a run has written", e);
    }
  }

  private static Optional<RunJournal> parsed(JournalFile file) throws IOException {
    Optional<RunJournal> journal = Optional.empty();
    for (String line : file.lines()) {
      JsonNode json = JSON.readTree(line);
      if (json.has("run")) {
        Instant time = Instant.parse(json.get("time").textValue());
        RunIdentity run = new RunIdentity(json.get("run").textValue(), time);
        journal = Optional.of(new RunJournal(file, run));
      } else if (json.has("began")) {
        journal
            .orElseThrow()
            .noteBegan(json.get("began").textValue(), json.get("fingerprint").textValue());
      } else {
        journal
            .orElseThrow()
            .noteEnded(NodeReport.read(json.get("ended")), json.get("fingerprint").textValue());
      }
    }
    return journal;
  }

  private void noteBegan(String name, String fingerprint) {
    past.compute(key(name), (key, known) -> orNothing(known).begun(fingerprint));
  }

  private void noteEnded(NodeReport report, String fingerprint) {
    past.compute(key(report.name()), (key, known) -> orNothing(known).ended(report, fingerprint));
  }

  private static Past orNothing(Past known) {
    return known == null ? Past.NOTHING : known;
  }

  private static ConfigurationException refused(Path file, String message) {
    Problems problems = new Problems();
    problems.add(SourcePosition.whole(file.toString()), message);
    return new ConfigurationException(problems.list());
  }

  /** The run that it is about. */
  public RunIdentity run() {
    return run;
  }

  /**
   * Reports why the run cannot go on with this plan: a step that is done and was changed since, or
   * one that was interrupted, may have been applied and must not be repeated.
   */
  public void check(Plan plan, Storages storages, Problems problems) {
    new Resumption(plan, this).check(storages, problems);
  }

  /** What was noted of a step. */
  Optional<Past> past(String step) {
    return Optional.ofNullable(past.get(key(step)));
  }

  /** The keys of the steps of which something was noted. */
  Set<String> names() {
    return Set.copyOf(past.keySet());
  }

  /** A step begins to do what others can see. */
  void began(Plan.Node node, String fingerprint) {
    append(object().put("began", node.name()).put("fingerprint", fingerprint));
    noteBegan(node.name(), fingerprint);
  }

  /** A step has ended. */
  void ended(NodeReport report, String fingerprint) {
    ObjectNode line = object();
    report.write(line.putObject("ended"));
    append(line.put("fingerprint", fingerprint));
    noteEnded(report, fingerprint);
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private void append(ObjectNode line) {
    try {
      file.append(line.toString());
    } catch (IOException e) {
      throw new RunFolderException(
          "cannot write the journal of the run " + run.id(),
          "Free space in the run's folder, and resume the run.",
          e);
    }
  }

  /** Leaves the journal to others. A second call does nothing. */
  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new RunFolderException(
          "cannot close the journal of the run " + run.id(),
          "See whether the run's folder is still there.",
          e);
    }
  }
}
