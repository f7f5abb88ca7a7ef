package io.standpipe.delta;

import io.delta.tables.DeltaTable;
import io.standpipe.spi.Identifiers;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.delta.DeltaLog;

/**
 * Where a table is: in a folder or in the catalog. The rest of the connector does not distinguish
 * the two.
 */
sealed interface TableAddress {

  /** The table as Spark SQL names it. */
  String identifier();

  /** The table as messages name it, for example {@code Delta table '/data/sales'}. */
  String label();

  /** The table as it is now, or empty if there is none. */
  Optional<OpenTable> find(SparkSession session);

  /** Delta's own handle, for changes in place; the table exists. */
  DeltaTable handle(SparkSession session);

  /** The newest rows; the table exists. */
  Dataset<Row> rows(SparkSession session);

  /** The address that a configuration names. */
  static TableAddress of(DeltaConfig config) {
    return config
        .nameInCatalog()
        .<TableAddress>map(InCatalog::new)
        .orElseGet(() -> new InFolder(config.path().orElseThrow().uri()));
  }

  /** The table as it is now. */
  default OpenTable require(SparkSession session) {
    return find(session)
        .orElseThrow(
            () ->
                new Problem.Refusal(
                    "cannot open " + label() + ": it does not exist",
                    "Check the name, or write to it first: append, overwrite and upsert create"
                        + " it."));
  }

  /** A table in a folder. */
  record InFolder(String path) implements TableAddress {
    @Override
    public String identifier() {
      return "delta." + Identifiers.quoted(path);
    }

    @Override
    public String label() {
      return "Delta table '" + path + "'";
    }

    @Override
    public Optional<OpenTable> find(SparkSession session) {
      return OpenTable.of(DeltaLog.forTable(session, path));
    }

    @Override
    public DeltaTable handle(SparkSession session) {
      return DeltaTable.forPath(session, path);
    }

    @Override
    public Dataset<Row> rows(SparkSession session) {
      return session.read().format("delta").load(path);
    }
  }

  /** A table in Spark's catalog. */
  record InCatalog(String name) implements TableAddress {
    @Override
    public String identifier() {
      return name;
    }

    @Override
    public String label() {
      return "Delta table '" + name + "'";
    }

    @Override
    public Optional<OpenTable> find(SparkSession session) {
      return session.catalog().tableExists(name)
          ? OpenTable.of(handle(session).deltaLog())
          : Optional.empty();
    }

    @Override
    @SuppressWarnings("CatchingUnchecked")
    public DeltaTable handle(SparkSession session) {
      try {
        return DeltaTable.forName(session, name);
      } catch (Exception e) {
        // Scala declares no checked exceptions.
        throw new Problem.Refusal(
            "cannot open table '" + name + "': it is in the catalog, but is no Delta table",
            "Use the connector of its format, or another name.",
            e);
      }
    }

    @Override
    public Dataset<Row> rows(SparkSession session) {
      return session.read().table(name);
    }
  }
}
