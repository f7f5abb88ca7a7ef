package io.standpipe.tck.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How a project finds the embedded servers that has nothing but the dependency on this module. */
class ServerClassPathIT {
  private final Map<String, String> before = new HashMap<>();

  private void set(String property, String value) {
    before.put(property, System.getProperty(property));
    System.setProperty(property, value);
  }

  @AfterEach
  void reset() {
    before.forEach(System::setProperty);
  }

  @Test
  void classPath_withoutABuildThatWritesIt_isAskedFromMaven_andKept(@TempDir Path home) {
    ServerClassPath built = ServerClassPath.of("dynamodb");
    set("standpipe.servers", "");
    set("user.home", home.toString());

    ServerClassPath resolved = ServerClassPath.of("dynamodb");
    assertThat(resolved).isEqualTo(built);
    assertThat(home).isDirectoryRecursivelyContaining("glob:**/dynamodb.classpath");
    assertThat(ServerClassPath.of("dynamodb")).isEqualTo(built);
  }
}
