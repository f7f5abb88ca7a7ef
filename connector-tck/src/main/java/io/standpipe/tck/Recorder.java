package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.WriteMode;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.tck.Deviations.Deviation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Collects the results of one suite and compares them with those that are under version control. If
 * there are none yet, or with {@code -Dconformance.update=true}, it writes them instead.
 */
final class Recorder {
  private static final String FOLDER = "conformance.results";
  private static final String UPDATE = "conformance.update";

  private final String connector;
  private final List<Behaviour> begun = new ArrayList<>();
  private final List<Result> results = new ArrayList<>();

  Recorder(String connector) {
    this.connector = connector;
  }

  void begin(Behaviour behaviour) {
    begun.add(behaviour);
  }

  void add(Result result) {
    results.add(result);
  }

  /** Results are only compared if each behaviour has one; the others have failed by themselves. */
  boolean complete() {
    return !begun.isEmpty() && begun.size() == results.size();
  }

  /** Deviations that are about nothing would never be noticed. */
  void requireAbout(Deviations deviations) {
    Set<Integer> numbers = begun.stream().map(Behaviour::number).collect(Collectors.toSet());
    for (Deviation deviation : deviations.all()) {
      if (numbers.contains(deviation.number()) && Tier.current().has(deviation.variant())) {
        assertThat(begun)
            .as("the kit has no such behaviour: %s", deviation)
            .anyMatch(deviation::isAbout);
      }
    }
  }

  /**
   * Writes or compares.
   *
   * @param probe any storage of the connector
   */
  void finish(Storage probe) {
    Path file = folder().resolve(connector + ".json");
    ResultFile seen =
        new ResultFile(
            connector,
            probe.type(),
            probe.abilities().stream().map(Ability::label).toList(),
            probe.writeModes().stream().map(WriteMode::id).toList(),
            results);
    boolean kept = Files.exists(file);
    // A run of some sections leaves the others as they are.
    ResultFile all = kept ? ResultFile.read(file).completing(seen, Tier.current()) : seen;
    if (!kept || Boolean.getBoolean(UPDATE)) {
      all.write(file);
      return;
    }
    assertThat(all.text())
        .as(
            "%s does not say what was seen. If that is right, write it: run the suite with -D%s=true.",
            file, UPDATE)
        .isEqualTo(ResultFile.read(file).text());
  }

  static Path folder() {
    return Path.of(System.getProperty(FOLDER, "conformance"));
  }
}
