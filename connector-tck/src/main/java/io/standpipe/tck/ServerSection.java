package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.resilience.Diagnosis;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.storage.Storage;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Behaviours of which some need a server to disturb. */
abstract class ServerSection extends Section {
  /** Of errors that come of a disturbed server. */
  static final Set<Verdict> RETRIED =
      EnumSet.of(Verdict.TRANSIENT, Verdict.AMBIGUOUS, Verdict.THROTTLED);

  private static final String NO_SERVER = "It has no server.";

  /** Options by which a storage names a server. */
  private static final List<String> SERVER_OPTIONS =
      List.of("host", "hosts", "port", "endpoint", "url", "servers", "bootstrapServers");

  ServerSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  /** Does something with a server and asserts. */
  @FunctionalInterface
  interface ServerBody {
    void run(Server server) throws Exception;
  }

  /** As {@link Section.Trial}, with a server. */
  @FunctionalInterface
  interface ServerTrial {
    Result result(Server server) throws Exception;
  }

  /** A behaviour of all connectors with a server. */
  final void onServer(Behaviour behaviour, ServerBody body) {
    onServer(behaviour, Needs.nothing(), body);
  }

  /** A behaviour of those connectors with a server that declare something. */
  final void onServer(Behaviour behaviour, Needs needs, ServerBody body) {
    testOnServer(behaviour, server -> resultOf(behaviour, needs, () -> body.run(server)));
  }

  /** For what is in this process or on a disk: that it names no server is looked at. */
  final void testOnServer(Behaviour behaviour, ServerTrial trial) {
    test(
        behaviour,
        () -> {
          if (bench.suite().server().isEmpty()) {
            assertThat(bench.suite().storage(Bench.fresh()).keySet())
                .as("options of a connector whose suite names no server()")
                .doesNotContainAnyElementsOf(SERVER_OPTIONS);
            return Result.refused(behaviour, NO_SERVER);
          }
          return trial.result(bench.suite().server().get());
        });
  }

  static Verdict verdict(Storage storage, Throwable failure) {
    return Diagnosis.of(failure, List.of(storage)).verdict();
  }

  /** Append, if the storage has it. */
  static WriteMode mode(Storage storage) {
    return storage.writeModes().contains(WriteMode.APPEND)
        ? WriteMode.APPEND
        : storage.writeModes().iterator().next();
  }
}
