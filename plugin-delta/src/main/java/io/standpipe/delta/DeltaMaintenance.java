package io.standpipe.delta;

import io.delta.tables.DeltaOptimizeBuilder;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Vacuum and optimize. */
final class DeltaMaintenance {
  static final String VACUUM = "vacuum";
  static final String OPTIMIZE = "optimize";

  private static final Map<String, Set<String>> OPTIONS =
      Map.of(VACUUM, Set.of("retention", "dryRun"), OPTIMIZE, Set.of("zOrderBy", "where"));
  private static final Pattern SHORT_DURATION = Pattern.compile("(\\d+)\\s*(s|m|h|d)");

  private static final String LISTING_TASKS =
      "spark.sql.sources.parallelPartitionDiscovery.parallelism";
  private static final int TASKS_PER_CORE = 4;

  private final TableAddress address;
  private final SparkSession session;

  DeltaMaintenance(TableAddress address, SparkSession session) {
    this.address = address;
    this.session = session;
  }

  static Set<String> operations() {
    return OPTIONS.keySet();
  }

  @SuppressWarnings("CatchingUnchecked")
  Dataset<Row> run(String operation, Map<String, String> options) {
    requireKnown(operation, options);
    address.require(session);
    try {
      return operation.equals(VACUUM) ? vacuum(options) : optimize(options);
    } catch (Exception e) {
      // Scala declares no checked exceptions.
      throw Problem.of(operation + " " + address.label(), e);
    }
  }

  private void requireKnown(String operation, Map<String, String> options) {
    if (!OPTIONS.containsKey(operation)) {
      throw new Problem.Refusal(
          "cannot " + operation + " " + address.label() + ": there is no such operation",
          "Use one of " + new TreeSet<>(operations()) + ".");
    }
    Set<String> known = new TreeSet<>(OPTIONS.get(operation));
    for (String option : options.keySet()) {
      if (!known.contains(option)) {
        throw new Problem.Refusal(
            "cannot " + operation + " " + address.label() + ": unknown option '" + option + "'",
            "Its options are " + known + ".");
      }
    }
  }

  private Dataset<Row> vacuum(Map<String, String> options) {
    StringBuilder sql = new StringBuilder("VACUUM ").append(address.identifier());
    if (options.containsKey("retention")) {
      sql.append(" RETAIN ").append(hours(options.get("retention"))).append(" HOURS");
    }
    if (truth(options.getOrDefault("dryRun", "false"))) {
      sql.append(" DRY RUN");
    }
    return listingInFewTasks().sql(sql.toString());
  }

  /**
   * Vacuum lists files with as many tasks as this property says, 10,000 unless it is set, however
   * few files there are.
   */
  private SparkSession listingInFewTasks() {
    SparkSession copy = session.cloneSession();
    int configured = Integer.parseInt(session.conf().get(LISTING_TASKS));
    int enough = TASKS_PER_CORE * session.sparkContext().defaultParallelism();
    copy.conf().set(LISTING_TASKS, Math.min(configured, enough));
    return copy;
  }

  private Dataset<Row> optimize(Map<String, String> options) {
    DeltaOptimizeBuilder optimize = address.handle(session).optimize();
    if (options.containsKey("where")) {
      optimize = optimize.where(options.get("where"));
    }
    if (!options.containsKey("zOrderBy")) {
      return optimize.executeCompaction();
    }
    String[] columns =
        Arrays.stream(options.get("zOrderBy").split(","))
            .map(String::strip)
            .filter(column -> !column.isEmpty())
            .toArray(String[]::new);
    return optimize.executeZOrderBy(columns);
  }

  private static boolean truth(String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new Problem.Refusal(
              "dryRun is neither true nor false: '" + value + "'", "Use true or false.");
    };
  }

  /** Hours with six digits after the point: Delta takes nothing else. */
  private static String hours(String retention) {
    return BigDecimal.valueOf(duration(retention).toMillis())
        .divide(BigDecimal.valueOf(Duration.ofHours(1).toMillis()), 6, RoundingMode.CEILING)
        .stripTrailingZeros()
        .toPlainString();
  }

  private static Duration duration(String text) {
    Matcher matcher = SHORT_DURATION.matcher(text.strip());
    try {
      if (matcher.matches()) {
        long amount = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "h" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        };
      }
      Duration duration = Duration.parse(text.strip());
      if (!duration.isNegative()) {
        return duration;
      }
    } catch (DateTimeParseException | ArithmeticException | NumberFormatException e) {
      // Falls through to the refusal, which says all there is to say.
    }
    throw new Problem.Refusal(
        "retention is no duration: '" + text + "'", "Use for example 168h, 7d or PT168H.");
  }
}
