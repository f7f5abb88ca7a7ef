package io.standpipe.cli;

import io.standpipe.Platform;
import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.PlanPrinter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "plan",
    description =
        "Shows what a pipeline would do, step by step with schemas, without starting Spark.",
    mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
  enum Format {
    text,
    json,
    mermaid,
    svg
  }

  @Mixin private PipelineArguments arguments;

  @Option(
      names = "--format",
      defaultValue = "text",
      description =
          "One of ${COMPLETION-CANDIDATES}; mermaid draws a flowchart in Markdown pages, svg a picture. Default: text.")
  private Format format;

  @Override
  public Integer call() {
    try (Platform platform = arguments.open()) {
      Plan plan = platform.plan(arguments.pipeline());
      System.out.print(
          switch (format) {
            case text -> PlanPrinter.text(plan);
            case json -> PlanPrinter.json(plan);
            case mermaid -> PlanPrinter.mermaid(plan);
            case svg -> PlanPrinter.svg(plan);
          });
      return 0;
    }
  }
}
