package io.standpipe.pipeline;

import io.standpipe.config.Redactor;
import io.standpipe.pipeline.RunReport.Failure;
import io.standpipe.pipeline.SqlText.SqlProblem;
import io.standpipe.resilience.Diagnosis;
import io.standpipe.spi.Verdict;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Says what an error of a node means, whose it is and what to do, without secrets. */
record Failures(Plan plan, Storages storages, Redactor redactor) {

  /** What is reported of an error. */
  Failure of(Plan.Node node, Throwable error) {
    String trace = redactor.redact(trace(error));
    if (error instanceof SqlProblem) {
      String place = node.step().source().position() + ": ";
      return new Failure(
          label(Verdict.PERMANENT), Optional.empty(), place + error.getMessage(), trace);
    }
    Diagnosis diagnosis = Diagnosis.of(error, involved(node));
    String message = String.valueOf(named(error, diagnosis).getMessage());
    if (!diagnosis.hint().isEmpty() && !message.contains(diagnosis.hint())) {
      message = message + " " + diagnosis.hint();
    }
    return new Failure(
        label(diagnosis.verdict()), diagnosis.storage(), redactor.redact(message), trace);
  }

  /** With the name of the storage that it comes from, if a storage did not throw it itself. */
  private Throwable named(Throwable error, Diagnosis diagnosis) {
    return diagnosis
        .storage()
        .flatMap(storages::find)
        .<Throwable>map(storage -> storage.failure(error))
        .orElse(error);
  }

  private static String label(Verdict verdict) {
    return verdict.name().toLowerCase(Locale.ROOT);
  }

  private static String trace(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** The written storage first, then all that the node's rows come from. */
  private List<Storage> involved(Plan.Node node) {
    List<Storage> found = new ArrayList<>();
    for (Plan.Node source : plan.sources(node)) {
      storageOf(source.step()).flatMap(storages::find).ifPresent(found::add);
    }
    return found;
  }

  /** The storage that a step reads or writes. */
  static Optional<String> storageOf(Step step) {
    if (step instanceof Step.Read read) {
      return Optional.of(read.storage());
    }
    return step instanceof Step.Write write ? Optional.of(write.storage()) : Optional.empty();
  }
}
