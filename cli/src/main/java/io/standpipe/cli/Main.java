package io.standpipe.cli;

import io.standpipe.config.ConfigurationException;
import io.standpipe.config.InvalidRequestException;
import io.standpipe.spi.StandpipeException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The {@code standpipe} command. */
@Command(
    name = "standpipe",
    description = {"Runs data pipelines on Apache Spark."},
    footer = {
      "",
      "A pipeline is a YAML file with steps; the storages that it reads and writes are configured by name in",
      "standpipe.yaml beside it.",
      "",
      "  standpipe check pipeline.yaml       what is wrong with it, all at once, in a second",
      "  standpipe plan pipeline.yaml        what it would do",
      "  standpipe run pipeline.yaml         does it",
      "",
      "Exit codes: 0 done; 1 a run failed; 2 wrong usage or configuration, nothing ran; 3 finished, with",
      "failures that the pipeline allows."
    },
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    subcommands = {
      RunCommand.class,
      CheckCommand.class,
      PlanCommand.class,
      ShowCommand.class,
      ReplayCommand.class,
      StoragesCommand.class,
      PingCommand.class,
      PluginsCommand.class,
      SchemaCommand.class,
      DocsCommand.class,
      NewConnectorCommand.class
    })
public final class Main {
  /** Wrong usage or configuration; nothing ran. */
  static final int USAGE = 2;

  /** A run failed. */
  static final int FAILED = 1;

  /** A run finished, with failures that its pipeline allows. */
  static final int PARTIAL = 3;

  private Main() {}

  /** Runs the command line and exits with its code. */
  public static void main(String[] arguments) {
    int code = execute(arguments);
    // Libraries leave threads behind that are no daemons; the work is done.
    System.exit(code);
  }

  static int execute(String... arguments) {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(110)
        .setExecutionExceptionHandler(Main::failed)
        .execute(arguments);
  }

  private static int failed(
      Exception failure, CommandLine command, CommandLine.ParseResult parsed) {
    command.getErr().println(message(failure));
    if (Boolean.getBoolean("standpipe.stacktrace")) {
      failure.printStackTrace(command.getErr());
    }
    return code(failure);
  }

  private static String message(Exception failure) {
    return failure instanceof StandpipeException
        ? failure.getMessage()
        : failure
            + "\nTo see where that comes from: STANDPIPE_JAVA_OPTS=-Dstandpipe.stacktrace=true";
  }

  /** Only who refuses to begin knows that nothing ran: other code throws the same as Spark. */
  static int code(Exception failure) {
    boolean nothingRan =
        failure instanceof ConfigurationException || failure instanceof InvalidRequestException;
    return nothingRan ? USAGE : FAILED;
  }
}
