package io.standpipe.plugin;

import io.standpipe.plugin.PluginFailure.Thrown;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import org.apache.spark.sql.sources.DataSourceRegister;

/** Makes the data sources that a plug-in registers with Spark, as Spark does. */
final class DataSources {
  private DataSources() {}

  static List<PluginProblem> problems(PluginJar jar, PluginClassLoader loader) {
    List<PluginProblem> problems = new ArrayList<>();
    try {
      for (String name : names(jar)) {
        try {
          PluginFailure.guard(() -> make(name, loader));
        } catch (Thrown e) {
          problems.add(e.finding("its data source " + name + " cannot be made", jar).in(jar));
        }
      }
    } catch (Thrown e) {
      problems.add(e.finding("its data sources cannot be listed", jar).in(jar));
    }
    return problems;
  }

  private static List<String> names(PluginJar plugin) throws Thrown {
    return PluginFailure.guard(
        () -> {
          try (JarFile jar = new JarFile(plugin.file().toFile(), false)) {
            return ClassNames.read(jar, ClassNames.SERVICES + ContentCheck.DATA_SOURCES)
                .orElse(List.of());
          }
        });
  }

  private static String make(String name, ClassLoader loader) throws ReflectiveOperationException {
    return Class.forName(name, false, loader)
        .asSubclass(DataSourceRegister.class)
        .getConstructor()
        .newInstance()
        .shortName();
  }
}
