package io.standpipe.pipeline;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import java.util.List;
import java.util.Optional;
import javax.validation.constraints.NotEmpty;

/** A pipeline file. */
@Description("A pipeline: steps that read storages, transform rows and write storages.")
public record PipelineSection(
    @Description("Name of the pipeline; by default the file's name without its ending.")
        Optional<String> name,
    @Description("What the pipeline is for.") @Default("") String description,
    @Description("The steps. Their order matters only where one reads what another writes.")
        @NotEmpty
        List<StepSection> steps) {}
