package io.standpipe.tck;

import java.util.Map;

/**
 * The server behind a connector, which the kit disturbs. {@link io.standpipe.tck.server} has some.
 * Disturbed servers are put right again by the kit, in the same behaviour.
 */
public interface Server {
  /** The port on this machine to which the connector connects. */
  int port();

  /** Options that, put over those of a storage, lead to a host or port where nothing answers. */
  Map<String, Object> wrongHost();

  /** Options that, put over those of a storage, have credentials that the server refuses. */
  Map<String, Object> wrongPassword();

  /** Ends the server as a crash would. */
  void kill();

  /** Starts a killed server on the same data and port; returns when it answers. */
  void restart();

  /** Makes the server silent: connections stay open and nobody answers. */
  void freeze();

  /** Lets a frozen server go on. */
  void thaw();
}
