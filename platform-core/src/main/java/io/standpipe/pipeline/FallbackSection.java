package io.standpipe.pipeline;

import io.standpipe.config.ConfigNode;
import io.standpipe.spi.Description;
import java.util.Optional;

/** What is used instead of a step, as a pipeline file says it. */
@Description("What is used instead of a step that fails: exactly one of storage, step and value.")
public record FallbackSection(
    @Description("Read, or for a write, write, this storage instead.") Optional<String> storage,
    @Description("Use what this step makes instead.") Optional<String> step,
    @Description("For factory: use this value instead of what it makes.")
        Optional<ConfigNode> value) {
  public FallbackSection {
    Fallback.requireOne(storage, step, value);
  }
}
