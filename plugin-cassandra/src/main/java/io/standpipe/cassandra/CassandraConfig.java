package io.standpipe.cassandra;

import io.standpipe.spi.DataSize;
import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import io.standpipe.spi.Secret;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotEmpty;

/**
 * The options of a {@code cassandra} storage: which cluster, which table, and how it is read and
 * written.
 */
public record CassandraConfig(
    @Description("Nodes to ask for the others; a host name or an address each.") @NotEmpty
        List<String> hosts,
    @Description("Port of the native protocol.") @Default("9042") @Min(1) @Max(65535) int port,
    @Description(
            "Data center whose nodes are used. By default that of the first node that answers.")
        Optional<String> localDatacenter,
    @Description("Keyspace of the table, in its exact case.") @NotBlank String keyspace,
    @Description("Table or, for reading, materialized view, in its exact case.") @NotBlank
        String table,
    @Description("Name of the role.") Optional<String> user,
    @Description("Password of the role.") Optional<Secret> password,
    @Description("Whether connections are encrypted.") @Default("false") boolean tls,
    @Description(
            "File with the certificates that are trusted, on the driver and on each executor; by"
                + " default the JVM's own.")
        Optional<Location> trustStore,
    @Description("Password of the trust store.") Optional<Secret> trustStorePassword,
    @Description("File with the client's own certificate, on the driver and on each executor.")
        Optional<Location> keyStore,
    @Description("Password of the key store.") Optional<Secret> keyStorePassword,
    @Description("How many replicas answer a read.") @Default("localQuorum")
        Consistency readConsistency,
    @Description("How many replicas acknowledge a write.") @Default("localQuorum")
        Consistency writeConsistency,
    @Description("After what time written rows vanish. By default the table's own setting.")
        Optional<Duration> ttl,
    @Description(
            "Column of the rows with the time to live of each in seconds, 0 for ever; it is not"
                + " stored. Not with ttl.")
        Optional<String> ttlColumn,
    @Description(
            "Write time of all rows in microseconds since 1970. By default that of the write. Not"
                + " with writeTimeColumn.")
        Optional<Long> writeTime,
    @Description(
            "Column of the rows with the write time of each, a TIMESTAMP or whole microseconds since"
                + " 1970; it is not stored. Of two writes of a value the one with the later time"
                + " wins.")
        Optional<String> writeTimeColumn,
    @Description(
            "Whether NULL in a row leaves the stored value as it is. By default it deletes it,"
                + " which leaves a tombstone.")
        @Default("false")
        boolean ignoreNulls,
    @Description(
            "Whether mode overwrite is allowed. It truncates the table and then writes: readers see"
                + " an empty or incomplete table meanwhile, and after a failure.")
        @Default("false")
        boolean confirmTruncate,
    @Description(
            "Partition key of a table that is created. With it, a write creates a missing table.")
        List<String> partitionKey,
    @Description(
            "Clustering columns of a table that is created, in order, for example time or 'time"
                + " desc'.")
        List<String> clusteringColumns,
    @Description(
            "CQL types of columns of a table that is created, for example id: uuid. Others get the"
                + " type that fits their Spark type.")
        Map<String, String> columnTypes,
    @Description(
            "Replication of a keyspace that is created, for example {class:"
                + " NetworkTopologyStrategy, dc1: 3}. With it, a missing keyspace is created along"
                + " with its table.")
        Map<String, String> replication,
    @Description(
            "Table of the same keyspace that keeps the commit tokens of appends; it is created if"
                + " it is missing. With it, a repeated append is recognised, and the platform"
                + " repeats one that failed.")
        Optional<String> commitTable,
    @Description("How long to wait for a connection.") @Default("5s") Duration connectTimeout,
    @Description("How long one request may take.") @Default("120s") Duration requestTimeout,
    @Description("How long an unused connection is kept.") @Default("5s") Duration keepAlive,
    @Description("Data that one task reads, by the cluster's own estimate; at least 1 MB.")
        @Default("512MB")
        DataSize splitSize,
    @Description("Rows that a read fetches from a node at a time.") @Default("1000") @Min(1)
        int fetchSize,
    @Description("Most pages that a task reads in a second. By default without limit.")
        Optional<Integer> readsPerSecond,
    @Description("Most data that a task writes in a second. By default without limit.")
        Optional<DataSize> writeThroughput,
    @Description("Most batches that a task has under way.") @Default("5") @Min(1)
        int concurrentWrites,
    @Description(
            "Further properties of the Spark Cassandra Connector by their full names, for example"
                + " spark.cassandra.output.batch.size.rows.")
        Map<String, String> properties) {
  private static final Pattern SECRET_PROPERTY =
      Pattern.compile("(?i).*(password|secret|auth\\.).*");
  private static final Pattern CLUSTERING = Pattern.compile("(?i)(.+?)(?:\\s+(asc|desc))?");
  private static final Pattern HOST = Pattern.compile("[^\\s,/]+");

  /**
   * @throws IllegalArgumentException with all that is wrong
   */
  public CassandraConfig {
    hosts = List.copyOf(hosts);
    partitionKey = List.copyOf(partitionKey);
    clusteringColumns = List.copyOf(clusteringColumns);
    columnTypes = Map.copyOf(columnTypes);
    replication = Map.copyOf(replication);
    properties = Map.copyOf(properties);

    List<String> problems = new ArrayList<>();
    hosts.stream()
        .filter(host -> !HOST.matcher(host).matches())
        .forEach(host -> problems.add("hosts: not a host name or an address: '" + host + "'"));
    if (user.isPresent() != password.isPresent()) {
      problems.add("give both user and password, or neither");
    }
    checkTls(tls, trustStore, trustStorePassword, keyStore, keyStorePassword, problems);
    checkTimes(
        Map.of("connectTimeout", connectTimeout, "requestTimeout", requestTimeout), problems);
    if (keepAlive.isNegative()) {
      problems.add("keepAlive must not be negative, got " + keepAlive);
    }
    if (ttl.isPresent() && ttlColumn.isPresent()) {
      problems.add("give at most one of ttl and ttlColumn");
    }
    if (writeTime.isPresent() && writeTimeColumn.isPresent()) {
      problems.add("give at most one of writeTime and writeTimeColumn");
    }
    ttl.filter(
            time ->
                time.toSeconds() < 1
                    || time.toSeconds() > StoredForm.MAX_SECONDS
                    || time.getNano() != 0)
        .ifPresent(
            time ->
                problems.add(
                    "ttl must be whole seconds, 1 to " + StoredForm.MAX_SECONDS + ", got " + time));
    if (readConsistency == Consistency.EACH_QUORUM) {
      problems.add("readConsistency cannot be eachQuorum: Cassandra has it for writes only");
    }
    if (!clusteringColumns.isEmpty() && partitionKey.isEmpty()) {
      problems.add("clusteringColumns needs partitionKey");
    }
    if (splitSize.bytes() < 1 << 20) {
      problems.add("splitSize must be at least 1MB, got " + splitSize);
    }
    writeThroughput
        .filter(size -> size.bytes() == 0)
        .ifPresent(size -> problems.add("writeThroughput must be more than 0"));
    readsPerSecond
        .filter(reads -> reads < 1)
        .ifPresent(reads -> problems.add("readsPerSecond must be at least 1, got " + reads));
    if (!replication.isEmpty() && !replication.containsKey("class")) {
      problems.add("replication needs the key 'class', for example SimpleStrategy");
    }
    checkProperties(properties, problems);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  /** A clustering column and whether its rows descend. */
  record Clustering(String column, boolean descending) {}

  /** The clustering columns with their order. */
  List<Clustering> clustering() {
    return clusteringColumns.stream()
        .map(
            text -> {
              var match = CLUSTERING.matcher(text.strip());
              boolean matches = match.matches();
              return matches
                  ? new Clustering(match.group(1), "desc".equalsIgnoreCase(match.group(2)))
                  : new Clustering(text, false);
            })
        .toList();
  }

  /** The table in CQL. */
  String qualifiedTable() {
    return Cql.name(keyspace) + "." + Cql.name(table);
  }

  /** The table for messages: {@code Cassandra table 'sales.orders'}. */
  String label() {
    return "Cassandra table '" + keyspace + "." + table + "'";
  }

  private static void checkTls(
      boolean tls,
      Optional<Location> trustStore,
      Optional<Secret> trustStorePassword,
      Optional<Location> keyStore,
      Optional<Secret> keyStorePassword,
      List<String> problems) {
    if (!tls && (trustStore.isPresent() || keyStore.isPresent())) {
      problems.add("trustStore and keyStore need tls: true");
    }
    if (trustStorePassword.isPresent() && trustStore.isEmpty()) {
      problems.add("trustStorePassword needs trustStore");
    }
    if (keyStorePassword.isPresent() && keyStore.isEmpty()) {
      problems.add("keyStorePassword needs keyStore");
    }
  }

  private static void checkTimes(Map<String, Duration> times, List<String> problems) {
    times.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .filter(time -> time.getValue().toMillis() < 1)
        .map(time -> time.getKey() + " must be longer than 0, got " + time.getValue())
        .forEach(problems::add);
  }

  private static void checkProperties(Map<String, String> properties, List<String> problems) {
    for (String name : properties.keySet().stream().sorted().toList()) {
      if (!name.startsWith("spark.cassandra.")) {
        problems.add("properties: '" + name + "' does not start with spark.cassandra.");
      } else if (SECRET_PROPERTY.matcher(name).matches()) {
        problems.add(
            "properties must not contain '" + name + "': use user, password and the stores");
      } else if (Options.OWNED.contains(name)) {
        problems.add("properties must not contain '" + name + "': there is an option for it");
      }
    }
  }
}
