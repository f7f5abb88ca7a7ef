package io.standpipe.storage;

import io.standpipe.config.InvalidRequestException;
import io.standpipe.config.Problems;
import io.standpipe.config.RecordBinder;
import io.standpipe.config.StorageSection;
import io.standpipe.config.Suggestions;
import io.standpipe.plugin.ContextClassLoader;
import io.standpipe.spi.Connector;
import io.standpipe.spi.ConnectorContext;
import io.standpipe.spi.ConnectorFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** All configured storages by name, in the order of the configuration. */
public final class Storages implements AutoCloseable {
  private final Map<String, Storage> byName;

  /**
   * The connectors that storages can use.
   *
   * @param factories by type, those that were loaded
   * @param installed all types that a plug-in offers, loaded or not
   * @param refusals why a type that somebody asks for is not there, if that is known
   * @param loader the class loader that sees all plug-ins
   */
  public record Connectors(
      Map<String, ConnectorFactory<?>> factories,
      Set<String> installed,
      Function<String, Optional<String>> refusals,
      ClassLoader loader) {}

  private Storages(Map<String, Storage> byName) {
    this.byName = byName;
  }

  /**
   * Binds the storage sections. Everything that is wrong goes to {@code problems}; a storage with
   * problems is left out.
   *
   * @param connectors what there is to bind them to
   * @param binder binds their options; knows the secrets
   */
  public static Storages bind(
      List<StorageSection> sections,
      Connectors connectors,
      RecordBinder binder,
      Problems problems) {
    Map<String, Storage> storages = new LinkedHashMap<>();
    ClassLoader loader = connectors.loader();
    for (StorageSection section : sections) {
      ConnectorFactory<?> factory = connectors.factories().get(section.connector());
      if (factory == null) {
        problems.add(section.position(), missing(section, connectors));
      } else {
        ContextClassLoader.call(loader, () -> bind(section, factory, binder, loader, problems))
            .ifPresent(storage -> storages.put(storage.name(), storage));
      }
    }
    return new Storages(storages);
  }

  private static <C extends Record> Optional<Storage> bind(
      StorageSection section,
      ConnectorFactory<C> factory,
      RecordBinder binder,
      ClassLoader loader,
      Problems problems) {
    Optional<C> config = binder.bind(factory.configType(), section.options(), problems);
    if (config.isEmpty()) {
      return Optional.empty();
    }
    try {
      Connector connector =
          factory.create(new ConnectorContext(section.name(), factory.type()), config.get());
      return Optional.of(
          new Storage(
              section.name(),
              factory.type(),
              connector,
              factory.errorClassifier(),
              loader,
              binder.redactor()::redact));
    } catch (RuntimeException | LinkageError e) {
      problems.add(
          section.position(),
          "storage '"
              + section.name()
              + "' ("
              + factory.type()
              + "): the connector cannot be made: "
              + e);
      return Optional.empty();
    }
  }

  private static String missing(StorageSection section, Connectors connectors) {
    String start =
        "storage '" + section.name() + "': no connector of type '" + section.connector() + "'";
    Set<String> types = new TreeSet<>(connectors.factories().keySet());
    types.addAll(connectors.installed());
    return connectors
        .refusals()
        .apply(section.connector())
        .map(why -> start + ": " + why)
        .orElseGet(
            () ->
                start
                    + ". "
                    + Suggestions.sentence(section.connector(), types, "types")
                    + " A plug-in's JAR goes into the plugins folder.");
  }

  /** The storage with this name. */
  public Optional<Storage> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /**
   * The storage with this name.
   *
   * @throws InvalidRequestException if there is none; names the nearest
   */
  public Storage require(String name) {
    return find(name).orElseThrow(() -> new InvalidRequestException(unknown(name)));
  }

  /** What is said of a storage that is not there. */
  public String unknown(String name) {
    return "no storage '" + name + "'. " + Suggestions.sentence(name, byName.keySet(), "storages");
  }

  /** All of them. */
  public List<Storage> all() {
    return List.copyOf(byName.values());
  }

  /** Closes every storage; the first failure is thrown after all were tried. */
  @Override
  public void close() {
    RuntimeException first = null;
    for (Storage storage : byName.values()) {
      try {
        storage.close();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    if (first != null) {
      throw first;
    }
  }
}
