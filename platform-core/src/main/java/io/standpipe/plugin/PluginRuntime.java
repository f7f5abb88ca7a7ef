package io.standpipe.plugin;

import io.standpipe.plugin.PluginFailure.Thrown;
import io.standpipe.spi.ConnectorFactory;
import io.standpipe.spi.SecretProvider;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.jar.JarFile;
import org.pf4j.PluginState;
import org.pf4j.PluginWrapper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The plug-ins that are loaded, with their factories, secret providers and class loaders.
 *
 * <p>A plug-in of which nothing can be used is left out altogether: its classes are not in {@link
 * #unionLoader()} either. A plug-in of which one extension works stays, and {@link #problems()}
 * says what does not.
 *
 * <p>Use: load, make {@link #unionLoader()} the context class loader (see {@link
 * ContextClassLoader}), then build the Spark session. Safe for use from several threads.
 */
public final class PluginRuntime implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PluginRuntime.class);

  private final JarByJarPlugins pf4j;
  private final List<LoadedPlugin> plugins = new ArrayList<>();
  private final Map<String, ConnectorFactory<?>> factories = new LinkedHashMap<>();
  private final Map<ConnectorFactory<?>, PluginJar> owners = new IdentityHashMap<>();
  private final List<PluginProblem> problems = new ArrayList<>();
  private final ClassLoader unionLoader;
  private boolean closed;

  private PluginRuntime(
      List<PluginJar> jars,
      List<Path> libraries,
      PlatformVersions versions,
      ClassLoader platform,
      PluginClassLoader.Order order) {
    this.pf4j = new JarByJarPlugins(versions.spi(), platform, order);
    for (PluginJar jar : jars) {
      load(jar).ifPresent(this::add);
    }
    ClassLoader union =
        new UnionClassLoader(platform, plugins.stream().map(LoadedPlugin::loader).toList());
    this.unionLoader = libraries.isEmpty() ? union : libraries(libraries, union);
  }

  /** Like the plug-ins' loaders it stays open, because Spark keeps its classes. */
  private static ClassLoader libraries(List<Path> jars, ClassLoader parent) {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      try {
        urls[i] = jars.get(i).toUri().toURL();
      } catch (MalformedURLException e) {
        throw new IllegalArgumentException("no JAR can be at " + jars.get(i), e);
      }
    }
    return new URLClassLoader("libraries", urls, parent);
  }

  /**
   * Loads plug-ins one by one and makes their extensions. Never throws for what is wrong with a
   * plug-in. A JAR that was loaded in this process before has the same classes again.
   *
   * @param jars what {@link PluginCatalog#jars()} found, or those of them that are needed
   * @param versions the same as for the catalog
   */
  public static PluginRuntime load(List<PluginJar> jars, PlatformVersions versions) {
    return load(jars, List.of(), versions);
  }

  /**
   * As {@link #load(List, PlatformVersions)}, with JARs that are no plug-ins.
   *
   * @param libraries JARs whose classes see those of the plug-ins, and are seen through {@link
   *     #unionLoader()}
   */
  public static PluginRuntime load(
      List<PluginJar> jars, List<Path> libraries, PlatformVersions versions) {
    return new PluginRuntime(
        jars, libraries, versions, application(), PluginClassLoader.Order.PLUGIN_FIRST);
  }

  /**
   * The class loader of the application: ours, or one above it that is the context class loader.
   * spark-submit keeps the JARs of its options in such a one.
   */
  private static ClassLoader application() {
    ClassLoader own = PluginRuntime.class.getClassLoader();
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    for (ClassLoader loader = context; loader != null; loader = loader.getParent()) {
      if (loader == own) {
        return context;
      }
      if (loader instanceof UnionClassLoader || loader instanceof PluginClassLoader) {
        return own;
      }
    }
    return own;
  }

  /**
   * As {@link #load(List, List, PlatformVersions)}, for a Spark session that somebody else made:
   * the classes of a plug-in that the session sees are taken from there, because its tasks use
   * those.
   *
   * @param session the class loader of the session
   */
  public static PluginRuntime loadFrom(
      ClassLoader session, List<PluginJar> jars, List<Path> libraries, PlatformVersions versions) {
    return new PluginRuntime(
        jars, libraries, versions, session, PluginClassLoader.Order.PLATFORM_FIRST);
  }

  /** The connector factories of all plug-ins, in the order of the JARs. */
  public List<ConnectorFactory<?>> factories() {
    return List.copyOf(factories.values());
  }

  /** The connector factories by type. */
  public Map<String, ConnectorFactory<?>> factoriesByType() {
    return Collections.unmodifiableMap(factories);
  }

  /**
   * The plug-in that a factory came from.
   *
   * @throws IllegalArgumentException if it is not one of {@link #factories()}
   */
  public PluginJar pluginOf(ConnectorFactory<?> factory) {
    PluginJar jar = owners.get(factory);
    if (jar == null) {
      throw new IllegalArgumentException(
          "The factory " + factory.getClass().getName() + " does not come from a plug-in.");
    }
    return jar;
  }

  /** The secret providers of all plug-ins. */
  public List<SecretProvider> secretProviders() {
    return plugins.stream().flatMap(plugin -> plugin.secretProviders().stream()).toList();
  }

  /** What could not be loaded or made, and why. */
  public List<PluginProblem> problems() {
    return List.copyOf(problems);
  }

  /**
   * Finds the classes and resources of the platform and of all plug-ins. It must be the context
   * class loader before the session is built and around every SPI call.
   */
  public ClassLoader unionLoader() {
    return unionLoader;
  }

  /** The JARs of the loaded plug-ins, which executors in other processes need. */
  List<Path> jarFiles() {
    return plugins.stream().map(plugin -> plugin.jar().file()).toList();
  }

  /**
   * Makes every Spark data source that the plug-ins register and says which cannot be made: Spark
   * makes all of them at each look-up of a format, so that one broken one breaks all look-ups. To
   * be asked before a session is built; loads classes of Spark and of the technologies.
   */
  public List<PluginProblem> dataSourceProblems() {
    List<PluginProblem> found = new ArrayList<>();
    for (LoadedPlugin plugin : plugins) {
      ContextClassLoader.run(
          unionLoader, () -> found.addAll(DataSources.problems(plugin.jar(), plugin.loader())));
    }
    return found;
  }

  /**
   * Stops the plug-ins. Their class loaders stay open, because Spark keeps classes of them as long
   * as the process lives: a plug-in cannot be replaced in a running process. A second call does
   * nothing.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    for (LoadedPlugin plugin : plugins) {
      try {
        ContextClassLoader.run(unionLoader, () -> stop(plugin));
      } catch (Thrown e) {
        log.warn(e.finding("it cannot be stopped", plugin.jar()).in(plugin.jar()).message());
      }
    }
  }

  private void stop(LoadedPlugin plugin) throws Thrown {
    PluginState state = PluginFailure.guard(() -> pf4j.stopPlugin(plugin.jar().id()));
    Throwable failure = pf4j.getPlugin(plugin.jar().id()).getFailedException();
    if (state == PluginState.FAILED && failure != null) {
      throw new Thrown(PluginFailure.rootOf(failure));
    }
  }

  private void add(LoadedPlugin plugin) {
    plugins.add(plugin);
    for (ConnectorFactory<?> factory : plugin.factories()) {
      ConnectorFactory<?> other = factories.putIfAbsent(factory.type(), factory);
      if (other == null) {
        owners.put(factory, plugin.jar());
      } else {
        problems.add(
            new Finding(
                    "the plug-in '"
                        + owners.get(other).id()
                        + "' makes its connector type '"
                        + factory.type()
                        + "' already",
                    "Keep only one of these plug-ins.")
                .in(plugin.jar()));
      }
    }
  }

  /** One at a time in the process: who comes second gets the class loader of the first. */
  private Optional<LoadedPlugin> load(PluginJar jar) {
    synchronized (KeptLoaders.class) {
      return loadAlone(jar);
    }
  }

  private Optional<LoadedPlugin> loadAlone(PluginJar jar) {
    if (!Files.isRegularFile(jar.file())) {
      problems.add(
          new Finding("the JAR is gone since it was checked", "Put it back and start again.")
              .in(jar));
      return Optional.empty();
    }
    try {
      PluginClassLoader loader = start(jar);
      List<String> names = extensionNames(jar.file());
      Extensions extensions =
          ContextClassLoader.call(loader, () -> Extensions.make(jar, loader, names));
      extensions.findings().forEach(finding -> problems.add(finding.in(jar)));
      LoadedPlugin plugin = extensions.loaded();
      if (plugin.factories().isEmpty() && plugin.secretProviders().isEmpty()) {
        discard(jar);
        return Optional.empty();
      }
      KeptLoaders.keep(jar.file(), loader);
      return Optional.of(plugin);
    } catch (Thrown e) {
      problems.add(e.finding("it cannot be loaded", jar).in(jar));
      discard(jar);
      return Optional.empty();
    }
  }

  /** pf4j reports trouble by state, by exception or only in its log: all of them are looked at. */
  private PluginClassLoader start(PluginJar jar) throws Thrown {
    PluginFailure.guard(() -> pf4j.loadPlugin(jar.file()));
    PluginWrapper wrapper = pf4j.getPlugin(jar.id());
    if (wrapper == null) {
      throw new Thrown(new IllegalStateException("the JAR holds another plug-in than before"));
    }
    if (wrapper.getPluginState() != PluginState.RESOLVED) {
      throw notReached(wrapper, PluginState.RESOLVED);
    }
    PluginClassLoader loader = (PluginClassLoader) wrapper.getPluginClassLoader();
    ContextClassLoader.call(
        loader, () -> PluginFailure.guard(() -> pf4j.startPlugin(wrapper.getPluginId())));
    if (wrapper.getPluginState() != PluginState.STARTED) {
      throw notReached(wrapper, PluginState.STARTED);
    }
    return loader;
  }

  private static Thrown notReached(PluginWrapper wrapper, PluginState wanted) {
    Throwable failure = wrapper.getFailedException();
    return new Thrown(
        failure == null
            ? new IllegalStateException(
                "its state is " + wrapper.getPluginState() + " instead of " + wanted)
            : PluginFailure.rootOf(failure));
  }

  private static List<String> extensionNames(Path file) throws Thrown {
    return PluginFailure.guard(
        () -> {
          try (JarFile jar = new JarFile(file.toFile(), false)) {
            return ClassNames.read(jar, ClassNames.EXTENSION_INDEX)
                .orElseThrow(() -> new IOException("no " + ClassNames.EXTENSION_INDEX));
          }
        });
  }

  /** Nothing of it is in use yet, so pf4j may forget it and close its class loader. */
  private void discard(PluginJar jar) {
    PluginWrapper wrapper = pf4j.getPlugin(jar.id());
    if (wrapper == null || !wrapper.getPluginPath().equals(jar.file())) {
      return;
    }
    try {
      PluginFailure.guard(() -> pf4j.unloadPlugin(jar.id()));
    } catch (Thrown e) {
      problems.add(e.finding("it cannot be unloaded", jar).in(jar));
    }
  }
}
