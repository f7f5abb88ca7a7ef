package io.standpipe.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/**
 * A read as it is executed: once by each action of a Dataset that has it. If several queries share
 * the rows, all of an execution see one snapshot, made when its partitions are planned. Spark may
 * run the partitions again in later executions; a stage of those gets a snapshot of its own when
 * Spark submits it, which it does by {@link SharedTask#writeReplace()}.
 */
final class ReadBatch implements Batch {
  /** The thread that submits stages; others only try whether something can be serialised. */
  private static final String SUBMITTING = "dag-scheduler-event-loop";

  /** No snapshot: a task that nevertheless read would be refused. */
  private static final String NONE = "none";

  private final ReadSource source;
  private final ReadQuery query;
  private final ReadTask task;
  private final List<Snapshot> snapshotsOfJobs = new ArrayList<>();
  private final Set<InputPartition> planned = Collections.newSetFromMap(new IdentityHashMap<>());
  private Optional<Snapshot> snapshot = Optional.empty();
  private boolean divided;

  ReadBatch(ReadSource source, ReadQuery query) {
    this.source = source;
    this.query = query;
    this.task =
        new ReadTask(
            source.settings(), source.what(), query.fields(), source.config().fetchSize(), "");
  }

  @Override
  public synchronized InputPartition[] planInputPartitions() {
    List<String> parts =
        query.division() == ReadQuery.Division.DIVISIBLE && source.isDivisible()
            ? source.connected(this::divide)
            : List.of("");
    InputPartition[] partitions =
        IntStream.range(0, parts.size())
            .mapToObj(i -> new ReadPartition(i + 1, parts.size(), query.sql(parts.get(i))))
            .toArray(InputPartition[]::new);
    Collections.addAll(planned, partitions);
    return partitions;
  }

  private List<String> divide(Connection connection) throws SQLException {
    List<String> parts = source.divide(connection, query);
    divided = parts.size() > 1 && source.reading().hasSnapshots();
    SparkContext context = source.session().sparkContext();
    String execution = context.getLocalProperty(SQLExecution.EXECUTION_ID_KEY());
    if (divided && execution != null) {
      snapshot =
          Optional.of(
              Snapshot.ofExecution(
                  context, source.settings().open(), source.relation(), Long.parseLong(execution)));
    }
    return parts;
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new SharedTask(this);
  }

  /** What the tasks of a stage are sent. */
  private synchronized ReadTask task() {
    return divided ? task.withSnapshot(snapshotId()) : task;
  }

  private String snapshotId() {
    return SqlErrors.translate(
        "read " + source.what(),
        source.settings(),
        () -> {
          if (snapshot.isPresent() && snapshot.get().isCurrent()) {
            return snapshot.get().id();
          } else if (!Thread.currentThread().getName().equals(SUBMITTING)) {
            return NONE;
          }
          return snapshotOfJobs().id();
        });
  }

  /** A stage that Spark submits once more for its job sees what it saw before. */
  private Snapshot snapshotOfJobs() throws SQLException {
    SparkContext context = source.session().sparkContext();
    Set<Integer> jobs = RunningJobs.reading(context, planned);
    snapshotsOfJobs.removeIf(Snapshot::isOver);
    for (Snapshot made : snapshotsOfJobs) {
      if (made.serves(jobs)) {
        return made;
      }
    }
    Connection connection = source.settings().withTimeout(source.config().connectTimeout()).open();
    Snapshot made = Snapshot.ofJobs(context, connection, source.relation(), jobs);
    snapshotsOfJobs.add(made);
    return made;
  }

  /** Two that ask for the same can be answered by one. */
  @Override
  public boolean equals(Object other) {
    return other instanceof ReadBatch batch && source == batch.source && query.equals(batch.query);
  }

  @Override
  public int hashCode() {
    return Objects.hash(System.identityHashCode(source), query);
  }

  /** Stays on the driver; {@link ReadTask} goes to the tasks in its place. */
  private record SharedTask(ReadBatch batch) implements PartitionReaderFactory {

    private Object writeReplace() {
      return batch.task();
    }

    @Override
    public boolean supportColumnarReads(InputPartition partition) {
      return batch.task.supportColumnarReads(partition);
    }

    @Override
    public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition partition) {
      return batch.task().createColumnarReader(partition);
    }

    @Override
    public PartitionReader<InternalRow> createReader(InputPartition partition) {
      return batch.task().createReader(partition);
    }
  }
}
