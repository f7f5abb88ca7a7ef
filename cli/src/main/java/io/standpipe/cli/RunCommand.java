package io.standpipe.cli;

import io.standpipe.Platform;
import io.standpipe.RunningPipeline;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunReport;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    description = {
      "Runs a pipeline. The whole plan is checked before anything starts.",
      "Ctrl-C or SIGTERM cancels what is going on; streams finish the current batch.",
      "Progress goes to stderr; report.json, with what each step did, into the run folder."
    },
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  @Mixin private PipelineArguments arguments;

  @Option(
      names = "--report",
      paramLabel = "DIR",
      description =
          "The run folder, where report.json is written. By default runs/RUN_ID in this folder.")
  private Optional<Path> folder = Optional.empty();

  @Override
  public Integer call() throws InterruptedException {
    try (Platform platform = arguments.open()) {
      Plan plan = platform.plan(arguments.pipeline());
      String run = platform.newRunId(plan);
      ConsoleProgress progress = new ConsoleProgress(System.err, plan);
      progress.starting(run);
      RunReport report = run(platform, plan, run, progress);
      Path written = report.write(folder.orElseGet(() -> Path.of("runs", run)));
      progress.finished(report, written);
      return switch (report.result()) {
        case SUCCEEDED -> 0;
        case PARTIAL -> Main.PARTIAL;
        case FAILED -> Main.FAILED;
      };
    }
  }

  private static RunReport run(Platform platform, Plan plan, String run, ConsoleProgress progress)
      throws InterruptedException {
    RunningPipeline running = platform.start(plan, run, progress);
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
