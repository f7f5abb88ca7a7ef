package io.standpipe.pipeline;

import io.standpipe.factory.Factory;
import io.standpipe.factory.FactoryContext;
import io.standpipe.factory.Need;
import io.standpipe.pipeline.SqlText.SqlProblem;
import io.standpipe.repository.Repository;
import io.standpipe.spi.CommitToken;
import io.standpipe.spi.Condition;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storage;
import io.standpipe.storage.Storages;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** One attempt of a step with a factory. */
final class FactoryWork implements FactoryContext {
  private final Plan.Node node;
  private final Step.Make step;
  private final NodeRows rows;
  private final Repeatability repeatability;
  private final Storages storages;
  private final int attempt;
  private final SparkSession spark;
  private final RunIdentity run;
  private final boolean madeBefore;
  private int writes;
  private Optional<String> unrepeatable;

  /**
   * @param madeBefore whether the step was done before the run was resumed, and only its value is
   *     needed again: then nothing is written
   * @param attempt which one it is, from 1
   */
  FactoryWork(
      Plan.Node node,
      NodeRows rows,
      Repeatability repeatability,
      SparkSession spark,
      RunIdentity run,
      boolean madeBefore,
      int attempt) {
    this.node = node;
    this.step = (Step.Make) node.step();
    this.rows = rows;
    this.repeatability = repeatability;
    this.storages = repeatability.storages();
    this.attempt = attempt;
    this.spark = spark;
    this.run = run;
    this.madeBefore = madeBefore;
    this.unrepeatable = Repeatability.ofItself(step);
  }

  /** Makes the value. */
  Object make() throws Exception {
    Map<Need, Object> deliveries = new HashMap<>();
    for (Delivered delivered : node.deliveries()) {
      value(delivered).ifPresent(value -> deliveries.put(delivered.need(), value));
    }
    Factory<?> factory = step.factory().create(deliveries);
    factory.read(this);
    factory.process(this);
    factory.write(this);
    return Objects.requireNonNull(
        factory.get(), step.factory().type().name() + ".get() must not return null");
  }

  /** Why the attempt must not be followed by another one. */
  Optional<String> unrepeatable() {
    return unrepeatable;
  }

  private Optional<Object> value(Delivered delivered) throws SqlProblem {
    if (delivered.step().isPresent()) {
      return Optional.of(rows.value(delivered.step().get(), attempt));
    }
    return delivered.loaded().map(storage -> load(storages.require(storage), delivered.need()));
  }

  private Object load(Storage storage, Need need) {
    if (need.records().isPresent()) {
      Condition condition =
          need.condition().isEmpty() ? Condition.allOf() : Condition.expression(need.condition());
      return Repository.of(storage, spark, need.records().get()).findBy(condition);
    }
    Dataset<Row> all = storage.read(spark);
    return need.condition().isEmpty() ? all : storage.act(() -> all.filter(need.condition()));
  }

  @Override
  public SparkSession spark() {
    return spark;
  }

  @Override
  public String run() {
    return run.id();
  }

  @Override
  public Instant time() {
    return run.time();
  }

  @Override
  public Dataset<Row> read(String storage) {
    require(storage, step.reads(), "reads");
    return storages.require(storage).read(spark);
  }

  @Override
  public WriteResult write(String storage, Dataset<Row> rowsToWrite, WriteRequest request) {
    require(storage, step.writes(), "writes");
    writes++;
    if (madeBefore) {
      return WriteResult.unchanged(WriteResult.Outcome.ALREADY_COMMITTED);
    }
    String name = writes == 1 ? step.name() : step.name() + "#" + writes;
    unrepeatable = unrepeatable.or(() -> repeatability.whyNotAgain(node, storage, request.mode()));
    return storages
        .require(storage)
        .write(spark, rowsToWrite, request.withToken(new CommitToken(run.id(), name)));
  }

  private void require(String storage, Set<String> declared, String what) {
    if (!declared.contains(storage)) {
      throw new IllegalArgumentException(
          "the factory "
              + what
              + " storage '"
              + storage
              + "', which its step does not say. Add it to '"
              + what
              + "' of the step, which has: "
              + (declared.isEmpty() ? "none" : String.join(", ", new TreeSet<>(declared)))
              + ".");
    }
  }
}
