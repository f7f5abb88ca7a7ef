package io.standpipe.hudi;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.types.StructType;

/**
 * One Hudi table.
 *
 * @param path the table's folder
 * @param table the table's name when it is created; the folder's name if not given
 * @param tableType how a table that is created keeps its rows
 * @param recordKey the columns that identify a row; empty for a table without keys
 * @param partitionBy partition columns of a table that is created
 * @param orderingFields columns by which the newer of two versions of a row is told
 * @param insert how append writes
 * @param overwrite what overwrite replaces
 * @param query what a read sees
 * @param index how the files of existing keys are found
 * @param concurrency how many write at a time
 * @param lock what concurrent writers lock
 * @param changeDataCapture whether a table that is created records changed rows
 * @param metadataTable whether Hudi keeps its index of files and statistics
 * @param metaColumns whether reads show Hudi's own columns
 * @param schema the columns, as Spark DDL
 * @param options further settings of Hudi
 */
public record HudiConfig(
    @Description("Folder of the table, local or any URI that Hadoop knows.") Location path,
    @Description("Name of the table when it is created; by default that of its folder.")
        Optional<String> table,
    @Description("How a table that is created keeps its rows.") @Default("copyOnWrite")
        TableType tableType,
    @Description(
            "Columns that identify a row within its partition. A table without them takes appends"
                + " and overwrites, but no upserts. An existing table keeps its own.")
        List<String> recordKey,
    @Description(
            "Partition columns of the table when it is created. An existing table keeps its own.")
        List<String> partitionBy,
    @Description(
            "Columns that tell which of two versions of a row is newer: an upsert does not replace a"
                + " row by an older one. Without them the last write wins.")
        List<String> orderingFields,
    @Description("How append writes.") @Default("insert") Insert insert,
    @Description("What overwrite replaces.") @Default("table") Overwrite overwrite,
    @Description("What a read of a merge-on-read table sees.") @Default("snapshot") Query query,
    @Description("How upsert and delete find the files of existing keys.") @Default("simple")
        Index index,
    @Description("How many may write at a time. All writers of a table must agree.")
        @Default("single")
        Concurrency concurrency,
    @Description("What concurrent writers lock; for concurrency optimistic.") @Default("inProcess")
        Lock lock,
    @Description("Whether the table, when it is created, records its rows before and after.")
        @Default("false")
        boolean changeDataCapture,
    @Description(
            "Whether Hudi keeps a metadata table: a list of files with statistics, which makes large"
                + " tables faster to read and each write slower. By default an existing table keeps"
                + " what it has, and a new one gets it unless it is on a local disk.")
        Optional<Boolean> metadataTable,
    @Description("Whether reads show Hudi's own columns, such as _hoodie_commit_time.")
        @Default("false")
        boolean metaColumns,
    @Description(
            "The columns as Spark DDL, such as 'id BIGINT, name STRING': lets a pipeline be checked"
                + " before the table exists.")
        Optional<String> schema,
    @Description(
            "Further settings of Hudi, all of which start with hoodie., such as"
                + " hoodie.parquet.max.file.size.")
        Map<String, String> options) {

  /** How rows are kept. */
  public enum TableType {
    @Description("An upsert rewrites the files that it touches; reads are plain Parquet.")
    COPY_ON_WRITE,
    @Description("An upsert adds logs, which reads merge until a compaction does.")
    MERGE_ON_READ
  }

  /** How rows are added. */
  public enum Insert {
    @Description("Fills up small files, which are rewritten for it.")
    INSERT("insert"),
    @Description("Only makes new files: the fastest, best for large loads.")
    BULK_INSERT("bulk_insert");

    private final String operation;

    Insert(String operation) {
      this.operation = operation;
    }

    String operation() {
      return operation;
    }
  }

  /** What an overwrite replaces. */
  public enum Overwrite {
    @Description("All rows.")
    TABLE("insert_overwrite_table"),
    @Description("The partitions of which the new rows hold any; others are left alone.")
    PARTITIONS("insert_overwrite");

    private final String operation;

    Overwrite(String operation) {
      this.operation = operation;
    }

    String operation() {
      return operation;
    }
  }

  /** What a read sees. */
  public enum Query {
    @Description("The newest rows.")
    SNAPSHOT,
    @Description("Only what is compacted: faster, but older.")
    READ_OPTIMIZED
  }

  /** How the files of keys are found. */
  public enum Index {
    @Description("Joins with the keys in the files of the same partitions.")
    SIMPLE("SIMPLE"),
    @Description("Joins with the keys in all files: keys are unique over all partitions.")
    GLOBAL_SIMPLE("GLOBAL_SIMPLE"),
    @Description("Bloom filters of the files of the same partitions; for keys that grow with time.")
    BLOOM("BLOOM"),
    @Description("Bloom filters of all files: keys are unique over all partitions.")
    GLOBAL_BLOOM("GLOBAL_BLOOM"),
    @Description("A fixed number of files per partition, by the hash of the key.")
    BUCKET("BUCKET"),
    @Description(
        "An index of all keys in the metadata table: keys are unique over all partitions. For"
            + " large tables.")
    RECORD_LEVEL("GLOBAL_RECORD_LEVEL_INDEX");

    private final String type;

    Index(String type) {
      this.type = type;
    }

    String type() {
      return type;
    }

    /** Whether keys are unique over all partitions. */
    boolean global() {
      return this == GLOBAL_SIMPLE || this == GLOBAL_BLOOM || this == RECORD_LEVEL;
    }
  }

  /** How many write at a time. */
  public enum Concurrency {
    @Description(
        "One process. Its writes to a table wait for one another; a write first removes what a"
            + " failed one has left.")
    SINGLE,
    @Description("Several processes; of two writes that touch the same files the later fails.")
    OPTIMISTIC
  }

  /** What concurrent writers lock. */
  public enum Lock {
    @Description("Something in this process: for writers in one process only.")
    IN_PROCESS("org.apache.hudi.client.transaction.lock.InProcessLockProvider"),
    @Description("A file in the table's folder: for local disks and HDFS, not for object stores.")
    FILE_SYSTEM("org.apache.hudi.client.transaction.lock.FileSystemBasedLockProvider");

    private final String provider;

    Lock(String provider) {
      this.provider = provider;
    }

    String provider() {
      return provider;
    }
  }

  /**
   * @throws IllegalArgumentException with all that is wrong
   */
  public HudiConfig {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(table, "table");
    recordKey = List.copyOf(recordKey);
    partitionBy = List.copyOf(partitionBy);
    orderingFields = List.copyOf(orderingFields);
    Objects.requireNonNull(metadataTable, "metadataTable");
    Objects.requireNonNull(schema, "schema");
    options = Map.copyOf(options);

    List<String> problems = new ArrayList<>();
    table
        .filter(name -> !name.matches("[A-Za-z_][A-Za-z0-9_]*"))
        .ifPresent(
            name ->
                problems.add("table must have letters, digits and '_' only, got '" + name + "'"));
    problems.addAll(columnProblems("recordKey", recordKey));
    problems.addAll(columnProblems("partitionBy", partitionBy));
    problems.addAll(columnProblems("orderingFields", orderingFields));
    if (recordKey.isEmpty() && !orderingFields.isEmpty()) {
      problems.add("orderingFields needs recordKey");
    }
    if (index == Index.RECORD_LEVEL && !metadataTable.orElse(true)) {
      problems.add("index recordLevel needs metadataTable true");
    }
    new TreeMap<>(options)
        .keySet().stream()
            .flatMap(name -> ReservedOptions.problem(name).stream())
            .forEach(problems::add);
    schema.flatMap(HudiConfig::schemaProblem).ifPresent(problems::add);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** The name of a table that is created. */
  String tableName() {
    return table.orElseGet(
        () -> {
          String folder = new org.apache.hadoop.fs.Path(path.uri()).getName();
          String name = folder.replaceAll("[^A-Za-z0-9_]", "_");
          return name.matches("[A-Za-z_].*") ? name : "_" + name;
        });
  }

  /** The declared columns, if any. */
  Optional<StructType> declaredSchema() {
    return schema.map(StructType::fromDDL);
  }

  private static List<String> columnProblems(String option, List<String> columns) {
    List<String> problems = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      if (column.isBlank()) {
        problems.add(option + " must not have a blank column name");
      } else if (!seen.add(column.toLowerCase(Locale.ROOT))) {
        problems.add(option + " names column '" + column + "' twice");
      }
    }
    return problems;
  }

  /** Spark throws a checked ParseException that its signature does not declare. */
  @SuppressWarnings("CatchingUnchecked")
  private static Optional<String> schemaProblem(String ddl) {
    try {
      StructType.fromDDL(ddl);
      return Optional.empty();
    } catch (Exception e) {
      return Optional.of(
          "schema is no Spark DDL ('" + ddl + "'): " + Problem.summary(e.getMessage()));
    }
  }
}
