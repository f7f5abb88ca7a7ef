package io.standpipe.benchmarks;

import java.io.IOException;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Does a fault at a random moment of a job.
 *
 * @param rows how many rows the job has, with the keys from 1 on
 */
record FaultInjector(
    PostgresServer server, FaultProxy proxy, SmallDisk disk, int rows, Random random) {
  private static final int BYTES_PER_ROW = 30;
  private static final long REFUSED_MILLIS = 300;
  private static final int MOST_COMMIT_MILLIS = 20;
  private static final int MOST_LATENCY_MILLIS = 10;

  /** Something that is done meanwhile. */
  @FunctionalInterface
  private interface Deed {
    void run(CountDownLatch over) throws Exception;
  }

  /** What goes on beside the job until the job is over. */
  static final class Injection implements AutoCloseable {
    private final CountDownLatch over = new CountDownLatch(1);
    private final FutureTask<Void> task;
    private final FaultProxy proxy;

    private Injection(Deed deed, FaultProxy proxy) {
      this.proxy = proxy;
      this.task =
          new FutureTask<>(
              () -> {
                deed.run(over);
                return null;
              });
      new Thread(task, "fault").start();
    }

    /** Whether the answer to a commit was lost, of which the job need not fail. */
    boolean hasLostAnswer() {
      return proxy.hasLostAnswer();
    }

    /** Lets the server and its connections be well again. */
    @Override
    public void close() throws InterruptedException {
      over.countDown();
      try {
        task.get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("cannot inject the fault", e.getCause());
      } finally {
        proxy.heal();
      }
    }
  }

  /**
   * Begins it.
   *
   * @param millis how long the job takes when nothing disturbs it
   */
  Injection inject(Fault fault, long millis) throws IOException, SQLException {
    long bytes = (long) (rows * BYTES_PER_ROW * random.nextDouble());
    switch (fault) {
      case CUT_WHILE_WRITING -> proxy.cutAfterSending(bytes);
      case CUT_WHILE_READING -> proxy.cutAfterReceiving(bytes);
      case LATENCY -> proxy.delay(1 + random.nextInt(MOST_LATENCY_MILLIS));
      case ANSWER_TO_COMMIT_LOST -> proxy.loseAnswerToCommit(random.nextInt(MOST_COMMIT_MILLIS));
      case DISK_FULL -> fillDisk();
      default -> {}
    }
    // Row locks have to be there before the job comes to write.
    long moment = (long) (millis * random.nextDouble() * (fault.upserts() ? 0.5 : 1));
    Deed deed = deed(fault);
    return new Injection(
        over -> {
          if (!over.await(moment, TimeUnit.MILLISECONDS)) {
            deed.run(over);
          }
        },
        proxy);
  }

  private Deed deed(Fault fault) {
    boolean kills = random.nextBoolean();
    int early = 1 + random.nextInt(rows / 2);
    int late = rows / 2 + 1 + random.nextInt(rows / 2);
    return switch (fault) {
      case REFUSED -> over -> proxy.refuse(REFUSED_MILLIS);
      case RESTART -> over -> server.restart(kills);
      case TERMINATED ->
          over ->
              server.text(
                  "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE pid <>"
                      + " pg_backend_pid() AND backend_type = 'client backend'");
      case DEADLOCK -> over -> new Rival(server).deadlock(early, late, over);
      case SERIALIZATION -> over -> new Rival(server).change(late, over);
      default -> over -> {};
    };
  }

  /**
   * So that there is no room for the rows in the staging table, or for those that are moved from
   * there into the target.
   */
  private void fillDisk() throws IOException, SQLException {
    long staged = Long.parseLong(server.text("SELECT pg_relation_size('source')"));
    disk.fill((long) (1.8 * staged * random.nextDouble()));
  }
}
