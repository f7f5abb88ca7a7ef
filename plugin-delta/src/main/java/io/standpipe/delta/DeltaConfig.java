package io.standpipe.delta;

import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.types.StructType;

/**
 * One Delta table.
 *
 * @param path where the table's files are; this or {@code table}
 * @param table the table's name in Spark's catalog; this or {@code path}
 * @param partitionBy partition columns of a table that is created
 * @param properties properties of a table that is created
 * @param version the only version that is read; not with {@code timestamp}
 * @param timestamp the only point in time that is read; not with {@code version}
 * @param schema the columns, as Spark DDL
 */
public record DeltaConfig(
    @Description("Folder of the table, local or any URI that Hadoop knows. Give this or table.")
        Optional<Location> path,
    @Description("Name of the table in Spark's catalog, such as sales.orders. Give this or path.")
        Optional<String> table,
    @Description(
            "Partition columns of the table when it is created. For an existing table they must be"
                + " its own, or be left out.")
        List<String> partitionBy,
    @Description(
            "Table properties that are set when the table is created, such as"
                + " delta.enableChangeDataFeed. An existing table keeps its own. With path, all of"
                + " them start with delta.")
        Map<String, String> properties,
    @Description(
            "Read this version instead of the newest. The storage cannot be written then. Not with"
                + " timestamp.")
        Optional<Long> version,
    @Description(
            "Read the version that was current at this time, such as 2024-05-01T12:00:00Z. The"
                + " storage cannot be written then. Not with version.")
        Optional<Instant> timestamp,
    @Description(
            "The columns as Spark DDL, such as 'id BIGINT, name STRING': lets a pipeline be checked"
                + " before the table exists.")
        Optional<String> schema) {
  private static final String PART = "(?:`(?:[^`]|``)+`|[^.`\\s]+)";
  private static final Pattern NAME =
      Pattern.compile("(?:spark_catalog\\.)?(" + PART + "(?:\\." + PART + ")?)");

  /**
   * @throws IllegalArgumentException with all that is wrong
   */
  public DeltaConfig {
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(table, "table");
    partitionBy = List.copyOf(partitionBy);
    properties = Map.copyOf(properties);
    Objects.requireNonNull(version, "version");
    Objects.requireNonNull(timestamp, "timestamp");
    Objects.requireNonNull(schema, "schema");

    List<String> problems = new ArrayList<>();
    if (path.isPresent() == table.isPresent()) {
      problems.add("give exactly one of path and table");
    }
    table
        .filter(name -> !NAME.matcher(name).matches())
        .ifPresent(
            name ->
                problems.add(
                    "table must be NAME or SCHEMA.NAME, in Spark's own catalog, got '"
                        + name
                        + "'"));
    if (version.isPresent() && timestamp.isPresent()) {
      problems.add("give at most one of version and timestamp");
    }
    version
        .filter(number -> number < 0)
        .ifPresent(number -> problems.add("version must not be negative: " + number));
    problems.addAll(partitionProblems(partitionBy));
    if (path.isPresent()) {
      properties.keySet().stream()
          .filter(name -> !name.startsWith("delta."))
          .sorted()
          .map(name -> "a table with a path cannot have the property '" + name + "': only delta.*")
          .forEach(problems::add);
    }
    schema.flatMap(DeltaConfig::schemaProblem).ifPresent(problems::add);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** The table's name without the catalog's. */
  Optional<String> nameInCatalog() {
    return table.map(NAME::matcher).filter(Matcher::matches).map(match -> match.group(1));
  }

  /** The table in this folder, with nothing else set. */
  public static DeltaConfig ofPath(String path) {
    return of(Optional.of(new Location(path)), Optional.empty());
  }

  /** The table with this name, with nothing else set. */
  public static DeltaConfig ofTable(String table) {
    return of(Optional.empty(), Optional.of(table));
  }

  private static DeltaConfig of(Optional<Location> path, Optional<String> table) {
    return new DeltaConfig(
        path, table, List.of(), Map.of(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** The declared columns, if any. */
  Optional<StructType> declaredSchema() {
    return schema.map(StructType::fromDDL);
  }

  /** Whether reads are pinned to a version or a time. */
  boolean pinned() {
    return version.isPresent() || timestamp.isPresent();
  }

  private static List<String> partitionProblems(List<String> columns) {
    List<String> problems = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (String column : columns) {
      if (column.isBlank()) {
        problems.add("partitionBy must not have a blank column name");
      } else if (!seen.add(column.toLowerCase(Locale.ROOT))) {
        problems.add("partitionBy names column '" + column + "' twice");
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
