package io.standpipe.builtin;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.SupportsHealthCheck;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsSchema;
import io.standpipe.spi.SupportsStreamRead;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * A file or a folder of files.
 *
 * <p>Writes are all or nothing, and survive a crash at any moment: see {@link DatasetFolder} for
 * overwrites and {@link FolderAppend} for appends, which honour commit tokens. A folder of files
 * has no schema of its own: without {@code schema}, an overwrite replaces the columns together with
 * the rows.
 */
final class FileConnector
    implements SupportsRead,
        SupportsStreamRead,
        SupportsIdempotentAppend,
        SupportsSchema,
        SupportsHealthCheck,
        SupportsTable {
  private final FileConfig config;
  private final Clock clock;

  FileConnector(FileConfig config) {
    this(config, Clock.systemUTC());
  }

  FileConnector(FileConfig config, Clock clock) {
    this.config = config;
    this.clock = clock;
  }

  @Override
  public Dataset<Row> read(SparkSession session) {
    return SparkFailure.guard(
        "read '" + config.path() + "'", () -> new FileReading(session, config).rows());
  }

  /** The records of all files, then those of new ones; needs a declared schema. */
  @Override
  public Dataset<Row> readStream(SparkSession session) {
    return SparkFailure.guard(
        "read '" + config.path() + "'", () -> new FileReading(session, config).stream());
  }

  @Override
  public Set<WriteMode> recognisedModes() {
    // A write is there as a whole or not at all, so ignore finds all rows or none.
    return Set.of(WriteMode.APPEND, WriteMode.IGNORE);
  }

  @Override
  public Set<WriteMode> writeModes() {
    return config.isGlob() ? Set.of() : WriteMode.withoutKeys();
  }

  /** An overwrite replaces the columns anyhow, unless they are declared. */
  @Override
  public Set<SchemaEvolution> schemaEvolutions(WriteMode mode) {
    if (config.schema().isPresent()) {
      return Set.of();
    }
    boolean merges = config.format() == FileFormat.JSON || config.mergeSchema().orElse(false);
    return switch (mode) {
      case OVERWRITE -> Set.of(SchemaEvolution.ADD_COLUMNS, SchemaEvolution.REPLACE);
      default -> merges ? Set.of(SchemaEvolution.ADD_COLUMNS) : Set.of();
    };
  }

  @Override
  public WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
    return SparkFailure.guard(
        "write '" + config.path() + "'",
        () -> new FileWriting(session, config, clock).write(rows, request));
  }

  @Override
  public boolean exists(SparkSession session) {
    return SparkFailure.guard(
        "look for '" + config.path() + "'", () -> config.isGlob() || folder(session).exists());
  }

  @Override
  public void create(SparkSession session, StructType schema) {
    SparkFailure.guard(
        "create '" + config.path() + "'",
        () -> {
          new FileWriting(session, config, clock).create(schema);
          return true;
        });
  }

  @Override
  public void drop(SparkSession session) {
    SparkFailure.guard(
        "drop '" + config.path() + "'",
        () -> {
          drop(folder(session));
          return true;
        });
  }

  private void drop(DatasetFolder folder) throws IOException {
    if (!folder.exists()) {
      throw new ConnectorException(
          "cannot drop '" + config.path() + "': nothing is there", "Check 'path'.");
    }
    if (folder.files().getFileStatus(folder.path()).isFile()) {
      throw new ConnectorException(
          "cannot drop '" + config.path() + "': it is a file, not a folder that was written here",
          "Delete the file by hand.");
    }
    for (String name : FolderFiles.relative(folder.files(), folder.path())) {
      if (!name.matches("([^/]+=[^/]*/)*part-[^/]*\\." + extension() + "(\\.[a-z0-9]+)?")) {
        throw new ConnectorException(
            "cannot drop '"
                + config.path()
                + "': it has a file that is no part of it, '"
                + name
                + "'",
            "Check 'path', or delete the folder by hand.");
      }
    }
    folder.drop();
  }

  private String extension() {
    return config.format() == FileFormat.TEXT ? "txt" : config.format().id();
  }

  private DatasetFolder folder(SparkSession session) throws IOException {
    if (config.isGlob()) {
      throw new ConnectorException(
          "'" + config.path() + "' is a glob, not one folder", "Name one folder in 'path'.");
    }
    DatasetFolder folder =
        DatasetFolder.at(
            new org.apache.hadoop.fs.Path(config.path().uri()),
            FileReading.hadoop(session, config),
            clock);
    folder.recover();
    return folder;
  }

  @Override
  public Optional<StructType> knownSchema() {
    if (config.schema().isPresent()) {
      return DeclaredSchema.of(config);
    }
    Optional<Path> file = LocalFiles.path(config).filter(Files::isRegularFile);
    if (file.isEmpty()) {
      return Optional.empty();
    }
    if (config.format() == FileFormat.TEXT) {
      return Optional.of(new StructType().add("value", DataTypes.StringType));
    }
    boolean named = config.hasHeader() && !config.inferSchema().orElse(true);
    return named
        ? CsvHeader.names(file.get(), delimiter(), charset()).map(this::strings)
        : Optional.empty();
  }

  private StructType strings(List<String> names) {
    StructType schema = new StructType();
    for (String name : names) {
      schema = schema.add(name, DataTypes.StringType);
    }
    return config.corruptRecords() == CorruptRecords.KEEP
        ? schema.add(config.corruptRecordColumn(), DataTypes.StringType)
        : schema;
  }

  private char delimiter() {
    String text = config.delimiter().orElse(",");
    return text.equals("\\t") ? '\t' : text.charAt(0);
  }

  private Charset charset() {
    return config.encoding().map(Charset::forName).orElse(StandardCharsets.UTF_8);
  }

  @Override
  public String ping(Duration timeout) {
    return SparkFailure.guard(
        "look at '" + config.path() + "'", () -> LocalFiles.describe(config, timeout));
  }
}
