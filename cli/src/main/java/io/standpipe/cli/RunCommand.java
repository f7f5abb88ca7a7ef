package io.standpipe.cli;

import io.standpipe.Platform;
import io.standpipe.RunningPipeline;
import io.standpipe.config.InvalidRequestException;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunJournal;
import io.standpipe.pipeline.RunReport;
import io.standpipe.pipeline.Selection;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    description = {
      "Runs a pipeline, or resumes a run. The whole plan is checked before anything starts.",
      "Ctrl-C or SIGTERM cancels what is going on; streams finish the current batch.",
      "Progress goes to stderr; report.json, with what each step did, into the run folder."
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "PIPELINE",
      arity = "0..1",
      description = "The pipeline file; not with --resume.")
  private Optional<Path> pipeline = Optional.empty();

  @Mixin private ConfigurationOptions configuration;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "The run folder, where report.json is written. By default runs/RUN_ID in this folder.")
  private Optional<Path> folder = Optional.empty();

  @Option(
      names = "--resume",
      paramLabel = "RUN_ID",
      description =
          "Go on with a run that failed or was killed, with its pipeline, options and time. What is done is not done again.")
  private Optional<String> resumed = Optional.empty();

  @Option(
      names = "--only",
      paramLabel = "STEP",
      split = ",",
      description = "Run only these steps, and what their rows come from. Separated by commas.")
  private List<String> only = List.of();

  @Option(
      names = "--from",
      paramLabel = "STEP",
      split = ",",
      description = "Run these steps and all that need them.")
  private List<String> from = List.of();

  @Option(
      names = "--until",
      paramLabel = "STEP",
      split = ",",
      description = "Run these steps and all that they need.")
  private List<String> until = List.of();

  @Override
  public Integer call() throws InterruptedException {
    RunRequest request = request();
    try (Platform platform = ConfigurationOptions.of(request).openFor(request.pipeline())) {
      Plan plan = platform.plan(request.pipeline()).select(request.selection());
      String id = resumed.orElseGet(() -> platform.newRunId(plan));
      Path runFolder = folder(id);
      try (RunJournal journal = journal(runFolder, id)) {
        if (resumed.isEmpty()) {
          request.write(runFolder, id, platform::isSecretOverride);
        }
        ConsoleProgress progress = new ConsoleProgress(System.err, plan);
        progress.starting(journal.run().id());
        RunReport report = run(platform, plan, journal, progress);
        progress.finished(
            report, report.write(runFolder), folder.map(name -> " --report " + name).orElse(""));
        return switch (report.result()) {
          case SUCCEEDED -> 0;
          case PARTIAL -> Main.PARTIAL;
          case FAILED -> Main.FAILED;
        };
      }
    }
  }

  private RunRequest request() {
    if (resumed.isEmpty()) {
      Path file =
          pipeline.orElseThrow(
              () -> new InvalidRequestException("name a pipeline file, or --resume RUN_ID."));
      if (!only.isEmpty() && !(from.isEmpty() && until.isEmpty())) {
        throw new InvalidRequestException(
            "--only does not go with --from and --until. Leave out the one or the others.");
      }
      return RunRequest.of(file, configuration, new Selection(only, from, until));
    }
    boolean plain = only.isEmpty() && from.isEmpty() && until.isEmpty();
    if (pipeline.isPresent() || !plain || !configuration.onlyOverrides()) {
      throw new InvalidRequestException(
          "a run is resumed with what it was started with: leave out the pipeline, --config, --env,"
              + " --only, --from and --until.");
    }
    return RunRequest.read(folder(resumed.get()), resumed.get(), configuration.overrides());
  }

  private Path folder(String id) {
    return folder.orElseGet(() -> Path.of("runs", id));
  }

  private RunJournal journal(Path runFolder, String id) {
    return resumed.isPresent()
        ? RunJournal.resume(runFolder)
        : RunJournal.begin(runFolder, id, Instant.now());
  }

  private static RunReport run(
      Platform platform, Plan plan, RunJournal journal, ConsoleProgress progress)
      throws InterruptedException {
    RunningPipeline running = platform.start(plan, journal, progress);
    StopSignals.first(
        () -> {
          if (plan.streams()) {
            progress.stopping();
            running.stop();
          } else {
            progress.cancelling();
            running.cancel();
          }
        });
    return running.await();
  }
}
