package io.standpipe.cli;

import io.standpipe.Platform;
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
  public Integer call() {
    try (Platform platform = arguments.open()) {
      Plan plan = platform.plan(arguments.pipeline());
      String run = platform.newRunId(plan);
      ConsoleProgress progress = new ConsoleProgress(System.err, plan);
      progress.starting(run);
      RunReport report = platform.run(plan, run, progress);
      Path written = report.write(folder.orElseGet(() -> Path.of("runs", run)));
      progress.finished(report, written);
      return report.succeeded() ? 0 : Main.FAILED;
    }
  }
}
