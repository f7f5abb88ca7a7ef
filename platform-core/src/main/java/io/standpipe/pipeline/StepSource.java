package io.standpipe.pipeline;

import io.standpipe.config.SourcePosition;
import java.util.Map;

/**
 * Where a step is written.
 *
 * @param position the step itself
 * @param fields its fields, by name
 */
public record StepSource(SourcePosition position, Map<String, SourcePosition> fields) {
  public StepSource {
    fields = Map.copyOf(fields);
  }

  /** A step that a program made. */
  static StepSource program() {
    return new StepSource(Pipeline.PROGRAM, Map.of());
  }

  /** Where this field is written, or the step if the field is not given. */
  SourcePosition at(String field) {
    return fields.getOrDefault(field, position);
  }
}
