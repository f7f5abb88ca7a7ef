package io.standpipe.hudi;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hudi.DataSourceUtils;
import org.apache.hudi.avro.model.HoodieCleanMetadata;
import org.apache.hudi.client.SparkRDDWriteClient;
import org.apache.hudi.common.model.HoodieCommitMetadata;
import org.apache.hudi.common.model.HoodieReplaceCommitMetadata;
import org.apache.hudi.common.model.HoodieTableType;
import org.apache.hudi.common.table.timeline.HoodieInstant;
import org.apache.hudi.common.util.Option;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Compaction, clustering, cleaning and the removal of failed writes. */
final class HudiMaintenance {
  static final String COMPACT = "compact";
  static final String CLUSTER = "cluster";
  static final String CLEAN = "clean";
  static final String ROLLBACK = "rollback";

  /** The options of each operation, and what Hudi calls them. */
  private static final Map<String, Map<String, String>> OPTIONS =
      Map.of(
          COMPACT, Map.of(),
          CLUSTER, Map.of("sortBy", "hoodie.clustering.plan.strategy.sort.columns"),
          CLEAN, Map.of("retainCommits", "hoodie.clean.commits.retained"),
          ROLLBACK, Map.of());

  private static final StructType RESULT =
      StructType.fromDDL("version STRING, filesAdded BIGINT, filesRemoved BIGINT");

  private final HudiConfig config;
  private final TableAddress address;
  private final SparkSession session;

  HudiMaintenance(HudiConfig config, TableAddress address, SparkSession session) {
    this.config = config;
    this.address = address;
    this.session = session;
  }

  static Set<String> operations() {
    return OPTIONS.keySet();
  }

  /** Runs an operation; a row for each version that it made. */
  Dataset<Row> run(String operation, Map<String, String> options) {
    requireKnown(operation, options);
    List<Row> done =
        new Committer(config, address, session)
            .exclusively(() -> run(address.require(session), operation, options));
    return session.createDataFrame(done, RESULT);
  }

  @SuppressWarnings("CatchingUnchecked")
  private List<Row> run(OpenTable table, String operation, Map<String, String> options) {
    if (operation.equals(COMPACT)
        && table.config().getTableType() != HoodieTableType.MERGE_ON_READ) {
      throw new Problem.Refusal(
          "cannot compact " + address.label() + ": it is copy-on-write, and has no logs",
          "Use cluster to merge small files.");
    }
    try (SparkRDDWriteClient<?> client = client(table, operation, options)) {
      return switch (operation) {
        case COMPACT -> compact(client, table);
        case CLUSTER -> cluster(client, table);
        case CLEAN -> clean(client);
        default -> rollback(client, table);
      };
    } catch (Exception e) {
      // Scala declares no checked exceptions.
      throw Problem.of(operation + " " + address.label(), e);
    }
  }

  private SparkRDDWriteClient<?> client(
      OpenTable table, String operation, Map<String, String> options) {
    Map<String, String> settings =
        new HashMap<>(new WriteSettings(config, address, session).general(table));
    settings.put("hoodie.compact.inline.max.delta.commits", "1");
    options.forEach((name, value) -> settings.put(OPTIONS.get(operation).get(name), value));
    String schema = table.hudiSchema().map(Object::toString).orElse("");
    return DataSourceUtils.createHoodieClient(
        JavaSparkContext.fromSparkContext(session.sparkContext()),
        schema,
        address.path(),
        table.config().getTableName(),
        settings);
  }

  /** First finishes what an interrupted compaction has left. */
  private static List<Row> compact(SparkRDDWriteClient<?> client, OpenTable table) {
    List<String> pending =
        pending(table.client().getActiveTimeline().filterPendingCompactionTimeline().getInstants());
    return scheduled(pending, client.scheduleCompaction(Option.empty())).stream()
        .map(instant -> row(instant, client.compact(instant, true).getCommitMetadata()))
        .toList();
  }

  /** First finishes what an interrupted clustering has left, and keeps others from writing. */
  private static List<Row> cluster(SparkRDDWriteClient<?> client, OpenTable table) {
    List<String> pending =
        pending(table.client().getActiveTimeline().filterPendingClusteringTimeline().getInstants());
    return scheduled(pending, client.scheduleClustering(Option.empty())).stream()
        .map(instant -> row(instant, client.cluster(instant, true).getCommitMetadata()))
        .toList();
  }

  private static List<String> pending(List<HoodieInstant> instants) {
    return instants.stream().map(HoodieInstant::requestedTime).toList();
  }

  private static List<String> scheduled(List<String> pending, Option<String> fresh) {
    Set<String> all = new TreeSet<>(pending);
    fresh.ifPresent(all::add);
    return List.copyOf(all);
  }

  private static Row row(String instant, Option<HoodieCommitMetadata> metadata) {
    long added = metadata.map(done -> (long) done.getWriteStats().size()).orElse(0L);
    long removed =
        metadata.isPresent() && metadata.get() instanceof HoodieReplaceCommitMetadata replaced
            ? replaced.getPartitionToReplaceFileIds().values().stream().mapToLong(List::size).sum()
            : 0;
    return RowFactory.create(instant, added, removed);
  }

  private static List<Row> clean(SparkRDDWriteClient<?> client) {
    HoodieCleanMetadata done = client.clean();
    return done == null
        ? List.of()
        : List.of(
            RowFactory.create(done.getStartCleanTime(), 0L, (long) done.getTotalFilesDeleted()));
  }

  private static List<Row> rollback(SparkRDDWriteClient<?> client, OpenTable table) {
    client.rollbackFailedWrites(table.client());
    Set<String> before = Set.copyOf(pending(table.completed()));
    table.client().reloadActiveTimeline();
    return pending(table.completed()).stream()
        .filter(instant -> !before.contains(instant))
        .map(instant -> RowFactory.create(instant, 0L, 0L))
        .toList();
  }

  private void requireKnown(String operation, Map<String, String> options) {
    if (!OPTIONS.containsKey(operation)) {
      throw new Problem.Refusal(
          "cannot " + operation + " " + address.label() + ": there is no such operation",
          "Use one of " + new TreeSet<>(operations()) + ".");
    }
    Set<String> known = new TreeSet<>(OPTIONS.get(operation).keySet());
    for (String option : options.keySet()) {
      if (!known.contains(option)) {
        throw new Problem.Refusal(
            "cannot " + operation + " " + address.label() + ": unknown option '" + option + "'",
            known.isEmpty() ? "It has none." : "Its options are " + known + ".");
      }
    }
  }
}
