package io.standpipe.plugin;

import java.io.IOException;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;

/**
 * Finds the classes and resources of the platform and of all plug-ins.
 *
 * <p>It defines no class itself, so a class is the same one whether it is found here or through its
 * plug-in. The platform goes first, then the plug-ins in their order; what two plug-ins bundle
 * under one name is the first one's here and each one's own inside the plug-ins. Spark's executor
 * in local mode, its data source look-up and its deserialization use this loader.
 */
final class UnionClassLoader extends ClassLoader {

  static {
    registerAsParallelCapable();
  }

  private final ClassLoader platform;
  private final List<PluginClassLoader> plugins;

  UnionClassLoader(ClassLoader platform, List<PluginClassLoader> plugins) {
    super("plugins", platform);
    this.platform = platform;
    this.plugins = List.copyOf(plugins);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    for (PluginClassLoader plugin : plugins) {
      if (plugin.owns(name)) {
        return plugin.loadClass(name);
      }
    }
    throw new ClassNotFoundException(name);
  }

  @Override
  protected URL findResource(String name) {
    for (PluginClassLoader plugin : plugins) {
      URL url = plugin.findResource(name);
      if (url != null) {
        return url;
      }
    }
    return null;
  }

  @Override
  protected Enumeration<URL> findResources(String name) throws IOException {
    Enumeration<URL> all = Collections.emptyEnumeration();
    for (PluginClassLoader plugin : plugins) {
      all = PluginClassLoader.withoutDuplicates(all, plugin.findResources(name));
    }
    return all;
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return PluginClassLoader.withoutDuplicates(platform.getResources(name), findResources(name));
  }
}
