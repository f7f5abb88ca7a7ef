package io.standpipe.delta;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.standpipe.spi.Location;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;

/**
 * The log of a table in a local folder, read without Spark.
 *
 * @param folder the table's {@code _delta_log}
 */
record LocalLog(Path folder) {
  /** Commits that are looked through for the schema: reading more would no longer be cheap. */
  private static final int COMMITS_READ = 50;

  private static final Pattern VERSION = Pattern.compile("(\\d{20})\\.(json|checkpoint\\..*)");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The log of the table at a location, if that is a local folder; it need not exist. */
  static Optional<LocalLog> of(Location location) {
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(location.uri());
    String scheme = path.toUri().getScheme();
    return scheme == null || scheme.equals("file")
        ? Optional.of(new LocalLog(Path.of(path.toUri().getPath(), "_delta_log")))
        : Optional.empty();
  }

  /** The newest version; empty if there is no table. */
  OptionalLong newestVersion() throws IOException {
    if (!Files.isDirectory(folder)) {
      return OptionalLong.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> VERSION.matcher(file.getFileName().toString()))
          .filter(Matcher::matches)
          .mapToLong(matcher -> Long.parseLong(matcher.group(1)))
          .max();
    }
  }

  /**
   * The schema at a version, from its checksum file or from the newest metadata among the last
   * commits; empty if it stands only in a checkpoint or far back.
   */
  Optional<StructType> schemaAt(long version) throws IOException {
    Path checksum = file(version, "crc");
    if (Files.exists(checksum)) {
      Optional<StructType> schema = schema(JSON.readTree(checksum.toFile()).path("metadata"));
      if (schema.isPresent()) {
        return schema;
      }
    }
    for (long v = version; v >= 0 && v > version - COMMITS_READ; v--) {
      Path commit = file(v, "json");
      if (!Files.exists(commit)) {
        return Optional.empty();
      }
      Optional<StructType> schema = schemaIn(commit);
      if (schema.isPresent()) {
        return schema;
      }
    }
    return Optional.empty();
  }

  private Path file(long version, String extension) {
    return folder.resolve(String.format("%020d.%s", version, extension));
  }

  private static Optional<StructType> schemaIn(Path commit) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(commit)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith("{\"metaData\"")) {
          return schema(JSON.readTree(line).path("metaData"));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<StructType> schema(JsonNode metadata) {
    String text = metadata.path("schemaString").asText("");
    return text.isEmpty()
        ? Optional.empty()
        : Optional.of(withoutMetadata((StructType) DataType.fromJson(text)));
  }

  /** Column ids and the like are the table's own business. */
  private static StructType withoutMetadata(StructType schema) {
    StructType plain = new StructType();
    for (var field : schema.fields()) {
      plain = plain.add(field.name(), field.dataType(), field.nullable());
    }
    return plain;
  }
}
