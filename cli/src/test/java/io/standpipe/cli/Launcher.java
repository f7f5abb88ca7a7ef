package io.standpipe.cli;

import io.standpipe.Platform;
import io.standpipe.config.ConfigurationSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts the packaged distribution as a user does. */
record Launcher(Path distribution, Path folder, Map<String, String> environment) {

  /** What a command printed and how it ended. */
  record Result(int code, String out, String err) {}

  /** Processes that live for seconds do better without the second compiler. */
  static final String QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";

  static Launcher in(Path folder) {
    return new Launcher(
        Path.of(System.getProperty("standpipe.distribution")),
        folder,
        Map.of("STANDPIPE_JAVA_OPTS", QUICK));
  }

  static Path source() {
    return Path.of(System.getProperty("standpipe.source")).normalize();
  }

  /** The platform in this process, with the plug-ins that the build made. */
  static Platform platform(Path configuration) {
    return Platform.builder()
        .configuration(ConfigurationSource.of(configuration))
        .pluginDirectories(List.of(source().resolve("plugins")))
        .open();
  }

  Launcher with(String variable, String value) {
    Map<String, String> more = new java.util.LinkedHashMap<>(environment);
    more.put(variable, value);
    return new Launcher(distribution, folder, more);
  }

  Launcher at(Path otherDistribution) {
    return new Launcher(otherDistribution, folder, environment);
  }

  Result run(String... arguments) {
    return run(builder(arguments));
  }

  static Result run(ProcessBuilder builder) {
    try {
      Path out = Files.createTempFile("standpipe", ".out");
      Path err = Files.createTempFile("standpipe", ".err");
      Process process = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError(
            "no end after 5 minutes: "
                + String.join(" ", builder.command())
                + "\n"
                + Files.readString(err));
      }
      Result result = new Result(process.exitValue(), Files.readString(out), Files.readString(err));
      Files.delete(out);
      Files.delete(err);
      return result;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The command, not yet started. */
  ProcessBuilder builder(String... arguments) {
    List<String> command =
        new ArrayList<>(List.of(distribution.resolve("bin/standpipe").toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    // Tests need no archive of their own: they share one, as an installation does.
    builder.environment().put("STANDPIPE_CACHE", source().resolve("cli/target/cache").toString());
    builder.environment().putAll(environment);
    return builder;
  }
}
