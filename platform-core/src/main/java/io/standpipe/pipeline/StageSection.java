package io.standpipe.pipeline;

import io.standpipe.spi.Description;
import java.util.List;
import javax.validation.constraints.NotEmpty;

/** A stage of a pipeline file. */
@Description("Steps that begin when all of the stage before have ended.")
public record StageSection(
    @Description("Name of the stage, unique in the pipeline.") String name,
    @Description("The steps of the stage.") @NotEmpty List<StepSection> steps) {
  public StageSection {
    steps = List.copyOf(steps);
  }
}
