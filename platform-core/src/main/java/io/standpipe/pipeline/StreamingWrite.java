package io.standpipe.pipeline;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storage;
import io.standpipe.storage.StorageException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.execution.streaming.StreamExecution;
import org.apache.spark.sql.execution.streaming.StreamingQueryWrapper;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * One write of a stream: a Spark query whose micro-batches are writes of the storage. Each carries
 * a commit token that is the same when Spark repeats the batch, in this run or in a later one.
 *
 * <p>Spark calls {@link #write} from the thread of the query, one batch after the other.
 */
final class StreamingWrite {
  /** The properties by which Spark tells the thread of a query what it is working on. */
  private static final String QUERY_ID = "sql.streaming.queryId";

  private static final String JOB_GROUP = "spark.jobGroup.id";

  /** Not the step's name: a batch stays the same batch when the step is renamed. */
  private static final String NODE = "stream";

  private static final long NO_BATCH = -1;
  private static final long POLL_MILLIS = 20;

  private final Storage storage;
  private final WriteRequest request;
  private final Function<String, TaskCounter.Count> counter;
  private final Surroundings surroundings;
  private volatile StreamingQuery query;
  private Optional<TaskCounter.Count> tasks = Optional.empty();
  private boolean stopping;
  private long admitted = NO_BATCH;
  private long finished = NO_BATCH;
  private long batches;
  private long written;

  /**
   * @param request what each batch is written as; its token is filled in
   * @param counter counts the tasks of a job group
   * @param surroundings in which each batch is written
   */
  StreamingWrite(
      Storage storage,
      WriteRequest request,
      Function<String, TaskCounter.Count> counter,
      Surroundings surroundings) {
    this.storage = storage;
    this.request = request;
    this.counter = counter;
    this.surroundings = surroundings;
  }

  /** What holds in the thread of the query while it writes a batch. */
  @FunctionalInterface
  interface Surroundings {
    void write(LoggingContext.Work<InterruptedException> batch) throws InterruptedException;
  }

  /**
   * Starts the query. Called once, before all else.
   *
   * @param name unique in the session
   */
  void start(String name, Dataset<Row> rows, StreamSettings settings) throws TimeoutException {
    query =
        rows.writeStream()
            .queryName(name)
            .outputMode(settings.outputMode().spark())
            .option("checkpointLocation", settings.checkpoint().uri())
            .trigger(
                settings
                    .every()
                    .map(interval -> Trigger.ProcessingTime(interval.toMillis()))
                    .orElseGet(Trigger::AvailableNow))
            .foreachBatch(
                (VoidFunction2<Dataset<Row>, Long>)
                    (batch, number) -> surroundings.write(() -> write(batch, number)))
            .start();
  }

  private void write(Dataset<Row> rows, long batch) throws InterruptedException {
    admit(batch);
    SparkContext spark = rows.sparkSession().sparkContext();
    TaskCounter.Count count = count(spark.getLocalProperty(JOB_GROUP));
    long before = count.rowsWritten();
    CommitToken token =
        new CommitToken(spark.getLocalProperty(QUERY_ID), NODE, OptionalLong.of(batch));
    WriteResult result = storage.write(rows.sparkSession(), rows, request.withToken(token));
    if (result.rows().isEmpty()) {
      TaskCounter.drain(spark);
    }
    written(batch, Counts.written(result, count.rowsWritten() - before));
  }

  /**
   * Once the query is to stop, no other batch begins: its thread waits here for the end. Spark
   * takes an interruption for a stop only after that; its own can be lost on the way.
   */
  private void admit(long batch) throws InterruptedException {
    synchronized (this) {
      if (!stopping) {
        admitted = batch;
        return;
      }
    }
    while (query.isActive()) {
      Thread.sleep(POLL_MILLIS);
    }
    throw new InterruptedException("the stream was stopped before batch " + batch);
  }

  private synchronized TaskCounter.Count count(String group) {
    if (tasks.isEmpty()) {
      tasks = Optional.of(counter.apply(group));
    }
    return tasks.get();
  }

  private synchronized void written(long batch, long rows) {
    finished = batch;
    batches++;
    written += rows;
  }

  /** From now on no other batch begins; the current one goes on. */
  synchronized void stopAdmitting() {
    stopping = true;
  }

  /**
   * Lets the current batch be finished, then ends the query. When it throws, it can be called
   * again; after it has returned, a call does nothing.
   *
   * @throws TimeoutException if Spark's own time for that is over
   */
  void stop() throws InterruptedException, TimeoutException {
    stopAdmitting();
    try {
      while (query.isActive() && isOwed()) {
        Thread.sleep(POLL_MILLIS);
      }
    } catch (RuntimeException e) { // the checkpoint cannot be read
      end();
      throw e;
    }
    end();
  }

  private void end() throws TimeoutException {
    try {
      query.stop();
    } catch (TimeoutException e) {
      throw (TimeoutException)
          new TimeoutException(
                  "the stream '"
                      + query.name()
                      + "' does not stop within spark.sql.streaming.stopTimeout. Raise it, or end"
                      + " the program: the stream may still run.")
              .initCause(e);
    }
  }

  /**
   * Whether a batch was begun that is not in the checkpoint yet, so that the next run would repeat
   * it. Only the checkpoint knows for how long it likes: Spark keeps few reports of progress, and a
   * stream without new rows soon fills them.
   */
  private boolean isOwed() {
    long begun;
    synchronized (this) {
      if (admitted == NO_BATCH || admitted != finished) {
        return admitted != NO_BATCH;
      }
      begun = admitted;
    }
    StreamExecution execution = ((StreamingQueryWrapper) query).streamingQuery();
    return execution.commitLog().get(begun).isEmpty();
  }

  /** Whether it goes on. */
  boolean isActive() {
    return query.isActive();
  }

  /** What it moved so far. */
  synchronized Counts counts() {
    return new Counts(
        OptionalLong.of(batches),
        OptionalLong.of(tasks.map(TaskCounter.Count::rowsRead).orElse(0L)),
        OptionalLong.of(written),
        OptionalLong.empty());
  }

  /** Why it ended, if it failed: what a storage said, where it was one. */
  Optional<Throwable> failure() {
    if (query.exception().isEmpty()) {
      return Optional.empty();
    }
    StreamingQueryException failed = query.exception().get();
    for (Throwable link = failed; link != null; link = link.getCause()) {
      if (link instanceof StorageException) {
        return Optional.of(link);
      }
    }
    return Optional.of(failed.getCause() == null ? failed : failed.getCause());
  }
}
