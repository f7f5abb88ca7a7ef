package io.standpipe.pipeline;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storage;
import io.standpipe.storage.StorageException;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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
  private volatile StreamingQuery query;
  private Optional<TaskCounter.Count> tasks = Optional.empty();
  private boolean stopping;
  private long admitted = NO_BATCH;
  private long batches;
  private long written;

  /**
   * @param request what each batch is written as; its token is filled in
   * @param counter counts the tasks of a job group
   */
  StreamingWrite(
      Storage storage, WriteRequest request, Function<String, TaskCounter.Count> counter) {
    this.storage = storage;
    this.request = request;
    this.counter = counter;
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
            .foreachBatch((VoidFunction2<Dataset<Row>, Long>) this::write)
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
    written(Counts.written(result, count.rowsWritten() - before));
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

  private synchronized void written(long rows) {
    batches++;
    written += rows;
  }

  private synchronized long stopAdmitting() {
    stopping = true;
    return admitted;
  }

  /** Lets the current batch be finished, then ends the query. A second call does nothing. */
  void stop() {
    long last = stopAdmitting();
    try {
      while (query.isActive() && last != NO_BATCH && !recorded(last)) {
        query.awaitTermination(POLL_MILLIS);
      }
      query.stop();
    } catch (StreamingQueryException e) {
      // It has ended by itself; failure() tells.
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "the stream '" + query.name() + "' does not stop within spark.sql.streaming.stopTimeout",
          e);
    }
  }

  /** Whether Spark has entered a batch into the checkpoint: it reports the batch after that. */
  private boolean recorded(long batch) {
    return Arrays.stream(query.recentProgress())
        .anyMatch(done -> done.batchId() == batch && done.durationMs().containsKey("addBatch"));
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
        OptionalLong.of(written));
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
