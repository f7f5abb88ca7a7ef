package io.standpipe.builtin;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotNull;

/**
 * The options of a {@code file} storage.
 *
 * <p>An option that does not go with the format is refused, not ignored.
 */
@Description("A file or a folder of files.")
public record FileConfig(
    @NotNull
        @Description(
            "A file, a folder or a glob such as data/*.csv; a glob can only be read. A folder is"
                + " what a write makes; files whose names start with _ or . are not part of it."
                + " Writes are all or nothing where the file system can rename a folder in one step,"
                + " as local disks and HDFS do; S3 cannot. Let one process write a folder at a"
                + " time.")
        Location path,
    @NotNull @Description("The format of the files.") FileFormat format,
    @Description(
            "Columns and types as DDL, for example 'id BIGINT, name STRING'. Given, it is what is"
                + " read, and a write is checked against it; else the files are asked. CSV values"
                + " keep their exact text (007) only with a schema or inferSchema: false.")
        Optional<String> schema,
    @Description("csv: whether the first line of each file names the columns. Default true.")
        Optional<Boolean> header,
    @Description("csv: what stands between values. Default a comma.") Optional<String> delimiter,
    @Description(
            "csv: the text that stands for NULL. If it is not given, nothing between two delimiters"
                + " is NULL and \"\" is the empty text, so that both survive a round trip; with an"
                + " empty nullValue both are NULL.")
        Optional<String> nullValue,
    @Description(
            "csv: whether types are inferred from the values, with one more pass over them; else"
                + " every column is a string. Default true. Without effect if schema is given.")
        Optional<Boolean> inferSchema,
    @Description(
            "csv, json: whether a record can span lines. Such files are read by one task each. csv:"
                + " default true, for line breaks within quotes; set false for large files without"
                + " them, so that one file is read by many tasks. json: by default the start of the"
                + " first file tells: true if it is an array or a lone { on its line.")
        Optional<Boolean> multiLine,
    @Description("csv, json: the character set. Default UTF-8.") Optional<String> encoding,
    @Description("csv, json: how dates are written, as a Spark datetime pattern. Default ISO 8601.")
        Optional<String> dateFormat,
    @Description(
            "csv, json: how timestamps are written, as a Spark datetime pattern. Default ISO 8601;"
                + " written with microseconds.")
        Optional<String> timestampFormat,
    @Default("fail")
        @Description(
            "csv, json: what is done with a malformed record. With fail, a value of the wrong type"
                + " fails the reads that ask for its column.")
        CorruptRecords corruptRecords,
    @Default("_corrupt_record")
        @NotBlank
        @Description("csv, json: the column that corruptRecords: keep puts a malformed record in.")
        String corruptRecordColumn,
    @Description(
            "How files are compressed when written, for example gzip, snappy, zstd, none. Default"
                + " the format's own. When read, the files tell.")
        Optional<String> compression,
    @Description(
            "The columns by whose values rows are written into folders (year=2001/...). Reading"
                + " finds such folders by itself; an empty text comes back as NULL.")
        List<String> partitionBy,
    @Default("false")
        @Description(
            "Whether files in all folders below path are read, whatever the folders' names are;"
                + " no partition columns are found then.")
        boolean recursive,
    @Description("Reads only files whose names end in this, for example .csv.gz.")
        Optional<String> suffix,
    @Description(
            "parquet, orc: whether the schemas of all files are merged; else one file speaks for"
                + " all. Default false.")
        Optional<Boolean> mergeSchema,
    @Description(
            "At most so many files are written, for each partition folder. Default one for each"
                + " task of the write.")
        Optional<Integer> files,
    @Description("More options of Spark's reader and writer for the format, passed on unchanged.")
        Map<String, String> options) {

  private static final Set<FileFormat> CSV = EnumSet.of(FileFormat.CSV);
  private static final Set<FileFormat> CSV_JSON = EnumSet.of(FileFormat.CSV, FileFormat.JSON);
  private static final Set<FileFormat> PARQUET_ORC = EnumSet.of(FileFormat.PARQUET, FileFormat.ORC);

  /** Spark's names for what has an option of its own here, in lower case, and that option. */
  private static final Map<String, String> TYPED =
      Map.ofEntries(
          Map.entry("path", "path"),
          Map.entry("paths", "path"),
          Map.entry("header", "header"),
          Map.entry("sep", "delimiter"),
          Map.entry("delimiter", "delimiter"),
          Map.entry("nullvalue", "nullValue"),
          Map.entry("inferschema", "inferSchema"),
          Map.entry("multiline", "multiLine"),
          Map.entry("encoding", "encoding"),
          Map.entry("charset", "encoding"),
          Map.entry("dateformat", "dateFormat"),
          Map.entry("timestampformat", "timestampFormat"),
          Map.entry("mode", "corruptRecords"),
          Map.entry("columnnameofcorruptrecord", "corruptRecordColumn"),
          Map.entry("compression", "compression"),
          Map.entry("codec", "compression"),
          Map.entry("recursivefilelookup", "recursive"),
          Map.entry("pathglobfilter", "suffix"),
          Map.entry("mergeschema", "mergeSchema"));

  public FileConfig {
    partitionBy = List.copyOf(partitionBy);
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
    List<String> problems = new ArrayList<>();
    only(CSV, format, "header", header, problems);
    only(CSV, format, "delimiter", delimiter, problems);
    only(CSV, format, "nullValue", nullValue, problems);
    only(CSV, format, "inferSchema", inferSchema, problems);
    only(CSV_JSON, format, "multiLine", multiLine, problems);
    only(CSV_JSON, format, "encoding", encoding, problems);
    only(CSV_JSON, format, "dateFormat", dateFormat, problems);
    only(CSV_JSON, format, "timestampFormat", timestampFormat, problems);
    only(PARQUET_ORC, format, "mergeSchema", mergeSchema, problems);
    if (corruptRecords != CorruptRecords.FAIL && !CSV_JSON.contains(format)) {
      problems.add(
          "corruptRecords: "
              + corruptRecords.id()
              + " goes with csv and json only, not with "
              + format.id());
    }
    if (recursive && !partitionBy.isEmpty()) {
      problems.add(
          "recursive: true finds no partition columns, so it does not go with partitionBy");
    }
    if (files.isPresent() && files.get() < 1) {
      problems.add("files must be at least 1, got " + files.get());
    }
    if (delimiter.isPresent() && delimiter.get().isEmpty()) {
      problems.add("delimiter must not be empty");
    }
    if (partitionBy.stream().distinct().count() < partitionBy.size()) {
      problems.add("partitionBy names a column twice: " + partitionBy);
    }
    for (String key : new TreeSet<>(options.keySet())) {
      String typed = TYPED.get(key.toLowerCase(Locale.ROOT));
      if (typed != null) {
        problems.add("options: '" + key + "' has an option of its own, write '" + typed + "'");
      }
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  private static void only(
      Set<FileFormat> formats,
      FileFormat format,
      String option,
      Optional<?> value,
      List<String> problems) {
    if (value.isPresent() && !formats.contains(format)) {
      problems.add(
          option
              + " goes with "
              + formats.stream().map(FileFormat::id).collect(Collectors.joining(" and "))
              + " only, not with "
              + format.id());
    }
  }

  /** Whether the first line of a CSV file names the columns. */
  boolean hasHeader() {
    return format == FileFormat.CSV && header.orElse(true);
  }

  /** The same, with every column a string and nothing but the files' own names for them. */
  FileConfig withoutInference() {
    return new FileConfig(
        path,
        format,
        schema,
        header,
        delimiter,
        nullValue,
        format == FileFormat.CSV ? Optional.of(false) : Optional.empty(),
        multiLine,
        encoding,
        dateFormat,
        timestampFormat,
        CorruptRecords.FAIL,
        corruptRecordColumn,
        compression,
        partitionBy,
        recursive,
        suffix,
        mergeSchema,
        files,
        options);
  }

  /** Whether the path can match several files or folders, and so cannot be written. */
  boolean isGlob() {
    return Stream.of("*", "?", "[", "{").anyMatch(path.uri()::contains);
  }
}
