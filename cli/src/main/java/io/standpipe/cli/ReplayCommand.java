package io.standpipe.cli;

import io.standpipe.Platform;
import io.standpipe.config.InvalidRequestException;
import io.standpipe.pipeline.Replay;
import io.standpipe.pipeline.Replay.Replayed;
import io.standpipe.resilience.Call;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "replay",
    description = {
      "Writes dead letters to where they were to go, once what kept them from it is repaired.",
      "They stay where they are. Each run and step is written once, however often it is replayed."
    },
    mixinStandardHelpOptions = true)
final class ReplayCommand implements Callable<Integer> {
  @Parameters(paramLabel = "STORAGE", description = "The storage with the dead letters.")
  private String storage;

  @Mixin private ConfigurationOptions configuration;

  @Option(names = "--run", paramLabel = "RUN_ID", description = "Only those of this run.")
  private Optional<String> run = Optional.empty();

  @Option(names = "--step", paramLabel = "STEP", description = "Only those of this step.")
  private Optional<String> step = Optional.empty();

  @Option(
      names = "--code",
      paramLabel = "CODE",
      description = {
        "Only those with this error_code: an SQL state, or where.",
        "Without it rows stay that a condition (where) refused."
      })
  private Optional<String> code = Optional.empty();

  @Option(
      names = "--to",
      paramLabel = "STORAGE",
      description = "Write them to this storage instead of the one that they were meant for.")
  private Optional<String> to = Optional.empty();

  @Option(
      names = "--mode",
      paramLabel = "MODE",
      defaultValue = "append",
      description = "append or upsert. Default: append.")
  private String mode;

  @Option(
      names = "--keys",
      paramLabel = "COLUMN",
      split = ",",
      description = "For --mode upsert: the columns that identify a row.")
  private List<String> keys = List.of();

  @Override
  public Integer call() {
    WriteRequest request = request();
    try (Platform platform = configuration.open(Optional.empty())) {
      Replay replay = new Replay(run, step, code, to, request);
      if (platform.replay(storage, replay, new Progress()).isEmpty()) {
        System.err.println("no dead letters in storage '" + storage + "' that were chosen");
      }
      return 0;
    }
  }

  /** Says what was replayed as soon as it is. */
  private static final class Progress implements Replay.Listener {
    @Override
    public void replayed(Replayed done) {
      System.out.printf(
          Locale.ROOT,
          "%s  %s  %s%,d rows %s storage '%s'%n",
          done.run(),
          done.step(),
          done.code().isEmpty() ? "" : done.code() + "  ",
          done.rows(),
          done.outcome().map(Progress::words).orElseGet(() -> left(done)),
          done.storage());
    }

    private static String words(Outcome outcome) {
      return outcome == Outcome.ALREADY_COMMITTED ? "had been replayed to" : "replayed to";
    }

    private static String left(Replayed done) {
      return done.code().equals(Replay.WHERE)
          ? "were refused by a condition and are, without --code "
              + Replay.WHERE
              + ", not written to"
          : "could not be read and are not written to";
    }

    @Override
    public void repeating(Call.Repeat repeat) {
      System.err.println(ConsoleProgress.again(repeat.attempt(), repeat.delay()));
    }
  }

  private WriteRequest request() {
    List<WriteMode> modes = List.of(WriteMode.APPEND, WriteMode.UPSERT);
    WriteMode chosen =
        modes.stream()
            .filter(each -> each.id().equals(mode))
            .findFirst()
            .orElseThrow(
                () ->
                    new InvalidRequestException(
                        "no mode '"
                            + mode
                            + "'. Use one of: "
                            + modes.stream().map(WriteMode::id).collect(Collectors.joining(", "))
                            + "."));
    if (chosen.needsKeys() != !keys.isEmpty()) {
      throw new InvalidRequestException(
          chosen.needsKeys()
              ? "--mode upsert needs --keys, the columns that identify a row."
              : "--keys goes with --mode upsert.");
    }
    try {
      return chosen.needsKeys()
          ? WriteRequest.upsert(keys.toArray(String[]::new))
          : WriteRequest.of(chosen);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("--keys: " + e.getMessage() + ". Correct it.");
    }
  }
}
