package io.standpipe.delta;

import io.delta.tables.DeltaTable;
import io.delta.tables.DeltaTableBuilder;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;
import org.apache.spark.sql.types.StructType;

/** Creates and drops tables. */
final class DeltaTables {
  private final DeltaConfig config;
  private final TableAddress address;
  private final SparkSession session;

  DeltaTables(DeltaConfig config, TableAddress address, SparkSession session) {
    this.config = config;
    this.address = address;
    this.session = session;
  }

  @SuppressWarnings("CatchingUnchecked")
  void create(StructType schema) {
    if (address.find(session).isPresent()) {
      throw new Problem.Refusal(
          "cannot create " + address.label() + ": it exists", "Drop it first, or use it as it is.");
    }
    DeltaTableBuilder builder =
        addressed(DeltaTable.create(session))
            .addColumns(schema)
            .partitionedBy(config.partitionBy().toArray(String[]::new));
    for (Map.Entry<String, String> property : config.properties().entrySet()) {
      builder = builder.property(property.getKey(), property.getValue());
    }
    try {
      builder.execute();
    } catch (Exception e) {
      // Scala declares no checked exceptions.
      throw Problem.of("create " + address.label(), e);
    }
  }

  private DeltaTableBuilder addressed(DeltaTableBuilder builder) {
    return address instanceof TableAddress.InFolder folder
        ? builder.location(folder.path())
        : builder.tableName(address.identifier());
  }

  @SuppressWarnings("CatchingUnchecked")
  void drop() {
    Path location = new Path(address.require(session).location());
    try {
      if (address instanceof TableAddress.InCatalog) {
        session.sql("DROP TABLE " + address.identifier());
      }
      // The catalog removes the files of its own tables only.
      removeFiles(location);
    } catch (Exception e) {
      throw Problem.of("drop " + address.label(), e);
    }
  }

  private void removeFiles(Path location) throws IOException {
    location.getFileSystem(session.sessionState().newHadoopConf()).delete(location, true);
    DeltaLog.invalidateCache(session, location);
  }
}
