package io.standpipe.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DynamoDbConfigTest {

  @Test
  void options_thatContradict_areReportedTogether() {
    assertThatThrownBy(
            () ->
                Configs.fresh()
                    .endpoint("localhost:8000")
                    .keys("A", null)
                    .capacity(5L, null)
                    .segments(0)
                    .readUnits(5)
                    .fractions(0.5, 1.5)
                    .schema("id STRIN")
                    .retryFor(Duration.ofSeconds(-1))
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("give accessKeyId and secretAccessKey together")
        .hasMessageContaining(
            "endpoint must be http://HOST:PORT or https://HOST, got 'localhost:8000'")
        .hasMessageContaining("give readCapacity and writeCapacity together")
        .hasMessageContaining("give at most one of readUnits and readFraction")
        .hasMessageContaining("writeFraction must be above 0 and at most 1, got 1.5")
        .hasMessageContaining("segments must be at least 1, got 0")
        .hasMessageContaining("schema is no valid DDL")
        .hasMessageContaining("retryFor must not be negative");
  }

  @Test
  void endpoint_withPassword_isRefusedWithoutRepeatingIt() {
    assertThatThrownBy(() -> Configs.fresh().endpoint("http://user:hunter2@host").build())
        .hasMessage("endpoint must be http://HOST:PORT or https://HOST without user and password");
  }

  @Test
  void secret_isInNoText() {
    DynamoDbConfig config = Configs.fresh().build();
    assertThat(config + " " + Access.of(config)).doesNotContain(Configs.SECRET);
  }

  @Test
  void sortKeyAndTtl_withoutTheirCounterparts_areRefused() {
    assertThatThrownBy(() -> Configs.fresh().partitionKey(null).sortKey("s").profile("p").build())
        .hasMessage("give at most one of profile and accessKeyId; sortKey needs partitionKey");
  }
}
