package io.standpipe.plugin;

import java.nio.file.Path;
import java.util.Optional;

/** A cause and its remedy, before it is known which file they are about. */
record Finding(String cause, String remedy) {

  PluginProblem in(Path file, Optional<String> pluginId) {
    return new PluginProblem(file, pluginId, cause, remedy);
  }

  PluginProblem in(PluginJar jar) {
    return in(jar.file(), Optional.of(jar.id()));
  }
}
