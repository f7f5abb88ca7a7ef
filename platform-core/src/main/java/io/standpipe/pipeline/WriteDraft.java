package io.standpipe.pipeline;

import io.standpipe.spi.WriteRequest;
import java.util.List;
import java.util.Optional;

/** A write of which something is being changed. */
final class WriteDraft {
  private final Step.Write write;
  String name;
  String storage;
  List<String> keys;
  Optional<String> replaceWhere;
  WriteRequest.SchemaEvolution schemaEvolution;
  Optional<StreamSettings> stream;
  Optional<DeadLetters> deadLetters;
  StepSettings settings;

  WriteDraft(Step.Write write) {
    this.write = write;
    this.name = write.name();
    this.storage = write.storage();
    this.keys = write.keys();
    this.replaceWhere = write.replaceWhere();
    this.schemaEvolution = write.schemaEvolution();
    this.stream = write.stream();
    this.deadLetters = write.deadLetters();
    this.settings = write.settings();
  }

  Step.Write write() {
    return new Step.Write(
        name,
        write.from(),
        storage,
        write.mode(),
        keys,
        replaceWhere,
        schemaEvolution,
        stream,
        deadLetters,
        settings,
        write.source());
  }
}
