package io.standpipe;

import io.standpipe.pipeline.PipelineRun;
import io.standpipe.pipeline.RunReport;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A run that goes on in a thread of its own. Thread-safe. */
public final class RunningPipeline {
  private final PipelineRun run;
  private final FutureTask<RunReport> result;

  private RunningPipeline(PipelineRun run) {
    this.run = run;
    this.result = new FutureTask<>(run::execute);
  }

  static RunningPipeline start(PipelineRun run, ThreadFactory threads) {
    RunningPipeline running = new RunningPipeline(run);
    threads.newThread(running.result).start();
    return running;
  }

  /**
   * Asks the streams to end, and returns at once. Each finishes its current batch; the next run
   * goes on from there. If the streams have not begun, because other writes go on, the run is
   * cancelled.
   */
  public void stop() {
    run.stop();
  }

  /** Ends the run, and returns at once: what is going on is cancelled, nothing new begins. */
  public void cancel() {
    run.cancel();
  }

  /** Waits until the run has ended. */
  public RunReport await() throws InterruptedException {
    try {
      return result.get();
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  /** Waits until the run has ended, but not longer than this; empty if it still goes on. */
  public Optional<RunReport> await(Duration timeout) throws InterruptedException {
    try {
      return Optional.of(result.get(timeout.toNanos(), TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return Optional.empty();
    } catch (ExecutionException e) {
      throw failure(e);
    }
  }

  /** A step that fails is in the report; anything else is an error of the platform. */
  private static RuntimeException failure(ExecutionException e) {
    return new IllegalStateException("the run broke off: " + e.getCause(), e.getCause());
  }
}
