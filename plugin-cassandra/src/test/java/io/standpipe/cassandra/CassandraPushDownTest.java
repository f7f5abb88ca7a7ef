package io.standpipe.cassandra;

import static io.standpipe.cassandra.Fixture.cql;
import static io.standpipe.cassandra.Fixture.session;
import static io.standpipe.cassandra.Fixture.sorted;
import static io.standpipe.cassandra.Fixture.storage;
import static io.standpipe.cassandra.Fixture.table;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** A condition has the answer that it has in Spark, whoever applies it. */
class CassandraPushDownTest {
  private static final String FIRST = "0fffffff-1111-1111-8111-111111111111";
  private static final String SECOND = "f0000000-1111-1111-8111-111111111110";

  private static Dataset<Row> read(String table) {
    return storage(table).connector().read(session());
  }

  /** Compares with the same condition on rows that Spark has already. */
  private static void requireSameAsSpark(String table, List<String> conditions) {
    Dataset<Row> held =
        session().createDataFrame(read(table).collectAsList(), read(table).schema());
    for (String condition : conditions) {
      assertThat(sorted(read(table).where(condition)))
          .as(condition)
          .isEqualTo(sorted(held.where(condition)));
    }
  }

  private static boolean isPushedDown(String table, String condition) {
    return !read(table)
        .where(condition)
        .queryExecution()
        .toString()
        .contains("Cassandra Filters: []");
  }

  @Test
  void timestamps_belowTheMillisecond_areComparedBySpark() {
    String table = table("k int, at timestamp, PRIMARY KEY (k, at)");
    cql("INSERT INTO test." + table + " (k, at) VALUES (1, '2024-01-01T00:00:00.123Z')");
    cql("INSERT INTO test." + table + " (k, at) VALUES (1, '2024-01-01T00:00:00.124Z')");
    requireSameAsSpark(
        table,
        List.of(
            "k = 1 AND at = TIMESTAMP '2024-01-01 00:00:00.123456'",
            "k = 1 AND at >= TIMESTAMP '2024-01-01 00:00:00.123456'",
            "k = 1 AND at < TIMESTAMP '2024-01-01 00:00:00.123456'",
            "k = 1 AND at IN (TIMESTAMP '2024-01-01 00:00:00.123456', NULL)",
            "k = 1 AND at = TIMESTAMP '2024-01-01 00:00:00.123'"));
    assertThat(read(table).where("k = 1 AND at >= TIMESTAMP '2024-01-01 00:00:00.123'").count())
        .isEqualTo(2);
    assertThat(
            read(table)
                .where("k = 1 AND at >= TIMESTAMP '2024-01-01 00:00:00.123'")
                .queryExecution()
                .toString())
        .contains("Cassandra Filters: [[\"k\" = ?, 1],[\"at\" >= ?, 2024-01-01 00:00:00.123]]");
  }

  @Test
  void uuids_areFoundByCassandraAsReadsSpellThem_andOrderedAsText() {
    String table = table("id uuid PRIMARY KEY");
    String times = table("k int, id timeuuid, PRIMARY KEY (k, id)");
    for (String id : List.of(FIRST, SECOND)) {
      cql("INSERT INTO test." + table + " (id) VALUES (" + id + ")");
      cql("INSERT INTO test." + times + " (k, id) VALUES (1, " + id + ")");
    }
    List<String> conditions =
        List.of(
            "id = '" + FIRST + "'",
            "id = upper('" + FIRST + "')",
            "id IN ('" + FIRST + "', upper('" + SECOND + "'))",
            "id > '" + FIRST + "'",
            "id < 'ff'",
            "id = 'x'");
    requireSameAsSpark(table, conditions);
    requireSameAsSpark(times, conditions);
    requireSameAsSpark(times, conditions.stream().map(it -> "k = 1 AND " + it).toList());
    assertThat(isPushedDown(table, conditions.get(0))).isTrue();
    assertThat(isPushedDown(table, conditions.get(1))).isFalse();
  }

  @Test
  void addressesAndDecimals_areComparedBySpark() {
    String addresses = table("k int, id inet, PRIMARY KEY (k, id)");
    for (String address : List.of("9.0.0.1", "10.0.0.1", "::1")) {
      cql("INSERT INTO test." + addresses + " (k, id) VALUES (1, '" + address + "')");
    }
    requireSameAsSpark(
        addresses,
        List.of(
            "k = 1 AND id > '10.0.0.1'",
            "k = 1 AND id = '::1'",
            "k = 1 AND id = '0:0:0:0:0:0:0:1'",
            "k = 1 AND id = 'no address'"));

    String decimals = table("a decimal, b int, c int, PRIMARY KEY ((a, b), c)");
    cql("INSERT INTO test." + decimals + " (a, b, c) VALUES (1.5, 1, 1)");
    cql("INSERT INTO test." + decimals + " (a, b, c) VALUES (1.50, 1, 2)");
    requireSameAsSpark(
        decimals,
        List.of("a = 1.5", "a = 1.5 AND b = 1", "a = 1.5 AND b = 1 AND c > 1", "a IN (1.5, 2)"));
    assertThat(read(decimals).where("a = 1.5 AND b = 1").count()).isEqualTo(2);
  }

  @Test
  void rulesOfTheStorage_areAppliedToo() {
    String table = table("id int PRIMARY KEY");
    cql("INSERT INTO test." + table + " (id) VALUES (1)");
    Dataset<Row> rows =
        storage(table)
            .with(
                "properties",
                java.util.Map.of(
                    "spark.cassandra.sql.pushdown.additionalClasses",
                    "org.apache.spark.sql.cassandra.TimeUUIDPredicateRules"))
            .connector()
            .read(session());
    assertThat(rows.where("id = 1").count()).isEqualTo(1);
  }
}
