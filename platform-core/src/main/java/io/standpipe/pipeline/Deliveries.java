package io.standpipe.pipeline;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * What a pipeline says of who delivers to a step with a factory, and to whom that delivers.
 *
 * @param taken the names of the steps that deliver, by the {@linkplain
 *     io.standpipe.factory.Need#member() member} of the factory that gets the value; for all other
 *     members holds what the class says
 * @param consumers the names of the only steps that get what the factory makes; empty for all
 */
public record Deliveries(Map<String, String> taken, Set<String> consumers) {
  /** As the classes say. */
  public static final Deliveries DEFAULTS = new Deliveries(Map.of(), Set.of());

  public Deliveries {
    Objects.requireNonNull(taken, "taken");
    taken = Collections.unmodifiableMap(new LinkedHashMap<>(taken));
    consumers = Set.copyOf(consumers);
  }

  /** The same with a step that delivers for a member. */
  public Deliveries taking(String member, String step) {
    Map<String, String> more = new LinkedHashMap<>(taken);
    more.put(Objects.requireNonNull(member, "member"), Objects.requireNonNull(step, "step"));
    return new Deliveries(more, consumers);
  }

  /** The same for these steps only. */
  public Deliveries onlyFor(Set<String> steps) {
    return new Deliveries(taken, steps);
  }
}
