package io.standpipe.plugin;

import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * Why a plug-in, or a part of it, cannot be used, and what to do about it.
 *
 * @param file the JAR, or the folder if the folder itself is the trouble
 * @param pluginId the plug-in's id if its manifest could be read
 * @param cause what is wrong; no full stop at the end
 * @param remedy what to do next; one or more whole sentences
 */
public record PluginProblem(Path file, Optional<String> pluginId, String cause, String remedy) {
  public PluginProblem {
    Objects.requireNonNull(file, "file");
    Objects.requireNonNull(pluginId, "pluginId");
    Objects.requireNonNull(cause, "cause");
    Objects.requireNonNull(remedy, "remedy");
  }

  /** The whole problem in one line: {@code Plug-in <file name> (<id>): <cause>. <remedy>} */
  public String message() {
    Path name = file.getFileName();
    return "Plug-in "
        + (name == null ? file : name)
        + pluginId.map(id -> " (" + id + ")").orElse("")
        + ": "
        + cause
        + ". "
        + remedy;
  }
}
