package io.standpipe.jdbc;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import io.standpipe.spi.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.validation.constraints.Min;
import org.apache.spark.sql.types.StructType;

/**
 * The options of a {@code jdbc} storage: which database, which table or query, and how it is read
 * and written.
 */
public record JdbcConfig(
    @Description(
            "JDBC URL of the database: jdbc:postgresql://host:5432/database,"
                + " jdbc:mariadb://host:3306/database or jdbc:h2:file:/path. Must not contain a password. Give either this or 'file'.")
        Optional<String> url,
    @Description(
            "File of an embedded H2 database, made when it is missing; a short form of the URL"
                + " jdbc:h2:file:, relative to the file that names it.")
        Optional<Location> file,
    @Description("Name of the database user.") Optional<String> user,
    @Description("Password of the database user.") Optional<Secret> password,
    @Description(
            "Table to read and write: name or schema.name, found in any case if that is"
                + " unambiguous; double quotes make a part exact. Give either this or 'query'.")
        Optional<String> table,
    @Description("SELECT statement to read from; such a storage cannot be written to.")
        Optional<String> query,
    @Description(
            "Columns and types as Spark DDL, for example id BIGINT, name STRING: lets a pipeline be"
                + " checked without a connection. Reading then gives these columns only, and fails"
                + " if the table has others in their place.")
        Optional<String> schema,
    @Description("Class of the JDBC driver; by default the one that belongs to the URL.")
        Optional<String> driver,
    @Description(
            "Numeric, date or timestamp column by whose ranges a read is split into parallel queries."
                + " A PostgreSQL table is split by its blocks without it.")
        Optional<String> partitionColumn,
    @Description(
            "Where the first partition ends up from; only shapes the partitions, filters nothing."
                + " By default the column's minimum.")
        Optional<String> lowerBound,
    @Description(
            "Counterpart of lowerBound for the last partition. By default the column's maximum.")
        Optional<String> upperBound,
    @Description(
            "Number of parallel queries of a read that has a partitionColumn, and the most of one"
                + " that has none.")
        @Default("8")
        @Min(1)
        int partitions,
    @Description(
            "Rows that a read fetches from the server at a time, where result sets are read (H2).")
        @Default("5000")
        @Min(1)
        int fetchSize,
    @Description(
            "Rows that a write sends to the server at a time, where rows are counted (H2, MariaDB).")
        @Default("1000")
        @Min(1)
        int batchSize,
    @Description("How long to wait for a connection, in whole seconds.") @Default("10s")
        Duration connectTimeout,
    @Description("How long one statement may take on the server. By default without limit.")
        Optional<Duration> queryTimeout,
    @Description(
            "Database types for columns of tables that are created, by column, for example note:"
                + " varchar(200). Other columns get the type that fits their Spark type.")
        Map<String, String> columnTypes,
    @Description("What an upsert does with a row whose key the table has.") @Default("update")
        OnConflict onConflict,
    @Description(
            "How an overwrite empties a PostgreSQL table. TRUNCATE is faster; DELETE lets readers go"
                + " on meanwhile.")
        @Default("truncate")
        OverwriteBy overwriteBy,
    @Description(
            "Settings that every connection starts with, for example work_mem: 64MB. An empty value"
                + " is an empty text.")
        Map<String, String> session,
    @Description("Connections that are kept open for their next use.") @Default("{}")
        PoolConfig pool,
    @Description("Further properties of the JDBC driver, by their name in the driver's manual.")
        Map<String, String> properties) {

  private static final Pattern PASSWORD_IN_URL =
      Pattern.compile("(?i)(password|passwd|pwd)\\s*=|//[^/?;]*:[^/?;@]*@");
  private static final Pattern SECRET_PROPERTY =
      Pattern.compile("(?i).*(password|passwd|secret).*");

  /** What an upsert does with a row whose key is there. */
  public enum OnConflict {
    /** It updates the row that is there. */
    UPDATE,
    /** It leaves the row that is there as it is. */
    IGNORE
  }

  /** How an overwrite empties its table. */
  public enum OverwriteBy {
    /** Where that is possible; readers wait until the write has ended. */
    TRUNCATE,
    /** Readers see the old rows until the write has ended. */
    DELETE
  }

  public JdbcConfig {
    session = Map.copyOf(session);
    columnTypes = Map.copyOf(columnTypes);
    properties = Map.copyOf(properties);
    List<String> problems = new ArrayList<>();
    checkDatabase(url, file, problems);
    checkSource(table, query, problems);
    checkProperties(properties, problems);
    checkPartitioning(partitionColumn, lowerBound, upperBound, problems);
    checkSchema(schema, problems);
    session.keySet().stream()
        .filter(name -> !name.matches("[A-Za-z_][A-Za-z_0-9.]*"))
        .forEach(name -> problems.add("'session' has the name '" + name + "', which is none"));
    if (connectTimeout.isNegative() || connectTimeout.isZero()) {
      problems.add("connectTimeout must be longer than 0, got " + connectTimeout);
    }
    if (queryTimeout.filter(timeout -> timeout.isNegative() || timeout.isZero()).isPresent()) {
      problems.add("queryTimeout must be longer than 0; leave it out for no limit");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** The JDBC URL, whether it was given or made from {@link #file()}. */
  String databaseUrl() {
    return url.orElseGet(() -> "jdbc:h2:file:" + path(file.orElseThrow()));
  }

  /** The same database with another table. */
  JdbcConfig withTable(String other) {
    return new JdbcConfig(
        url,
        file,
        user,
        password,
        Optional.of(other),
        Optional.empty(),
        Optional.empty(),
        driver,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        partitions,
        fetchSize,
        batchSize,
        connectTimeout,
        queryTimeout,
        columnTypes,
        onConflict,
        overwriteBy,
        session,
        pool,
        properties);
  }

  private static void checkDatabase(
      Optional<String> url, Optional<Location> file, List<String> problems) {
    if (url.isPresent() == file.isPresent()) {
      problems.add("give either 'url' or 'file'" + (url.isPresent() ? ", not both" : ""));
    }
    file.map(Location::uri)
        .filter(uri -> uri.contains(":/") && !uri.startsWith("file:/"))
        .ifPresent(uri -> problems.add("'file' must be a local file, got '" + uri + "'"));
    if (url.isEmpty()) {
      return;
    }
    String text = url.get();
    if (PASSWORD_IN_URL.matcher(text).find()) {
      problems.add("'url' contains a password: take it out and use the option 'password'");
    } else if (!isSupported(text)) {
      problems.add(
          "'url' must start with jdbc:postgresql:, jdbc:mariadb: or jdbc:h2:, got '" + text + "'");
    }
  }

  private static boolean isSupported(String url) {
    String lower = url.toLowerCase(Locale.ROOT);
    return Stream.of("jdbc:postgresql:", "jdbc:mariadb:", "jdbc:h2:").anyMatch(lower::startsWith);
  }

  private static void checkSource(
      Optional<String> table, Optional<String> query, List<String> problems) {
    if (table.isPresent() == query.isPresent()) {
      problems.add("give either 'table' or 'query'" + (table.isPresent() ? ", not both" : ""));
    }
    if (query.filter(String::isBlank).isPresent()) {
      problems.add("'query' must not be blank");
    }
    try {
      table.ifPresent(TableName::parse);
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
    }
  }

  private static void checkProperties(Map<String, String> properties, List<String> problems) {
    for (String name : properties.keySet()) {
      if (SECRET_PROPERTY.matcher(name).matches()) {
        problems.add(
            "'properties' must not contain '"
                + name
                + "', because properties are shown: use the option 'password'");
      } else if (name.equalsIgnoreCase("user")) {
        problems.add("'properties' must not contain 'user': use the option 'user'");
      }
    }
  }

  private static void checkPartitioning(
      Optional<String> column,
      Optional<String> lower,
      Optional<String> upper,
      List<String> problems) {
    if (column.isEmpty() && (lower.isPresent() || upper.isPresent())) {
      problems.add("lowerBound and upperBound need a 'partitionColumn'");
    }
  }

  private static void checkSchema(Optional<String> schema, List<String> problems) {
    try {
      schema.ifPresent(StructType::fromDDL);
    } catch (Exception e) {
      // Spark's parser throws a checked exception undeclared.
      problems.add(
          "'schema' is not Spark DDL such as id BIGINT, name STRING: '" + schema.get() + "'");
    }
  }

  private static String path(Location file) {
    return file.uri().replaceFirst("^file:/+", "/");
  }
}
