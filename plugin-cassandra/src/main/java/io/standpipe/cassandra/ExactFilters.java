package io.standpipe.cassandra;

import com.datastax.oss.driver.api.core.ProtocolVersion;
import com.datastax.spark.connector.cql.ColumnDef;
import com.datastax.spark.connector.cql.TableDef;
import com.datastax.spark.connector.types.ColumnType;
import com.datastax.spark.connector.types.DecimalType$;
import com.datastax.spark.connector.types.InetType$;
import com.datastax.spark.connector.types.TimeUUIDType$;
import com.datastax.spark.connector.types.TimestampType$;
import com.datastax.spark.connector.types.UUIDType$;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.cassandra.AnalyzedPredicates;
import org.apache.spark.sql.cassandra.BasicCassandraPredicatePushDown;
import org.apache.spark.sql.cassandra.CassandraPredicateRules;
import org.apache.spark.sql.cassandra.InClausePredicateRules;
import org.apache.spark.sql.cassandra.PredicateOps;
import org.apache.spark.sql.sources.And;
import org.apache.spark.sql.sources.EqualTo;
import org.apache.spark.sql.sources.Filter;
import org.apache.spark.sql.sources.GreaterThan;
import org.apache.spark.sql.sources.GreaterThanOrEqual;
import org.apache.spark.sql.sources.In;
import org.apache.spark.sql.sources.LessThan;
import org.apache.spark.sql.sources.LessThanOrEqual;
import scala.collection.JavaConverters;

/**
 * Leaves only those conditions to Cassandra that mean the same there as in Spark, so that an answer
 * does not depend on who applies them. Cassandra compares UUIDs and addresses as bytes, Spark as
 * text; Cassandra knows timestamps to the millisecond; in a partition key it tells decimals apart
 * by their zeros at the end.
 *
 * <p>The Spark Cassandra Connector makes one by name, hence public.
 */
public final class ExactFilters implements CassandraPredicateRules {

  /** What a condition on one column compares it with. */
  private record Comparison(String column, List<Object> values, boolean equality) {}

  @Override
  public AnalyzedPredicates apply(AnalyzedPredicates given, TableDef table, SparkConf conf) {
    Set<Filter> exact = new HashSet<>(JavaConverters.setAsJavaSet(given.handledByCassandra()));
    exact.addAll(JavaConverters.setAsJavaSet(given.handledBySpark()));
    Set<Filter> others = new HashSet<>(exact);
    exact.removeIf(filter -> !isExact(filter, table));
    others.removeAll(exact);
    if (others.isEmpty()) {
      return given;
    }
    // What Cassandra takes of the rest depends on all of it: of a partition key, all or nothing.
    BasicCassandraPredicatePushDown<Filter> pushDown =
        new BasicCassandraPredicatePushDown<>(
            scala(exact), table, ProtocolVersion.DEFAULT, PredicateOps.FilterOps$.MODULE$);
    AnalyzedPredicates divided =
        InClausePredicateRules.apply(
            new AnalyzedPredicates(
                pushDown.predicatesToPushDown(), pushDown.predicatesToPreserve()),
            table,
            conf);
    Set<Filter> left = new HashSet<>(JavaConverters.setAsJavaSet(divided.handledBySpark()));
    // Later rules take a condition on one column for theirs, whoever is to apply it.
    others.forEach(filter -> left.add(new And(filter, filter)));
    return new AnalyzedPredicates(divided.handledByCassandra(), scala(left));
  }

  private static scala.collection.immutable.Set<Filter> scala(Collection<Filter> filters) {
    return JavaConverters.collectionAsScalaIterable(filters).toSet();
  }

  private static boolean isExact(Filter filter, TableDef table) {
    return comparison(filter)
        .filter(comparison -> table.columnByName().contains(comparison.column))
        .allMatch(comparison -> isExact(comparison, table.columnByName().apply(comparison.column)));
  }

  private static boolean isExact(Comparison comparison, ColumnDef column) {
    ColumnType<?> type = column.columnType();
    if (type.equals(UUIDType$.MODULE$) || type.equals(TimeUUIDType$.MODULE$)) {
      return comparison.equality && comparison.values.stream().allMatch(ExactFilters::isUuid);
    } else if (type.equals(TimestampType$.MODULE$)) {
      return comparison.values.stream().allMatch(ExactFilters::isWholeMillisecond);
    }
    return !type.equals(InetType$.MODULE$) && !type.equals(DecimalType$.MODULE$);
  }

  /** Whether it is one as reads spell it. */
  private static boolean isUuid(Object value) {
    try {
      return UUID.fromString(String.valueOf(value)).toString().equals(value);
    } catch (IllegalArgumentException notOne) {
      return false;
    }
  }

  private static boolean isWholeMillisecond(Object value) {
    return value instanceof Timestamp time && time.getNanos() % 1_000_000 == 0
        || value instanceof Instant instant && instant.getNano() % 1_000_000 == 0;
  }

  /** Empty for conditions that nobody leaves to Cassandra. */
  private static Stream<Comparison> comparison(Filter filter) {
    if (filter instanceof EqualTo equal) {
      return Stream.of(new Comparison(equal.attribute(), List.of(equal.value()), true));
    } else if (filter instanceof In in) {
      return Stream.of(new Comparison(in.attribute(), Arrays.asList(in.values()), true));
    } else if (filter instanceof LessThan less) {
      return Stream.of(new Comparison(less.attribute(), List.of(less.value()), false));
    } else if (filter instanceof LessThanOrEqual less) {
      return Stream.of(new Comparison(less.attribute(), List.of(less.value()), false));
    } else if (filter instanceof GreaterThan greater) {
      return Stream.of(new Comparison(greater.attribute(), List.of(greater.value()), false));
    } else if (filter instanceof GreaterThanOrEqual greater) {
      return Stream.of(new Comparison(greater.attribute(), List.of(greater.value()), false));
    }
    return Stream.empty();
  }
}
