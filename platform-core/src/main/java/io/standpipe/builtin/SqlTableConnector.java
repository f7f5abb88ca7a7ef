package io.standpipe.builtin;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Identifiers;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.SupportsWrite;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.collection.JavaConverters;

/**
 * A table of the session's catalogs.
 *
 * <p>Writing is Spark's own {@code INSERT}: an append that fails leaves nothing visible, but has no
 * commit token and so is never repeated; an overwrite of a table of files deletes the old rows
 * first, so that a crash in the middle leaves the table empty or in part, and repeating it heals
 * it.
 *
 * <p>All writers of a table of files stage their rows in one folder, {@code _temporary}, which
 * Spark deletes when the first of them commits: what the others have staged would be lost without
 * an error. So within a process the writes of a table take turns. Those of two processes do not
 * know of each other.
 */
final class SqlTableConnector implements SupportsRead, SupportsWrite, SupportsTable {
  private static final String PARTITION_OVERWRITE = "spark.sql.sources.partitionOverwriteMode";

  /** By the table's full name. */
  private static final ConcurrentHashMap<String, ReentrantLock> TURNS = new ConcurrentHashMap<>();

  private final SqlConfig config;
  private final String table;

  SqlTableConnector(SqlConfig config) {
    this.config = config;
    this.table = config.table().orElseThrow();
  }

  @Override
  public Dataset<Row> read(SparkSession session) {
    return SparkFailure.guard("read table '" + table + "'", () -> session.table(table));
  }

  @Override
  public Set<WriteMode> writeModes() {
    return WriteMode.withoutKeys();
  }

  @Override
  public Set<SchemaEvolution> schemaEvolutions(WriteMode mode) {
    return Set.of(SchemaEvolution.ADD_COLUMNS);
  }

  @Override
  public WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    return SparkFailure.guard(
        "write table '" + table + "'",
        () -> {
          refuseDynamicOverwrite(session, request);
          ReentrantLock turn =
              TURNS.computeIfAbsent(fullName(session), name -> new ReentrantLock(true));
          turn.lockInterruptibly();
          try {
            return writeAlone(session, rows, request);
          } finally {
            turn.unlock();
          }
        });
  }

  private WriteResult writeAlone(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    if (!session.catalog().tableExists(quoted(session))) {
      return save(session, rows);
    }
    boolean mustBeEmpty =
        request.mode() == WriteMode.ERROR_IF_EXISTS || request.mode() == WriteMode.IGNORE;
    if (mustBeEmpty && !session.table(table).isEmpty()) {
      if (request.mode() == WriteMode.IGNORE) {
        return WriteResult.unchanged(Outcome.IGNORED);
      }
      throw new ConnectorException(
          "cannot write to table '" + table + "' with mode errorIfExists: it has rows",
          "Choose another mode, or drop the table first.");
    }
    return insert(session, rows, request);
  }

  private void refuseDynamicOverwrite(SparkSession session, WriteRequest request) {
    if (request.mode() == WriteMode.OVERWRITE
        && session.conf().get(PARTITION_OVERWRITE).equalsIgnoreCase("dynamic")) {
      throw new ConnectorException(
          "cannot overwrite table '"
              + table
              + "': with "
              + PARTITION_OVERWRITE
              + "=dynamic Spark would keep the partitions that have no new rows",
          "Remove that property from spark.conf.");
    }
  }

  private WriteResult insert(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    if (request.schemaEvolution() == SchemaEvolution.ADD_COLUMNS) {
      addColumns(session, rows);
    }
    String where = "table '" + table + "'";
    Dataset<Row> fitted = Columns.fit(rows, session.table(table).schema(), where);
    SaveMode mode = request.mode() == WriteMode.OVERWRITE ? SaveMode.Overwrite : SaveMode.Append;
    boolean committed = false;
    try (RowCount counter = new RowCount(session)) {
      counter.counted(fitted).write().mode(mode).insertInto(table);
      committed = true;
      return new WriteResult(Outcome.COMMITTED, counter.rows(), Optional.empty());
    } finally {
      if (!committed) {
        // Spark remembers the files that were there, and a failed overwrite has deleted them.
        session.catalog().refreshTable(quoted(session));
      }
    }
  }

  private void addColumns(SparkSession session, Dataset<Row> rows) {
    List<String> added = Columns.unknown(rows, session.table(table).schema());
    if (!added.isEmpty()) {
      List<String> columns = new ArrayList<>();
      for (String name : added) {
        StructField field = rows.schema().apply(name);
        columns.add(Identifiers.quoted(name) + " " + field.dataType().sql());
      }
      session.sql(
          "ALTER TABLE " + quoted(session) + " ADD COLUMNS (" + String.join(", ", columns) + ")");
    }
  }

  private WriteResult save(SparkSession session, Dataset<Row> rows) {
    try (RowCount counter = new RowCount(session)) {
      DataFrameWriter<Row> writer =
          counter
              .counted(rows)
              .write()
              .format(config.format())
              .mode(SaveMode.ErrorIfExists)
              .options(config.options());
      if (config.path().isPresent()) {
        writer = writer.option("path", config.path().get().uri());
      }
      if (!config.partitionBy().isEmpty()) {
        writer = writer.partitionBy(config.partitionBy().toArray(String[]::new));
      }
      writer.saveAsTable(table);
      return new WriteResult(Outcome.COMMITTED, counter.rows(), Optional.empty());
    }
  }

  @Override
  public boolean exists(SparkSession session) {
    return SparkFailure.guard(
        "look for table '" + table + "'", () -> session.catalog().tableExists(quoted(session)));
  }

  @Override
  public void create(SparkSession session, StructType schema) {
    SparkFailure.guard(
        "create table '" + table + "'",
        () -> {
          if (session.catalog().tableExists(quoted(session))) {
            throw new ConnectorException(
                "cannot create table '" + table + "': it is there already",
                "Drop it first, or write to it.");
          }
          return save(session, session.createDataFrame(List.of(), schema));
        });
  }

  @Override
  public void drop(SparkSession session) {
    SparkFailure.guard(
        "drop table '" + table + "'",
        () -> {
          if (!session.catalog().tableExists(quoted(session))) {
            throw new ConnectorException(
                "cannot drop table '" + table + "': it is not there", "Check 'table'.");
          }
          return session.sql("DROP TABLE " + quoted(session));
        });
  }

  /** The table's name for SQL text: parsed first, so that it can be nothing but a name. */
  private String quoted(SparkSession session) {
    return quoted(parts(session));
  }

  private static String quoted(List<String> parts) {
    return parts.stream().map(Identifiers::quoted).collect(Collectors.joining("."));
  }

  private List<String> parts(SparkSession session) {
    return SparkFailure.guard(
        "parse the table's name '" + table + "'",
        () ->
            JavaConverters.seqAsJavaList(
                session.sessionState().sqlParser().parseMultipartIdentifier(table)));
  }

  /** With catalog and schema; two names of one table in different cases are taken for one. */
  private String fullName(SparkSession session) {
    List<String> parts = new ArrayList<>(parts(session));
    if (parts.size() < 2) {
      parts.add(0, session.catalog().currentDatabase());
    }
    if (parts.size() < 3) {
      parts.add(0, session.catalog().currentCatalog());
    }
    return quoted(parts).toLowerCase(Locale.ROOT);
  }
}
