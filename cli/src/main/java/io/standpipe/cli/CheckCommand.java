package io.standpipe.cli;

import io.standpipe.Platform;
import io.standpipe.pipeline.Plan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "check",
    description = {
      "Checks a pipeline and its configuration and reports everything that is wrong, without starting Spark and without"
          + " touching a storage.",
      "Columns are checked as far as the schemas are known: give the storages a 'schema'."
    },
    mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {
  @Mixin private PipelineArguments arguments;

  @Override
  public Integer call() {
    try (Platform platform = arguments.open()) {
      Plan plan = platform.plan(arguments.pipeline());
      long open = plan.nodes().stream().filter(node -> node.schema().isEmpty()).count();
      System.out.println(
          plan.pipeline().name()
              + ": "
              + plan.nodes().size()
              + " steps, no problems"
              + (open == 0 ? "" : "; the columns of " + open + " are checked when the run starts"));
      return 0;
    }
  }
}
