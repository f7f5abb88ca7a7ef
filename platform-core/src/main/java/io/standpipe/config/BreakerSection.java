package io.standpipe.config;

import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import java.time.Duration;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.Positive;

/**
 * When a storage that keeps failing is left alone for a while. Only errors of the storage itself
 * count, not wrong rows, conflicts or refusals.
 */
@Description("When a storage that keeps failing is left alone for a while.")
public record BreakerSection(
    @Description("Whether a storage that keeps failing is left alone for a while.") @Default("true")
        boolean enabled,
    @Description("The calls that count: those of the last so long.") @Default("5m") @Positive
        Duration window,
    @Description("Fewer calls in the window than this prove nothing.") @Default("5") @Min(1)
        int minimumCalls,
    @Description("The part of the calls that must have failed.") @Default("0.5") @Positive @Max(1)
        double failureRate,
    @Description(
            "For how long nobody calls the storage then. Steps wait meanwhile, as long as retry.within allows.")
        @Default("30s")
        @Positive
        Duration openFor,
    @Description("How many calls try afterwards whether it is well again.") @Default("1") @Min(1)
        int probes) {}
