package io.standpipe.config;

import io.standpipe.config.ConfigNode.Mapping;
import java.lang.reflect.Type;
import java.util.Optional;

/**
 * Makes configuration records from YAML. Everything that is wrong is reported, nested options
 * included: unknown keys with the nearest known one, wrong types, missing values, broken
 * constraints, and what a record's own constructor objects to ({@link IllegalArgumentException}).
 *
 * <pre>{@code
 * record Endpoint(
 *     @Description("Where the service listens.") @NotBlank String host,
 *     @Default("443") @Min(1) @Max(65535) int port,
 *     @Default("10s") Duration timeout,
 *     Optional<Secret> token) {}
 *
 * Optional<Endpoint> endpoint = new RecordBinder(redactor).bind(Endpoint.class, node, problems);
 * }</pre>
 *
 * <p>Components may be text, numbers, {@code boolean}, {@code Duration}, {@code Instant}, {@code
 * DataSize}, {@code Secret}, {@code Location}, enums, records, and {@code List}, {@code Map} by
 * text and {@code Optional} of these; a {@link ConfigNode} takes any YAML, a {@link SourcePosition}
 * is told where the mapping stands. A component is required unless it has a {@code @Default}, is
 * {@code Optional}, or is a list or map that may be empty.
 *
 * <p>Thread-safe.
 */
public final class RecordBinder {
  private final Redactor redactor;

  /** Registers the values of {@code Secret} options, and takes secrets out of messages. */
  public RecordBinder(Redactor redactor) {
    this.redactor = redactor;
  }

  /** Knows the secrets of what was bound. */
  public Redactor redactor() {
    return redactor;
  }

  /**
   * Binds a mapping.
   *
   * @return empty if a problem was added
   * @throws IllegalStateException if the record is wrong: a type or constraint that is not
   *     supported, a default that does not fit
   */
  public <T extends Record> Optional<T> bind(Class<T> type, Mapping node, Problems problems) {
    return new Binding(redactor, problems).record(RecordModel.of(type), node).map(type::cast);
  }

  /**
   * Binds a value of a type that a component may have.
   *
   * @param label names the value in problems
   * @return empty if a problem was added
   * @throws IllegalArgumentException if no component may have the type
   */
  public Optional<Object> bind(Type type, ConfigNode node, String label, Problems problems) {
    return new Binding(redactor, problems).convert(RecordModel.value(type, label), node, label);
  }
}
