package io.standpipe.plugin;

import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.SecretProvider;
import java.util.List;

/** A plug-in with its class loader and its extensions. */
record LoadedPlugin(
    PluginJar jar,
    PluginClassLoader loader,
    List<ConnectorFactory<?>> factories,
    List<SecretProvider> secretProviders) {
  LoadedPlugin {
    factories = List.copyOf(factories);
    secretProviders = List.copyOf(secretProviders);
  }
}
