package io.standpipe.config;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import javax.validation.constraints.Min;

/**
 * What is done when a storage fails: the section {@code resilience} of the configuration, and of a
 * storage, whose options take precedence.
 */
@Description("What is done when a storage fails.")
public record ResilienceSection(
    @Description("How what failed is repeated.") @Default("{}") RetrySection retry,
    @Description("When a storage that keeps failing is left alone for a while.") @Default("{}")
        BreakerSection breaker,
    @Description("How many steps may use the storage at the same time.") @Default("16") @Min(1)
        int concurrency) {}
