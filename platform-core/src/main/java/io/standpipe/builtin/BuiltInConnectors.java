package io.standpipe.builtin;

import io.standpipe.spi.ConnectorFactory;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The connectors that need no plug-in. */
public final class BuiltInConnectors {

  private BuiltInConnectors() {}

  /** One factory for each: {@code file} and {@code sql}. Cheap, and starts no part of Spark. */
  public static List<ConnectorFactory<?>> factories() {
    return List.of(new FileFactory(), new SqlFactory());
  }

  /** The types of the factories. */
  public static Set<String> types() {
    return factories().stream().map(ConnectorFactory::type).collect(Collectors.toSet());
  }
}
