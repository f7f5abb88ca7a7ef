package io.standpipe.tck;

import io.standpipe.pipeline.Plan;
import io.standpipe.pipeline.RunListener;
import io.standpipe.pipeline.RunReport;
import io.standpipe.tck.server.TestServer;
import java.util.ArrayList;
import java.util.List;

/**
 * A server that is down until a run announces its first repeat: no earlier, so that the first try
 * meets it, and no later, so that nobody waits. Closing ends it at the latest.
 */
final class Outage implements RunListener, AutoCloseable {
  private final TestServer server;
  private final List<RunReport.Repeat> repeats = new ArrayList<>();
  private boolean down;

  Outage(Server server) {
    this.server = server.process();
  }

  /** The server goes down, as in a crash. */
  synchronized void begin() {
    server.kill();
    down = true;
  }

  /** It is back when this returns. */
  synchronized void end() {
    if (down) {
      down = false;
      server.restart();
    }
  }

  @Override
  public synchronized void repeating(Plan.Node node, RunReport.Repeat repeat) {
    repeats.add(repeat);
    end();
  }

  /** What was announced so far. */
  synchronized List<RunReport.Repeat> repeats() {
    return List.copyOf(repeats);
  }

  @Override
  public void close() {
    end();
  }
}
