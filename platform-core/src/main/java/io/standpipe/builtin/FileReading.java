package io.standpipe.builtin;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Identifiers;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamReader;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Reads the files of one storage. */
final class FileReading {
  private final SparkSession session;
  private final FileConfig config;
  private final Configuration hadoop;
  private final Path path;

  FileReading(SparkSession session, FileConfig config) {
    this.session = session;
    this.config = config;
    this.hadoop = hadoop(session, config);
    this.path = new Path(config.path().uri());
  }

  /** Hadoop's configuration with the session's and the storage's settings. */
  static Configuration hadoop(SparkSession session, FileConfig config) {
    Configuration hadoop = session.sessionState().newHadoopConf();
    config.options().forEach(hadoop::set);
    return hadoop;
  }

  Dataset<Row> rows() throws IOException {
    List<Path> roots = roots();
    if (roots.size() == 1) {
      FileSystem files = roots.get(0).getFileSystem(hadoop);
      Optional<StructType> recorded = RecordedSchema.ofEmpty(files, roots.get(0));
      if (recorded.isPresent()) {
        StructType schema =
            config.schema().isPresent() ? DeclaredSchema.of(config).orElseThrow() : recorded.get();
        return session.createDataFrame(List.of(), schema);
      }
    }
    DataFrameReader reader = reader(roots);
    String[] paths = roots.stream().map(Path::toString).toArray(String[]::new);
    Optional<StructType> declared = DeclaredSchema.of(config);
    if (config.corruptRecords() == CorruptRecords.KEEP) {
      StructType schema = declared.isPresent() ? declared.get() : reader.load(paths).schema();
      return whole(reader.schema(withCorruptColumn(schema)).load(paths));
    }
    Dataset<Row> rows = declared.map(reader::schema).orElse(reader).load(paths);
    return config.corruptRecords() == CorruptRecords.DROP ? whole(rows) : rows;
  }

  /** The records of the files that are there, and of those that will come. */
  Dataset<Row> stream() throws IOException {
    if (!config.isGlob() && !isFolder()) {
      throw new ConnectorException(
          "cannot read '" + path + "' as a stream: it is no folder",
          "Name a folder, which may be empty, or a glob in 'path'.");
    }
    DataStreamReader reader =
        session
            .readStream()
            .format(config.format().id())
            .options(FileOptions.reading(config, spansLines()));
    if (config.format() == FileFormat.TEXT) {
      return reader.load(path.toString());
    }
    StructType schema =
        DeclaredSchema.of(config)
            .orElseThrow(
                () ->
                    new ConnectorException(
                        "cannot read '" + path + "' as a stream: its columns are not known",
                        "Declare them with 'schema': files that come later are read with it, too."));
    return switch (config.corruptRecords()) {
      case KEEP -> whole(reader.schema(withCorruptColumn(schema)).load(path.toString()));
      case DROP -> whole(reader.schema(schema).load(path.toString()));
      case FAIL -> reader.schema(schema).load(path.toString());
    };
  }

  private boolean isFolder() throws IOException {
    FileSystem files = path.getFileSystem(hadoop);
    return files.exists(path) && files.getFileStatus(path).isDirectory();
  }

  /** Files that are yet to come cannot be asked. */
  private boolean spansLines() {
    return config.multiLine().orElse(config.format() == FileFormat.CSV);
  }

  /** The columns of the first file with data, where others may have more; none if there is none. */
  Optional<StructType> schemaOfFirstFile(DatasetFolder folder) throws IOException {
    Optional<FileStatus> first = FolderFiles.firstWithBytes(folder.files(), folder.path());
    if (first.isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        reader(List.of(first.get().getPath()))
            .option("basePath", folder.path().toString())
            .load(first.get().getPath().toString())
            .schema());
  }

  /**
   * Makes every query read all columns. Else a record would be corrupt to those queries only that
   * ask for the broken value, and a count would differ from the number of rows. The condition is
   * always true, but Spark's optimizer does not see that.
   */
  private static Dataset<Row> whole(Dataset<Row> rows) {
    return Stream.of(rows.schema().fieldNames())
        .map(name -> Identifiers.column(name).isNull().cast("int"))
        .reduce(Column::plus)
        .map(nulls -> rows.where(nulls.plus(1).gt(0)))
        .orElse(rows);
  }

  private DataFrameReader reader(List<Path> roots) throws IOException {
    return session
        .read()
        .format(config.format().id())
        .options(FileOptions.reading(config, multiLine(roots)))
        // The roots are matched already; their names may have characters that mean something in
        // one.
        .option("__globPaths__", "false");
  }

  private StructType withCorruptColumn(StructType schema) {
    return Arrays.asList(schema.fieldNames()).contains(config.corruptRecordColumn())
        ? schema
        : schema.add(config.corruptRecordColumn(), DataTypes.StringType);
  }

  private boolean multiLine(List<Path> roots) throws IOException {
    if (config.multiLine().isPresent() || config.format() != FileFormat.JSON) {
      return spansLines();
    }
    for (Path root : roots) {
      FileSystem files = root.getFileSystem(hadoop);
      Optional<FileStatus> first = FolderFiles.firstWithBytes(files, root);
      if (first.isPresent()) {
        return JsonShape.isOneDocument(files, first.get().getPath(), hadoop);
      }
    }
    return false;
  }

  /** What there is to read, after crashed writes have been finished. */
  private List<Path> roots() throws IOException {
    if (config.isGlob()) {
      return matches();
    }
    DatasetFolder folder = DatasetFolder.at(path, hadoop, Clock.systemUTC());
    folder.recover();
    if (!folder.exists()) {
      boolean there = folder.files().exists(folder.path());
      throw new ConnectorException(
          "cannot read '" + path + "': " + (there ? "the folder has no files" : "nothing is there"),
          "Check 'path', or write the storage first.");
    }
    return List.of(folder.path());
  }

  private List<Path> matches() throws IOException {
    FileSystem files = path.getFileSystem(hadoop);
    for (Path crashed : DatasetFolder.crashedSwaps(files, path)) {
      DatasetFolder.at(crashed, hadoop, Clock.systemUTC()).recover();
    }
    List<Path> found = new ArrayList<>();
    FileStatus[] matched = files.globStatus(path);
    for (FileStatus status : matched == null ? new FileStatus[0] : matched) {
      if (!inHidden(status.getPath())) {
        found.add(status.getPath());
        if (status.isDirectory()) {
          DatasetFolder.at(status.getPath(), hadoop, Clock.systemUTC()).recover();
        }
      }
    }
    if (found.isEmpty()) {
      throw new ConnectorException(
          "cannot read '" + path + "': no file matches", "Check the glob in 'path'.");
    }
    return found;
  }

  /** Whether a name that the glob matched, not one that it spells out, is hidden. */
  private boolean inHidden(Path match) {
    Path pattern = path;
    Path name = match;
    while (pattern != null && name != null) {
      if (!pattern.getName().equals(name.getName()) && FolderFiles.isHidden(name.getName())) {
        return true;
      }
      pattern = pattern.getParent();
      name = name.getParent();
    }
    return false;
  }
}
