package io.standpipe.tck.server;

/** A server whose kind is known, whatever it runs on. */
abstract class KindOfServer implements TestServer {
  private final TestServer running;

  /**
   * @param running the same server, as its back end sees it
   */
  KindOfServer(TestServer running) {
    this.running = running;
  }

  @Override
  public int port() {
    return running.port();
  }

  @Override
  public void kill() {
    running.kill();
  }

  @Override
  public void restart() {
    running.restart();
  }

  @Override
  public void freeze() {
    running.freeze();
  }

  @Override
  public void thaw() {
    running.thaw();
  }

  @Override
  public void close() {
    running.close();
  }
}
