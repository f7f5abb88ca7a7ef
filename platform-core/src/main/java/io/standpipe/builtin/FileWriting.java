package io.standpipe.builtin;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Identifiers;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RuntimeConfig;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;

/** Writes the files of one storage: first where no reader looks, then into place in one step. */
final class FileWriting {
  /**
   * Without these, Spark refuses dates before 1582 because Spark 2 would read them differently.
   * Given by the session only, so they are set there, unless the user has set them.
   */
  private static final List<String> REBASE_MODES =
      List.of(
          "spark.sql.parquet.datetimeRebaseModeInWrite",
          "spark.sql.parquet.int96RebaseModeInWrite",
          "spark.sql.avro.datetimeRebaseModeInWrite");

  private final SparkSession session;
  private final FileConfig config;
  private final String where;
  private final DatasetFolder folder;

  FileWriting(SparkSession session, FileConfig config, Clock clock) throws IOException {
    this.session = session;
    this.config = config;
    this.where = "'" + config.path() + "'";
    if (config.isGlob()) {
      throw new ConnectorException(
          "cannot write to " + where + ": the path is a glob",
          "Name one folder in 'path' of the storage that is written.");
    }
    Path path = new Path(config.path().uri());
    this.folder = DatasetFolder.at(path, FileReading.hadoop(session, config), clock);
  }

  WriteResult write(Dataset<Row> rows, WriteRequest request) throws IOException {
    folder.prepare();
    if (request.mode() == WriteMode.APPEND) {
      return append(rows, request);
    }
    if (request.mode() != WriteMode.OVERWRITE && holdsRows()) {
      if (request.mode() == WriteMode.IGNORE) {
        return WriteResult.unchanged(Outcome.IGNORED);
      }
      throw new ConnectorException(
          "cannot write to " + where + " with mode errorIfExists: it has rows",
          "Choose another mode, or drop the storage first.");
    }
    return replace(fitDeclared(rows));
  }

  /** Makes a dataset without rows. */
  void create(StructType schema) throws IOException {
    folder.prepare();
    if (folder.exists()) {
      throw new ConnectorException(
          "cannot create " + where + ": it is there already", "Drop it first, or write to it.");
    }
    replace(fitDeclared(session.createDataFrame(List.of(), schema)));
  }

  private WriteResult replace(Dataset<Row> rows) throws IOException {
    new WritableTypes(config).check(rows.schema());
    Path content = folder.newContent();
    OptionalLong count = save(rows, content);
    if (FolderFiles.firstWithBytes(folder.files(), content).isEmpty()) {
      RecordedSchema.write(folder.files(), content, rows.schema());
    }
    folder.replaceWith(content);
    return new WriteResult(Outcome.COMMITTED, count, Optional.empty());
  }

  private WriteResult append(Dataset<Row> rows, WriteRequest request) throws IOException {
    Optional<CommitToken> token = request.commitToken();
    if (token.isPresent() && folder.append().isDone(token.get())) {
      return WriteResult.unchanged(Outcome.ALREADY_COMMITTED);
    }
    Dataset<Row> fitted = fitExisting(rows, request.schemaEvolution());
    new WritableTypes(config).check(fitted.schema());
    Path staging = folder.append().newStaging();
    OptionalLong count = save(fitted, staging);
    boolean[] repeated = {false};
    folder.locked(
        () -> {
          repeated[0] = token.isPresent() && folder.append().isDone(token.get());
          folder.append().commit(staging, token);
          if (FolderFiles.firstWithBytes(folder.files(), folder.path()).isEmpty()) {
            RecordedSchema.write(folder.files(), folder.path(), fitted.schema());
          }
        });
    return repeated[0]
        ? WriteResult.unchanged(Outcome.ALREADY_COMMITTED)
        : new WriteResult(Outcome.COMMITTED, count, Optional.empty());
  }

  private OptionalLong save(Dataset<Row> rows, Path target) throws IOException {
    RuntimeConfig conf = session.conf();
    REBASE_MODES.stream().filter(key -> !isSet(key)).forEach(key -> conf.set(key, "CORRECTED"));
    try (RowCount counter = new RowCount(session)) {
      Dataset<Row> tasks = config.files().map(rows::coalesce).orElse(rows);
      DataFrameWriter<Row> writer =
          counter
              .counted(withoutBlankLines(tasks))
              .write()
              .format(config.format().id())
              .mode(SaveMode.ErrorIfExists)
              .options(FileOptions.writing(config));
      if (!config.partitionBy().isEmpty()) {
        writer = writer.partitionBy(config.partitionBy().toArray(String[]::new));
      }
      writer.save(target.toString());
      return counter.rows();
    } catch (Throwable e) {
      discard(target, e);
      throw e;
    }
  }

  /** A NULL alone on its line is a blank line in CSV, and all readers skip those: refuse it. */
  private Dataset<Row> withoutBlankLines(Dataset<Row> rows) {
    List<String> data =
        Stream.of(rows.schema().fieldNames())
            .filter(name -> config.partitionBy().stream().noneMatch(name::equalsIgnoreCase))
            .toList();
    if (config.format() != FileFormat.CSV
        || data.size() > 1
        || !config.nullValue().orElse("").isEmpty()) {
      return rows;
    }
    String name = data.get(0);
    Column value = Identifiers.column(name);
    Column failure =
        functions.raise_error(
            functions.lit(
                "a NULL in column '" + name + "', the only one, would be a blank line in CSV"));
    return rows.withColumn(name, functions.coalesce(value, failure));
  }

  private boolean isSet(String key) {
    return session.sessionState().conf().contains(key);
  }

  private void discard(Path target, Throwable failure) {
    try {
      folder.files().delete(target, true);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  private boolean holdsRows() throws IOException {
    return folder.exists() && !new FileReading(session, config).rows().isEmpty();
  }

  private Dataset<Row> fitDeclared(Dataset<Row> rows) {
    Optional<StructType> declared = DeclaredSchema.of(config);
    return declared.isPresent() ? Columns.fit(rows, declared.get(), where) : rows;
  }

  /** Fits rows to the files that are there; text files by name only, the others by type, too. */
  private Dataset<Row> fitExisting(Dataset<Row> rows, SchemaEvolution evolution)
      throws IOException {
    if (config.schema().isPresent()) {
      return fitDeclared(rows);
    }
    if (config.format() == FileFormat.TEXT || !folder.exists()) {
      return rows;
    }
    StructType existing = existing(rows);
    if (config.format() == FileFormat.CSV && !config.hasHeader()) {
      return fitPositions(rows, existing);
    }
    List<String> added = Columns.unknown(rows, existing);
    if (evolution == SchemaEvolution.ADD_COLUMNS && !added.isEmpty()) {
      for (String name : added) {
        existing = existing.add(rows.schema().apply(name));
      }
    }
    return config.format().textual()
        ? Columns.order(rows, List.of(existing.fieldNames()), where)
        : Columns.fit(rows, existing, where);
  }

  private StructType existing(Dataset<Row> rows) throws IOException {
    if (!config.format().textual()) {
      return new FileReading(session, config).rows().schema();
    }
    FileReading untyped = new FileReading(session, config.withoutInference());
    if (config.format() == FileFormat.JSON) {
      // To ask all files would take a pass over all rows; it is worth that only before a refusal.
      Optional<StructType> first = untyped.schemaOfFirstFile(folder);
      if (first.isPresent() && Columns.unknown(rows, first.get()).isEmpty()) {
        return first.get();
      }
    }
    return untyped.rows().schema();
  }

  private Dataset<Row> fitPositions(Dataset<Row> rows, StructType existing) {
    if (existing.size() != rows.schema().size()) {
      throw new ConnectorException(
          "cannot append "
              + rows.schema().size()
              + " columns to "
              + where
              + ", which has "
              + existing.size(),
          "Files without a header are appended to by position; select as many columns.");
    }
    return rows;
  }
}
