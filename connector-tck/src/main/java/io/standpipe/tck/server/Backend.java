package io.standpipe.tck.server;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.testcontainers.DockerClientFactory;

/**
 * What test servers run on, chosen by the system property {@code servers}, or else the environment
 * variable {@code STANDPIPE_SERVERS}: {@code embedded} or {@code containers}. Without them,
 * containers where a Docker engine answers, else embedded.
 */
public enum Backend {
  /** Processes of this machine, from Maven artefacts. */
  EMBEDDED,
  /** Containers, by Testcontainers. */
  CONTAINERS;

  private static final String PROPERTY = "servers";
  private static final String VARIABLE = "STANDPIPE_SERVERS";

  /**
   * The choice for this JVM.
   *
   * @throws IllegalStateException if the property says something else, or containers where no
   *     Docker engine answers
   */
  public static Backend chosen() {
    String otherwise = System.getenv().getOrDefault(VARIABLE, "");
    String wanted = System.getProperty(PROPERTY, otherwise);
    return wanted.isBlank() ? available() : named(wanted);
  }

  private static Backend available() {
    return engineAnswers() ? CONTAINERS : EMBEDDED;
  }

  private static Backend named(String wanted) {
    List<String> names =
        Arrays.stream(values()).map(backend -> backend.name().toLowerCase(Locale.ROOT)).toList();
    if (!names.contains(wanted)) {
      throw new IllegalStateException(
          "cannot start test servers with -D%s=%s. Choose one of %s."
              .formatted(PROPERTY, wanted, names));
    }
    Backend backend = values()[names.indexOf(wanted)];
    if (backend == CONTAINERS && !engineAnswers()) {
      throw new IllegalStateException(
          "cannot start test servers in containers: no Docker engine answers. Start one, set"
              + " DOCKER_HOST, or use -D%s=embedded.".formatted(PROPERTY));
    }
    return backend;
  }

  /** Testcontainers asks once in a JVM. */
  private static boolean engineAnswers() {
    return DockerClientFactory.instance().isDockerAvailable();
  }
}
