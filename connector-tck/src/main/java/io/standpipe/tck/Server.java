package io.standpipe.tck;

import io.standpipe.tck.server.TestServer;
import java.util.Map;
import java.util.Objects;

/**
 * The server behind a connector, which the kit disturbs, and puts right again in the same
 * behaviour.
 *
 * @param process to which the storages of the suite connect
 * @param wrongHost options that, put over those of a storage, lead to where nothing answers
 * @param wrongPassword options that, put over those of a storage, have credentials that the server
 *     refuses
 */
public record Server(
    TestServer process, Map<String, Object> wrongHost, Map<String, Object> wrongPassword) {
  public Server {
    Objects.requireNonNull(process, "process");
    wrongHost = Map.copyOf(wrongHost);
    wrongPassword = Map.copyOf(wrongPassword);
  }
}
