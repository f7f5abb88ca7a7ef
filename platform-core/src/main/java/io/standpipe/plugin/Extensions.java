package io.standpipe.plugin;

import io.standpipe.plugin.PluginFailure.Thrown;
import io.standpipe.spi.Connector;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.SecretProvider;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Makes the extensions of one plug-in, one by one, and checks that each is what the manifest
 * promises. What is wrong with one of them does not touch the others.
 */
final class Extensions {

  private final PluginJar jar;
  private final PluginClassLoader loader;
  private final List<ConnectorFactory<?>> factories = new ArrayList<>();
  private final List<SecretProvider> secretProviders = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();
  private final Set<String> types = new HashSet<>();
  private final Set<String> schemes = new HashSet<>();

  private Extensions(PluginJar jar, PluginClassLoader loader) {
    this.jar = jar;
    this.loader = loader;
  }

  /** The thread context class loader must be {@code loader}. */
  static Extensions make(PluginJar jar, PluginClassLoader loader, List<String> classNames) {
    Extensions extensions = new Extensions(jar, loader);
    for (String className : classNames) {
      try {
        extensions.make(className);
      } catch (Thrown e) {
        extensions.findings.add(e.finding("its extension " + className + " cannot be made", jar));
      }
    }
    if (extensions.findings.isEmpty()) {
      extensions.checkPromises();
    }
    return extensions;
  }

  List<Finding> findings() {
    return findings;
  }

  LoadedPlugin loaded() {
    return new LoadedPlugin(jar, loader, factories, secretProviders);
  }

  private void make(String className) throws Thrown {
    Class<?> type = PluginFailure.guard(() -> Class.forName(className, false, loader));
    if (type.getClassLoader() != loader && loader.order() == PluginClassLoader.Order.PLUGIN_FIRST) {
      find(
          "its extension " + className + " is not loaded from the JAR but from the platform",
          "Put the class into a package of your own; the platform's class of this name wins.");
      return;
    }
    boolean factory = ConnectorFactory.class.isAssignableFrom(type);
    if (!factory && !SecretProvider.class.isAssignableFrom(type)) {
      find(
          "its extension " + className + " is neither a ConnectorFactory nor a SecretProvider",
          "Implement one of the two, or remove its @Extension annotation.");
      return;
    }
    if (!hasPublicConstructor(type)) {
      find(
          "its extension "
              + className
              + " has no public constructor without parameters, or is not a public class",
          "Make the class and this constructor public.");
      return;
    }
    Object extension = PluginFailure.guard(() -> type.getConstructor().newInstance());
    if (factory) {
      add((ConnectorFactory<?>) extension);
    } else {
      add((SecretProvider) extension);
    }
  }

  private static boolean hasPublicConstructor(Class<?> type) throws Thrown {
    if (!Modifier.isPublic(type.getModifiers()) || Modifier.isAbstract(type.getModifiers())) {
      return false;
    }
    return PluginFailure.guard(
        () ->
            Arrays.stream(type.getConstructors())
                .anyMatch(constructor -> constructor.getParameterCount() == 0));
  }

  private void add(ConnectorFactory<?> factory) throws Thrown {
    String name = factory.getClass().getName();
    String type = PluginFailure.guard(factory::type);
    Class<?> configType = PluginFailure.guard(factory::configType);
    Class<?> connectorType = PluginFailure.guard(factory::connectorType);
    PluginFailure.guard(() -> Objects.requireNonNull(factory.description(), "description()"));
    if (type == null || !jar.connectors().contains(type)) {
      find(
          "its factory "
              + name
              + " makes the connector type '"
              + type
              + "', its manifest's Standpipe-Connectors says '"
              + String.join(",", jar.connectors())
              + "'",
          "Write the same type in both.");
    } else if (types.contains(type)) {
      find(
          "its factory " + name + " makes the connector type '" + type + "' a second time",
          "Let one factory make each type.");
    } else if (configType == null || !configType.isRecord()) {
      find(
          "its factory " + name + " has the configType " + nameOf(configType) + ", not a record",
          "Let configType() return a record.");
    } else if (connectorType == null || !Connector.class.isAssignableFrom(connectorType)) {
      find(
          "its factory "
              + name
              + " has the connectorType "
              + nameOf(connectorType)
              + ", which does not implement Connector",
          "Let connectorType() return the class that create(...) makes.");
    } else {
      types.add(type);
      factories.add(factory);
    }
  }

  private void add(SecretProvider provider) throws Thrown {
    String name = provider.getClass().getName();
    String scheme = PluginFailure.guard(provider::scheme);
    if (scheme == null || !jar.secretSchemes().contains(scheme)) {
      find(
          "its secret provider "
              + name
              + " serves the scheme '"
              + scheme
              + "', its manifest's Standpipe-Secrets says '"
              + String.join(",", jar.secretSchemes())
              + "'",
          "Write the same scheme in both.");
    } else if (schemes.contains(scheme)) {
      find(
          "its secret provider " + name + " serves the scheme '" + scheme + "' a second time",
          "Let one provider serve each scheme.");
    } else {
      schemes.add(scheme);
      secretProviders.add(provider);
    }
  }

  private void checkPromises() {
    for (String type : jar.connectors()) {
      if (!types.contains(type)) {
        find(
            "its manifest names the connector type '" + type + "', but no extension makes it",
            "Add the factory with @org.pf4j.Extension, or take the type out of"
                + " Standpipe-Connectors.");
      }
    }
    for (String scheme : jar.secretSchemes()) {
      if (!schemes.contains(scheme)) {
        find(
            "its manifest names the secret scheme '" + scheme + "', but no extension serves it",
            "Add the provider with @org.pf4j.Extension, or take the scheme out of"
                + " Standpipe-Secrets.");
      }
    }
  }

  private static String nameOf(Class<?> type) {
    return type == null ? "null" : type.getName();
  }

  private void find(String cause, String remedy) {
    findings.add(new Finding(cause, remedy));
  }
}
