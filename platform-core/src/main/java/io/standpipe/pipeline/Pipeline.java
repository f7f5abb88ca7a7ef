package io.standpipe.pipeline;

import io.standpipe.config.SourcePosition;
import java.util.List;
import java.util.Objects;

/**
 * What is to be done, as its author wrote it: steps that refer to each other and to storages by
 * name. Nothing is checked yet; {@link Plan} is the checked form.
 *
 * @param name the pipeline's name, part of run ids and reports
 * @param description for people; may be empty
 * @param steps in the order in which they are written
 * @param position where the pipeline is written
 */
public record Pipeline(String name, String description, List<Step> steps, SourcePosition position) {
  public Pipeline {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(description, "description");
    steps = List.copyOf(steps);
    Objects.requireNonNull(position, "position");
  }
}
