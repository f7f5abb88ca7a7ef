package io.standpipe.builtin;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * The schema of a folder that was written without a row. Such a folder can be without a single
 * byte, and Spark could not tell its columns.
 */
final class RecordedSchema {

  private RecordedSchema() {}

  static Path file(Path folder) {
    return new Path(folder, "_standpipe/schema.json");
  }

  static void write(FileSystem files, Path folder, StructType schema) throws IOException {
    try (FSDataOutputStream out = files.create(file(folder), true)) {
      out.write(schema.json().getBytes(StandardCharsets.UTF_8));
    }
  }

  /** The schema, if the folder has one and still no data. */
  static Optional<StructType> ofEmpty(FileSystem files, Path folder) throws IOException {
    Path file = file(folder);
    if (!files.exists(file) || FolderFiles.firstWithBytes(files, folder).isPresent()) {
      return Optional.empty();
    }
    try (FSDataInputStream in = files.open(file)) {
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return Optional.of((StructType) DataType.fromJson(json));
    }
  }
}
