package io.standpipe.pipeline;

import io.standpipe.spi.DataSize;
import io.standpipe.spi.Location;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Tells whether a step, or one that its rows come from, was changed between two processes. */
final class Fingerprint {
  private Fingerprint() {}

  /** The same in every process as long as nothing was changed. */
  static String of(Graph graph, Plan.Node node) {
    StringBuilder text = new StringBuilder();
    for (Plan.Node each : graph.upToWithFallbacks(node)) {
      text.append(PlanPrinter.json(each));
      each.step().settings().fallback().ifPresent(it -> text.append(text(it.value())));
      if (each.step() instanceof Step.Make make) {
        text.append(text(make.factory().parameters()));
      }
    }
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** A value without what differs from process to process, such as the order of a set. */
  private static String text(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.map(Fingerprint::text).orElse("none");
    } else if (value instanceof Map<?, ?> map) {
      return sorted(
          map.entrySet().stream()
              .map(entry -> text(entry.getKey()) + "=" + text(entry.getValue())));
    } else if (value instanceof Set<?> set) {
      return sorted(set.stream().map(Fingerprint::text));
    } else if (value instanceof Collection<?> list) {
      return list.stream().map(Fingerprint::text).toList().toString();
    } else if (value != null && value.getClass().isArray()) {
      return IntStream.range(0, Array.getLength(value))
          .mapToObj(i -> text(Array.get(value, i)))
          .toList()
          .toString();
    } else if (hasText(value)) {
      return String.valueOf(value);
    } else if (value instanceof Record parameters) {
      return Arrays.stream(value.getClass().getRecordComponents())
          .map(component -> component.getName() + ":" + text(component(parameters, component)))
          .toList()
          .toString();
    }
    if (value.getClass().isHidden()) {
      return "code"; // a lambda has another name in each process
    }
    return value.getClass().getName(); // secrets, and what has no text of its own
  }

  private static boolean hasText(Object value) {
    return value == null
        || value instanceof CharSequence
        || value instanceof Number
        || value instanceof Boolean
        || value instanceof Character
        || value instanceof Enum
        || value instanceof TemporalAccessor
        || value instanceof Duration
        || value instanceof UUID
        || value instanceof Location
        || value instanceof DataSize;
  }

  private static String sorted(Stream<String> texts) {
    return texts.sorted().collect(Collectors.joining(",", "{", "}"));
  }

  private static Object component(Record parameters, RecordComponent component) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(parameters);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + component, e);
    }
  }
}
