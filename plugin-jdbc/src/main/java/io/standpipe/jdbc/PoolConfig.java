package io.standpipe.jdbc;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import java.io.Serializable;
import java.time.Duration;
import java.util.Map;
import javax.validation.constraints.Min;

/** How connections are kept open for their next use. */
public record PoolConfig(
    @Description("Most idle connections that a process keeps; 0 keeps none.") @Default("8") @Min(0)
        int size,
    @Description("How long an idle connection is kept.") @Default("10s") Duration idleTime,
    @Description("Age from which a connection is not used again.") @Default("30m")
        Duration maxLifetime)
    implements Serializable {

  public PoolConfig {
    Map.of("pool.idleTime", idleTime, "pool.maxLifetime", maxLifetime)
        .forEach(
            (name, time) -> {
              if (time.isNegative() || time.isZero()) {
                throw new IllegalArgumentException(name + " must be longer than 0, got " + time);
              }
            });
  }

  /** The same, keeping no connection. */
  PoolConfig keepingNone() {
    return new PoolConfig(0, idleTime, maxLifetime);
  }
}
