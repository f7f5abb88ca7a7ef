package io.standpipe.hudi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.hudi.HudiConfig.Index;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HudiConfigTest {
  private static final Path PATH = Path.of("/lake/my table");

  @Test
  void config_everythingWrong_isReportedTogether() {
    Configs config =
        Configs.at(PATH)
            .table("a.b")
            .key()
            .partitionBy("p", " ", "P")
            .orderBy("at")
            .index(Index.RECORD_LEVEL)
            .metadataTable(false)
            .schema("id NONSENSE")
            .option("spark.x", "1")
            .option("hoodie.table.name", "t")
            .option("hoodie.write.num.retries.on.conflict.failures", "3")
            .option("hoodie.combine.before.upsert", "true")
            .option("hoodie.parquet.max.file.size", "1");

    assertThatThrownBy(config::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "table must have letters, digits and '_' only, got 'a.b'; partitionBy must not have a"
                + " blank column name; partitionBy names column 'P' twice; orderingFields needs"
                + " recordKey; index recordLevel needs metadataTable true; options must not set"
                + " hoodie.combine.before.upsert: the connector needs its own value to keep its"
                + " guarantees; options must not set hoodie.table.name: use the option table;"
                + " options must not set hoodie.write.num.retries.on.conflict.failures: retries are"
                + " the platform's: set them in resilience; options must be settings of Hudi,"
                + " hoodie.*, got 'spark.x'; schema is no Spark DDL ('id NONSENSE'): ");
  }

  @Test
  void tableName_isGivenOrMadeOfTheFolder() {
    assertThat(Configs.at(PATH).build().tableName()).isEqualTo("my_table");
    assertThat(Configs.at("s3a://b/2024-orders").build().tableName()).isEqualTo("_2024_orders");
    assertThat(Configs.at(PATH).table("orders").build().tableName()).isEqualTo("orders");
  }
}
