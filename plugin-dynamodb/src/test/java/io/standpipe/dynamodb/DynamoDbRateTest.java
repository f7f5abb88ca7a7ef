package io.standpipe.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.time.Duration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Limits of the capacity units that are used. */
class DynamoDbRateTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final String SCHEMA = "id STRING, a INT, b STRING";

  private static Dataset<Row> rows(int count) {
    return Spark.sql(
        "SELECT CAST(id AS STRING) id, CAST(id AS INT) a, 'b' b FROM RANGE(" + count + ")");
  }

  @Test
  void writeUnits_limitTheRate() {
    DynamoDbConnector connector = Configs.fresh().schema(SCHEMA).writeUnits(50).connector();
    long start = System.nanoTime();
    connector.write(Spark.SESSION, rows(150).coalesce(1), APPEND);
    // What remains unpaid at the end is not waited for.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(2));
  }

  @Test
  void units_areSharedByTheTasksThatRunAtOnce() {
    assertThat(Units.tasksAtOnce(Spark.SESSION)).isEqualTo(2);
    assertThat(Units.ofTask(50, 1, 2)).isEqualTo(50);
    assertThat(Units.ofTask(50, 200, 2)).isEqualTo(25);
    assertThat(Units.ofTask(50, 0, 2)).isEqualTo(50);
  }

  @Test
  void fractions_ofTheProvisionedCapacity_limitTheRate() {
    Configs configs = Configs.fresh().schema(SCHEMA).capacity(100L, 200L).fractions(0.1, 0.5);
    DynamoDbConnector connector = configs.connector();
    long start = System.nanoTime();
    connector.write(Spark.SESSION, rows(150).coalesce(1), APPEND);
    // As with 100 write units.
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(1));
    TableInfo table;
    try (Calls calls = Access.of(configs.build()).open()) {
      table = TableInfo.require(calls, configs.build().table());
    }
    assertThat(Units.ofRead(configs.build(), table.primary())).isEqualTo(10);
  }

  @Test
  void fractions_ofATableOnDemand_areRefused() {
    Configs configs = Configs.fresh().schema(SCHEMA).fractions(0.5, 0.5);
    assertThatThrownBy(() -> configs.connector().write(Spark.SESSION, rows(1), APPEND))
        .isInstanceOf(Refusal.class)
        .hasMessage(
            "cannot use 'writeFraction' for DynamoDB table '%s': its capacity is on demand. Set"
                + " 'writeUnits' instead.",
            configs.build().table());
    assertThatThrownBy(() -> configs.connector().read(Spark.SESSION).count())
        .hasMessage(
            "cannot use 'readFraction' for DynamoDB table '%s': its capacity is on demand. Set"
                + " 'readUnits' instead.",
            configs.build().table());
  }
}
