package io.standpipe.pipeline;

import io.standpipe.config.Redactor;
import io.standpipe.pipeline.RunReport.Failure;
import io.standpipe.pipeline.SqlText.SqlProblem;
import io.standpipe.resilience.Diagnosis;
import io.standpipe.resilience.Outcome.GivenUp;
import io.standpipe.spi.StandpipeException;
import io.standpipe.spi.Verdict;
import io.standpipe.storage.StorageException;
import io.standpipe.storage.Storages;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.SparkException;

/** Says what an error of a node means, whose it is and what to do, without secrets. */
record Failures(Storages storages, Redactor redactor) {

  /** What is reported of an error. */
  Failure of(Plan.Node node, GivenUp failure) {
    Throwable error = failure.error();
    String trace = redactor.redact(trace(error));
    if (error instanceof SqlProblem) {
      String place = node.step().source().position() + ": ";
      return new Failure(
          Verdict.PERMANENT.id(), Optional.empty(), place + error.getMessage(), trace);
    }
    Diagnosis diagnosis = failure.diagnosis();
    String message = message(node, named(error, diagnosis));
    String hint = hint(diagnosis);
    if (!hint.isEmpty() && !message.contains(hint)) {
      message = message + " " + hint;
    }
    message = message + (failure.end().isEmpty() ? "" : " " + failure.end());
    return new Failure(
        diagnosis.verdict().id(), diagnosis.storage(), redactor.redact(message), trace);
  }

  /** What the platform throws says all; of other errors, and of a factory's, it is said where. */
  private static String message(Plan.Node node, Throwable error) {
    boolean factory = node.step() instanceof Step.Make;
    if (error instanceof StorageException || error instanceof StandpipeException && !factory) {
      return error.getMessage();
    }
    Throwable reason = error;
    while (reason instanceof SparkException && reason.getCause() != null) {
      reason = reason.getCause(); // what happened in a task, which Spark wraps
    }
    String what = reason.getMessage() == null ? "" : ": " + reason.getMessage().strip();
    String text = reason.getClass().getSimpleName() + what;
    if (node.step() instanceof Step.Make make) {
      text = "its factory " + make.factory().type().name() + " threw " + text;
    }
    return text.endsWith(".") ? text : text + ".";
  }

  private static String hint(Diagnosis diagnosis) {
    return diagnosis.hint().isEmpty() && diagnosis.verdict() == Verdict.UNKNOWN
        ? "Its stack trace says where."
        : diagnosis.hint();
  }

  /** With the name of the storage that it comes from, if a storage did not throw it itself. */
  private Throwable named(Throwable error, Diagnosis diagnosis) {
    return diagnosis
        .storage()
        .flatMap(storages::find)
        .<Throwable>map(storage -> storage.failure(error))
        .orElse(error);
  }

  private static String trace(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** The storage that a step writes, else the one that it reads. */
  static Optional<String> storageOf(Step step) {
    return Stream.concat(step.writes().stream(), step.reads().stream()).findFirst();
  }
}
