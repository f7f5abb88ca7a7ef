package io.standpipe.dynamodb;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Secret;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.NotBlank;
import org.apache.spark.sql.types.StructType;

/** One DynamoDB table: where it is, how it is read and written, and how it is created. */
public record DynamoDbConfig(
    @Description("Name of the table, or its ARN.") @NotBlank String table,
    @Description("Region such as eu-central-1. By default the one that the AWS SDK finds.")
        Optional<String> region,
    @Description("URL of another server, such as http://localhost:8000 for DynamoDB Local.")
        Optional<String> endpoint,
    @Description(
            "Profile of the AWS configuration files to take credentials and region from. Not with"
                + " accessKeyId.")
        Optional<String> profile,
    @Description(
            "Access key id. By default credentials come from the AWS SDK's default chain:"
                + " environment, web identity, configuration files, container, instance.")
        Optional<String> accessKeyId,
    @Description("Secret that belongs to accessKeyId.") Optional<Secret> secretAccessKey,
    @Description("Session token of temporary keys.") Optional<Secret> sessionToken,
    @Description("Role to assume with the credentials.") Optional<String> roleArn,
    @Description(
            "Columns and types as Spark DDL, for example id STRING, total DECIMAL(12,2). By default"
                + " they are inferred from the first items.")
        Optional<String> schema,
    @Description("Items that are looked at to infer the schema.")
        @Default("1000")
        @Min(1)
        @Max(1_000_000)
        int sampleItems,
    @Description("Whether reads see all writes that were answered before. Costs twice the units.")
        @Default("false")
        boolean consistentRead,
    @Description(
            "Parts in which the table is scanned in parallel. By default one below 4 MB, else one"
                + " per core, and more for every 128 MB.")
        Optional<Integer> segments,
    @Description("Read capacity units that a read may use in a second, all its tasks together.")
        Optional<Integer> readUnits,
    @Description(
            "Share of the table's provisioned read capacity that a read may use, such as 0.5. Not"
                + " with readUnits.")
        Optional<Double> readFraction,
    @Description("Write capacity units that a write may use in a second, all its tasks together.")
        Optional<Integer> writeUnits,
    @Description(
            "Share of the table's provisioned write capacity that a write may use. Not with"
                + " writeUnits.")
        Optional<Double> writeFraction,
    @Description(
            "Secondary index that is read instead of the table; the storage can only be read then."
                + " By default an index is used where it suffices.")
        Optional<String> index,
    @Description("What an upsert does with an item that is there.") @Default("update")
        UpsertBy upsertBy,
    @Description(
            "DynamoDB condition expression for appends, such as attribute_not_exists(id). :column"
                + " stands for a value of the row. Items are put one by one then.")
        Optional<String> condition,
    @Description(
            "Table that keeps the commit tokens of appends; it is created if it is missing. With"
                + " it, a repeated append is recognised, and the platform repeats one that failed.")
        Optional<String> commitTable,
    @Description("Array columns that are written as sets instead of lists.") List<String> sets,
    @Description(
            "Attribute by which DynamoDB expires items, seconds since 1970. A TIMESTAMP column of"
                + " this name is written as such; a table that is created gets it.")
        Optional<String> ttlAttribute,
    @Description("Lifetime of rows whose ttlAttribute is missing or NULL.")
        Optional<Duration> ttlAfter,
    @Description("Column that is the partition key of the table when it is created.")
        Optional<String> partitionKey,
    @Description("Column that is the sort key of the table when it is created.")
        Optional<String> sortKey,
    @Description(
            "Provisioned read capacity units of the table when it is created; on demand without."
                + " Together with writeCapacity.")
        Optional<Long> readCapacity,
    @Description("Provisioned write capacity units, the counterpart of readCapacity.")
        Optional<Long> writeCapacity,
    @Description(
            "How long a request is repeated, with growing pauses, when DynamoDB throttles it or"
                + " cannot be reached. Progress starts the time anew.")
        @Default("30s")
        Duration retryFor,
    @Description("How long to wait for a connection, and for its answer.") @Default("10s")
        Duration requestTimeout) {

  /** What an upsert does with an item that is there. */
  public enum UpsertBy {
    @Description("Sets the columns of the row, keeps other attributes. One request per row.")
    UPDATE,
    @Description("Replaces the item. 25 rows per request.")
    PUT
  }

  /**
   * @throws IllegalArgumentException with all that is wrong
   */
  public DynamoDbConfig {
    sets = List.copyOf(sets);
    List<String> problems = new ArrayList<>();
    if (accessKeyId.isPresent() != secretAccessKey.isPresent()) {
      problems.add("give accessKeyId and secretAccessKey together");
    }
    if (sessionToken.isPresent() && accessKeyId.isEmpty()) {
      problems.add("sessionToken needs accessKeyId and secretAccessKey");
    }
    if (profile.isPresent() && accessKeyId.isPresent()) {
      problems.add("give at most one of profile and accessKeyId");
    }
    if (readCapacity.isPresent() != writeCapacity.isPresent()) {
      problems.add("give readCapacity and writeCapacity together");
    }
    if (sortKey.isPresent() && partitionKey.isEmpty()) {
      problems.add("sortKey needs partitionKey");
    }
    if (ttlAfter.isPresent() && ttlAttribute.isEmpty()) {
      problems.add("ttlAfter needs ttlAttribute");
    }
    endpoint.filter(url -> !isUrl(url)).ifPresent(url -> problems.add(badEndpoint(url)));
    positive("segments", segments, problems);
    positive("readUnits", readUnits, problems);
    positive("writeUnits", writeUnits, problems);
    share("read", readFraction, readUnits, problems);
    share("write", writeFraction, writeUnits, problems);
    positive("readCapacity", readCapacity, problems);
    positive("writeCapacity", writeCapacity, problems);
    positive("ttlAfter", ttlAfter.map(Duration::toSeconds), problems);
    positive("requestTimeout", Optional.of(requestTimeout.toMillis()), problems);
    if (retryFor.isNegative()) {
      problems.add("retryFor must not be negative: " + retryFor);
    }
    schema.flatMap(DynamoDbConfig::schemaProblem).ifPresent(problems::add);
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("; ", problems));
    }
  }

  Optional<StructType> declaredSchema() {
    return schema.map(StructType::fromDDL);
  }

  /** How messages name the table. */
  String label() {
    return "DynamoDB table '" + table + "'";
  }

  private static void positive(
      String option, Optional<? extends Number> value, List<String> problems) {
    value
        .filter(number -> number.longValue() < 1)
        .ifPresent(number -> problems.add(option + " must be at least 1, got " + number));
  }

  private static void share(
      String what, Optional<Double> fraction, Optional<Integer> units, List<String> problems) {
    fraction
        .filter(share -> !(share > 0 && share <= 1))
        .ifPresent(
            share -> problems.add(what + "Fraction must be above 0 and at most 1, got " + share));
    if (fraction.isPresent() && units.isPresent()) {
      problems.add("give at most one of %sUnits and %sFraction".formatted(what, what));
    }
  }

  private static boolean isUrl(String url) {
    try {
      URI uri = URI.create(url);
      return uri.getHost() != null
          && uri.getUserInfo() == null
          && List.of("http", "https").contains(uri.getScheme());
    } catch (IllegalArgumentException notUri) {
      return false;
    }
  }

  /** Credentials may have been written into the URL: they must not be repeated. */
  private static String badEndpoint(String url) {
    return "endpoint must be http://HOST:PORT or https://HOST"
        + (url.contains("@") ? " without user and password" : ", got '" + url + "'");
  }

  private static Optional<String> schemaProblem(String ddl) {
    try {
      return StructType.fromDDL(ddl).isEmpty()
          ? Optional.of("schema must have a column")
          : Optional.empty();
    } catch (Exception e) {
      // Spark's parser throws checked exceptions undeclared; the first line says what is wrong.
      String reason = String.valueOf(e.getMessage()).strip().lines().findFirst().orElse("");
      return Optional.of("schema is no valid DDL: " + reason);
    }
  }
}
