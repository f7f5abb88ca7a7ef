package io.standpipe.plugin;

import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Loads the classes of one plug-in.
 *
 * <p>{@linkplain ApiPackages#isShared Shared} packages come from the platform if it has the class
 * and from the plug-in otherwise; all other classes come from the plug-in if it has them and from
 * the platform otherwise, so that a plug-in's own version of a library wins inside it. The
 * platform's {@linkplain ApiPackages#isHidden own} classes are not visible.
 *
 * <p>pf4j's own class loader is not used: it knows no such mixed order and it cannot load in
 * parallel, which Spark's tasks do.
 */
final class PluginClassLoader extends URLClassLoader {

  static {
    registerAsParallelCapable();
  }

  /** Whose class wins when both have it and it is no API. */
  enum Order {
    /** The plug-in's: what it bundles is its own. */
    PLUGIN_FIRST,
    /**
     * The platform's: its loader already has the plug-in's JAR, and a second copy would be another
     * class.
     */
    PLATFORM_FIRST
  }

  private final ClassLoader platform;
  private final Order order;
  private volatile boolean keptOpen;

  PluginClassLoader(String pluginId, Path jar, ClassLoader platform, Order order) {
    super("plugin-" + pluginId, new URL[] {url(jar)}, platform);
    this.platform = platform;
    this.order = order;
  }

  Order order() {
    return order;
  }

  /** From now on {@link #close()} does nothing, because classes of it are in use. */
  void keepOpen() {
    keptOpen = true;
  }

  @Override
  public void close() throws IOException {
    if (!keptOpen) {
      super.close();
    }
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      if (loaded == null) {
        loaded =
            order == Order.PLATFORM_FIRST || ApiPackages.isShared(name)
                ? platformFirst(name)
                : pluginFirst(name);
      }
      if (resolve) {
        resolveClass(loaded);
      }
      return loaded;
    }
  }

  private Class<?> platformFirst(String name) throws ClassNotFoundException {
    try {
      return platform.loadClass(name);
    } catch (ClassNotFoundException e) {
      if (name.startsWith("java.")) {
        throw e;
      }
      return findClass(name);
    }
  }

  private Class<?> pluginFirst(String name) throws ClassNotFoundException {
    try {
      return findClass(name);
    } catch (ClassNotFoundException e) {
      if (ApiPackages.isHidden(name)) {
        throw e;
      }
      return platform.loadClass(name);
    }
  }

  /** Whether the plug-in's own JAR has the class. */
  boolean owns(String className) {
    return findResource(ClassNames.path(className)) != null;
  }

  @Override
  public URL getResource(String name) {
    boolean platformFirst = isSharedResource(name);
    URL first = platformFirst ? platform.getResource(name) : findResource(name);
    if (first != null) {
      return first;
    }
    return platformFirst ? findResource(name) : platform.getResource(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    boolean platformFirst = isSharedResource(name);
    return withoutDuplicates(
        platformFirst ? platform.getResources(name) : findResources(name),
        platformFirst ? findResources(name) : platform.getResources(name));
  }

  /** The locations of both, each once, in this order. */
  static Enumeration<URL> withoutDuplicates(Enumeration<URL> first, Enumeration<URL> second) {
    // Two URLs are compared by their text: URL.equals may ask a name server.
    Map<String, URL> locations = new LinkedHashMap<>();
    first.asIterator().forEachRemaining(url -> locations.putIfAbsent(url.toExternalForm(), url));
    second.asIterator().forEachRemaining(url -> locations.putIfAbsent(url.toExternalForm(), url));
    return Collections.enumeration(locations.values());
  }

  private boolean isSharedResource(String name) {
    return order == Order.PLATFORM_FIRST
        || name.endsWith(".class") && ApiPackages.isShared(name.replace('/', '.'));
  }

  private static URL url(Path jar) {
    try {
      return jar.toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalArgumentException("The path " + jar + " is not a local file.", e);
    }
  }
}
