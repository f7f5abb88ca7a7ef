package io.standpipe.delta;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Dataset$;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.delta.DeltaOperations;
import org.apache.spark.sql.delta.DeltaOptions;
import org.apache.spark.sql.delta.OptimisticTransaction;
import org.apache.spark.sql.delta.actions.Action;
import org.apache.spark.sql.delta.commands.DMLUtils.TaggedCommitData;
import org.apache.spark.sql.delta.commands.WriteIntoDelta;
import org.apache.spark.sql.execution.datasources.LogicalRelation$;
import scala.Option;
import scala.Tuple2;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.collection.immutable.HashMap;

/**
 * A write into a table that exists. It runs the command of Delta's own data source, except that it
 * does not look for the token of the write: the data source would compute the state of the whole
 * table for that, in several jobs. Who calls has looked already, see {@link Transaction}.
 *
 * <p>A table of the catalog is written by its folder as well: the catalog knows nothing that the
 * log does not, and only this way of writing lets rows be observed while they are written.
 *
 * @param table the version in which the token was not found. A commit with it that came meanwhile
 *     is a conflict
 */
record TableWrite(SparkSession session, OpenTable table) {

  /**
   * Commits the rows.
   *
   * @param partitionBy the partition columns of the table from now on; empty to keep its own
   * @param options of Delta's data source
   */
  void run(
      Dataset<Row> rows, SaveMode mode, List<String> partitionBy, Map<String, String> options) {
    session.withActive(
        () -> {
          Seq<String> partitions = JavaConverters.asScalaBuffer(partitionBy).toSeq();
          WriteIntoDelta command = command(rows, mode, partitions, options);
          Option<Object> version =
              table
                  .log()
                  .withNewTransaction(
                      Option.empty(),
                      Option.apply(table.snapshot()),
                      transaction -> commit(transaction, command));
          refreshCached();
          return version;
        });
  }

  private WriteIntoDelta command(
      Dataset<Row> rows, SaveMode mode, Seq<String> partitions, Map<String, String> options) {
    scala.collection.immutable.Map<String, String> settings = new HashMap<>();
    for (Map.Entry<String, String> option : options.entrySet()) {
      settings = settings.$plus(new Tuple2<>(option.getKey(), option.getValue()));
    }
    return new WriteIntoDelta(
        table.log(),
        mode,
        new DeltaOptions(settings, session.sessionState().conf()),
        partitions,
        new HashMap<>(),
        // A plan of its own: that of a dataset that was used before has its results.
        Dataset$.MODULE$.ofRows(session, rows.logicalPlan()),
        Option.empty(),
        Option.empty());
  }

  private Option<Object> commit(OptimisticTransaction transaction, WriteIntoDelta command) {
    DeltaOptions options = command.options();
    if (options.txnAppId().isDefined()) {
      transaction.readTxn().$plus$eq(options.txnAppId().get());
    }
    TaggedCommitData<Action> written =
        command.writeAndReturnCommitData(transaction, session, Option.empty(), false);
    return transaction.commitIfNeeded(
        written.actions(),
        new DeltaOperations.Write(
            command.mode(),
            Option.apply(command.partitionColumns()),
            options.replaceWhere(),
            options.userMetadata()),
        written.stringTags());
  }

  /** Rows of the table that somebody has cached are read again, as after any write of Spark. */
  private void refreshCached() {
    var cached = session.sharedState().cacheManager();
    if (!cached.isEmpty()) {
      cached.recacheByPlan(
          session,
          LogicalRelation$.MODULE$.apply(
              table
                  .log()
                  .createRelation(
                      JavaConverters.<Expression>asScalaBuffer(List.of()),
                      Option.empty(),
                      Option.empty(),
                      false),
              false));
    }
  }
}
