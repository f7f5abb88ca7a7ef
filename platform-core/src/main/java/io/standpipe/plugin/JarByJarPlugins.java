package io.standpipe.plugin;

import java.lang.reflect.InvocationTargetException;
import java.nio.file.Path;
import java.util.List;
import org.pf4j.DefaultPluginManager;
import org.pf4j.ManifestPluginDescriptorFinder;
import org.pf4j.Plugin;
import org.pf4j.PluginDescriptor;
import org.pf4j.PluginDescriptorFinder;
import org.pf4j.PluginFactory;
import org.pf4j.PluginLoader;
import org.pf4j.PluginRuntimeException;
import org.pf4j.PluginStatusProvider;
import org.pf4j.PluginWrapper;

/**
 * pf4j as the platform uses it: single JARs described by their manifests, our class loader, a
 * system version (pf4j checks {@code Plugin-Requires} only if there is one), no {@code
 * disabled.txt}, and a plug-in class that cannot be made is an error instead of a line in the log.
 */
final class JarByJarPlugins extends DefaultPluginManager {

  private final ClassLoader platform;
  private final PluginClassLoader.Order order;

  JarByJarPlugins(String systemVersion, ClassLoader platform, PluginClassLoader.Order order) {
    super(List.of());
    this.platform = platform;
    this.order = order;
    setSystemVersion(systemVersion);
  }

  @Override
  protected PluginDescriptorFinder createPluginDescriptorFinder() {
    return new ManifestPluginDescriptorFinder();
  }

  @Override
  protected PluginLoader createPluginLoader() {
    return new PluginLoader() {
      @Override
      public boolean isApplicable(Path pluginPath) {
        return true;
      }

      @Override
      public ClassLoader loadPlugin(Path pluginPath, PluginDescriptor descriptor) {
        return KeptLoaders.find(pluginPath, platform, order)
            .orElseGet(
                () -> new PluginClassLoader(descriptor.getPluginId(), pluginPath, platform, order));
      }
    };
  }

  @Override
  protected PluginStatusProvider createPluginStatusProvider() {
    return new PluginStatusProvider() {
      @Override
      public boolean isPluginDisabled(String pluginId) {
        return false;
      }

      @Override
      public void disablePlugin(String pluginId) {
        throw new UnsupportedOperationException("A plug-in is removed by removing its JAR.");
      }

      @Override
      public void enablePlugin(String pluginId) {
        // Every plug-in is enabled.
      }
    };
  }

  @Override
  protected PluginFactory createPluginFactory() {
    return JarByJarPlugins::newPlugin;
  }

  private static Plugin newPlugin(PluginWrapper wrapper) {
    String className = wrapper.getDescriptor().getPluginClass();
    if (className.equals(Plugin.class.getName())) {
      return new Plugin();
    }
    try {
      return wrapper
          .getPluginClassLoader()
          .loadClass(className)
          .asSubclass(Plugin.class)
          .getConstructor()
          .newInstance();
    } catch (InvocationTargetException e) {
      throw new PluginRuntimeException(e.getCause(), "Plugin-Class {} cannot be made", className);
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new PluginRuntimeException(e, "Plugin-Class {} cannot be made", className);
    }
  }
}
