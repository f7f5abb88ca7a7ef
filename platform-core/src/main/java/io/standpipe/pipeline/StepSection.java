package io.standpipe.pipeline;

import io.standpipe.config.ConfigNode;
import io.standpipe.config.StepRetrySection;
import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.validation.constraints.Pattern;

/**
 * A step of a pipeline file: exactly one of read, sql, filter, factory and write, with its rest.
 */
@Description("One step: exactly one of read, sql, filter, factory and write.")
public record StepSection(
    @Description("Read this storage.") Optional<String> read,
    @Description("Query other steps: their names are tables.") Optional<String> sql,
    @Description("Keep the rows of the step in 'from' for which this SQL condition is true.")
        Optional<String> filter,
    @Description("Make a value with this class, which implements io.standpipe.factory.Factory.")
        Optional<String> factory,
    @Description("Write the rows of the step in 'from' to this storage.") Optional<String> write,
    @Description(
            "Name of the step. A read is named after its storage and a write 'write_' and its storage by default.")
        @Pattern(regexp = "[A-Za-z_][A-Za-z0-9_]*")
        Optional<String> as,
    @Description("The step whose rows are filtered or written.") Optional<String> from,
    @Description("For read: the version of the table.") Optional<Long> version,
    @Description(
            "For read: the time at which the wanted version was current, for example 2001-02-03T04:05:06Z.")
        Optional<Instant> timestamp,
    @Description(
            "For read: whether the rows are read as they arrive, by a run that goes on where the last one stopped.")
        @Default("false")
        boolean stream,
    @Description("For factory: the values of the record that its constructor takes.")
        Optional<ConfigNode.Mapping> parameters,
    @Description(
            "For factory: the steps that deliver to its fields, setters and parameters of the constructor, in place of the id in @Delivery.")
        Map<String, String> deliveries,
    @Description("For factory: the steps that get what it makes. By default all that ask for it.")
        List<String> consumers,
    @Description("For factory: the storages that it may read.") List<String> reads,
    @Description("For factory: the storages that it may write.") List<String> writes,
    @Description("For write: what happens to the rows that are there.") Optional<WriteMode> mode,
    @Description("For write with mode upsert or delete: the columns that identify a row.")
        List<String> keys,
    @Description(
            "For write with mode overwrite: replace only the rows for which this SQL condition is true.")
        Optional<String> replaceWhere,
    @Description("For write: what happens when the rows have other columns than the storage.")
        @Default("none")
        SchemaEvolution schemaEvolution,
    @Description(
            "For write of a stream: the folder that keeps how far it has come, its own for each write.")
        Optional<Location> checkpoint,
    @Description(
            "For write of a stream: how often to look for new rows, until the run is stopped. By default those that are there now are written, and the run ends.")
        Optional<Duration> every,
    @Description("For write of a stream: which rows each micro-batch has. By default append.")
        Optional<OutputMode> outputMode,
    @Description(
            "For write of a stream: whether a row may arrive twice after a failure. By default exactlyOnce.")
        Optional<DeliveryGuarantee> delivery,
    @Description("For write of a stream: when to stop by itself. By default never.")
        Optional<Duration> stopAfter,
    @Description("For write: where rows go that are wrong. By default they fail the step.")
        Optional<DeadLetters> deadLetters,
    @Description(
            "What becomes of the run when the step fails for good: fail ends it, skip goes on without the steps that need this one, continue also with those that merely come after it. By default as the pipeline says.")
        Optional<OnFailure> onFailure,
    @Description("What is used instead of the step when it fails for good.")
        Optional<FallbackSection> fallback,
    @Description(
            "What is different about the repeats of the step. The rest is as the storage says that fails.")
        Optional<StepRetrySection> retry) {

  public StepSection {
    keys = List.copyOf(keys);
    deliveries = Collections.unmodifiableMap(new LinkedHashMap<>(deliveries));
    consumers = List.copyOf(consumers);
    reads = List.copyOf(reads);
    writes = List.copyOf(writes);
    List<String> kinds = new ArrayList<>();
    read.ifPresent(value -> kinds.add("read"));
    sql.ifPresent(value -> kinds.add("sql"));
    filter.ifPresent(value -> kinds.add("filter"));
    factory.ifPresent(value -> kinds.add("factory"));
    write.ifPresent(value -> kinds.add("write"));
    if (kinds.size() != 1) {
      throw new IllegalArgumentException(
          "a step has exactly one of read, sql, filter, factory and write; this one has "
              + (kinds.isEmpty() ? "none" : String.join(" and ", kinds)));
    }
    String kind = kinds.get(0);
    require(
        kind.equals("read") || kind.equals("write") || as.isPresent(),
        "a " + kind + " step needs 'as', its name");
    boolean consumes = kind.equals("filter") || kind.equals("write");
    require(
        consumes == from.isPresent(),
        consumes
            ? "a " + kind + " step needs 'from', the step whose rows it takes"
            : "'from' goes with filter and write, not with "
                + kind
                + (kind.equals("sql") ? ": name the step in the query's FROM" : ""));
    boolean makes = kind.equals("factory");
    require(makes || parameters.isEmpty(), "'parameters' goes with factory, not with " + kind);
    require(makes || deliveries.isEmpty(), "'deliveries' goes with factory, not with " + kind);
    require(makes || consumers.isEmpty(), "'consumers' goes with factory, not with " + kind);
    require(
        makes || reads.isEmpty() && writes.isEmpty(),
        "'reads' and 'writes' go with factory, not with " + kind);
    boolean isWrite = kind.equals("write");
    require(
        isWrite == mode.isPresent(),
        isWrite
            ? "a write step needs 'mode': append, overwrite, errorIfExists, ignore, upsert or delete"
            : "'mode' goes with write, not with " + kind);
    require(isWrite || keys.isEmpty(), "'keys' goes with write, not with " + kind);
    require(isWrite || replaceWhere.isEmpty(), "'replaceWhere' goes with write, not with " + kind);
    require(
        isWrite || schemaEvolution == SchemaEvolution.NONE,
        "'schemaEvolution' goes with write, not with " + kind);
    require(
        kind.equals("read") || version.isEmpty() && timestamp.isEmpty(),
        "'version' and 'timestamp' go with read, not with " + kind);
    require(kind.equals("read") || !stream, "'stream' goes with read, not with " + kind);
    require(
        !stream || version.isEmpty() && timestamp.isEmpty(),
        "'version' and 'timestamp' do not go with 'stream'");
    require(isWrite || deadLetters.isEmpty(), "'deadLetters' goes with write, not with " + kind);
    require(
        deadLetters.isEmpty() || checkpoint.isEmpty(),
        "'deadLetters' do not go with writes of a stream. Filter the stream, and write both parts");
    require(isWrite || checkpoint.isEmpty(), "'checkpoint' goes with write, not with " + kind);
    require(
        checkpoint.isPresent()
            || every.isEmpty() && outputMode.isEmpty() && delivery.isEmpty() && stopAfter.isEmpty(),
        "'every', 'outputMode', 'delivery' and 'stopAfter' are for writes of a stream, which need 'checkpoint', the folder that keeps how far the stream has come");
    require(version.isEmpty() || timestamp.isEmpty(), "give 'version' or 'timestamp', not both");
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
