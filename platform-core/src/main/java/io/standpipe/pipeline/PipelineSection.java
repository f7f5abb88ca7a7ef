package io.standpipe.pipeline;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.Positive;

/** A pipeline file. */
@Description("A pipeline: steps that read storages, transform rows and write storages.")
public record PipelineSection(
    @Description("Name of the pipeline; by default the file's name without its ending.")
        Optional<String> name,
    @Description("What the pipeline is for.") @Default("") String description,
    @Description(
            "What becomes of the run when a step fails for good: fail ends it, skip goes on without the steps that need that one, continue also with those that merely come after it.")
        @Default("fail")
        OnFailure onFailure,
    @Description("How many steps run at the same time.")
        @Default("" + RunSettings.PARALLELISM)
        @Min(1)
        @Max(1000)
        int parallelism,
    @Description("When the run is cancelled if it still goes on. By default never.")
        Optional<@Positive Duration> timeLimit,
    @Description("The steps. Their order matters only where one reads what another writes.")
        List<StepSection> steps,
    @Description(
            "Instead of steps: stages, each of which begins when all steps of the one before have ended.")
        List<StageSection> stages) {
  public PipelineSection {
    steps = List.copyOf(steps);
    stages = List.copyOf(stages);
    if (steps.isEmpty() == stages.isEmpty()) {
      throw new IllegalArgumentException(
          "a pipeline has either 'steps' or 'stages'; this one has "
              + (steps.isEmpty() ? "none" : "both"));
    }
  }
}
