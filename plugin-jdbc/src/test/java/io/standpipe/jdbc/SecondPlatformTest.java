package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.Driver;
import java.util.HashSet;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.spark.sql.jdbc.JdbcDialects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A second platform in one process loads the plug-in's classes again; Spark stays the same. */
class SecondPlatformTest {

  /** Loads this plug-in's classes by itself, and everything else as the tests do. */
  private static final class PluginLoader extends ClassLoader {
    private final Set<String> defined = new HashSet<>();

    PluginLoader() {
      super(SecondPlatformTest.class.getClassLoader());
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      Class<?> loaded = findLoadedClass(name);
      if (loaded != null || !name.startsWith("io.standpipe.jdbc.")) {
        return loaded != null ? loaded : super.loadClass(name, resolve);
      }
      try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
        byte[] bytes = in.readAllBytes();
        defined.add(name.substring(name.lastIndexOf('.') + 1));
        return defineClass(name, bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();

  @AfterEach
  void restore() throws Exception {
    Thread.currentThread().setContextClassLoader(before);
    register(before);
  }

  private static void register(ClassLoader loader) throws ReflectiveOperationException {
    var constructor =
        Class.forName("io.standpipe.jdbc.ReadDialect", true, loader)
            .getDeclaredConstructor(String.class);
    constructor.setAccessible(true);
    for (String family : new String[] {"jdbc:postgresql:", "jdbc:h2:"}) {
      JdbcDialects.registerDialect(
          (org.apache.spark.sql.jdbc.JdbcDialect) constructor.newInstance(family));
    }
  }

  @Test
  void register_byASecondLoader_replacesTheFirst() throws Exception {
    ReadDialect.register();
    ClassLoader second = new PluginLoader();

    Class.forName("io.standpipe.jdbc.ReadDriver", true, second);

    assertThat(JdbcDialects.get("standpipe:jdbc:h2:mem:x").getClass().getClassLoader())
        .isSameAs(second);
    assertThat(JdbcDialects.get("jdbc:h2:mem:x").getClass().getName()).contains("H2Dialect");
  }

  @Test
  void connect_driverOfTheFirstLoader_letsTheCurrentOneWork() throws Exception {
    String table = Database.newTable();
    Database.H2.execute("CREATE TABLE \"" + table + "\" (\"id\" integer)");
    Database.H2.table(table).read(SPARK).collectAsList();
    Properties properties = new Properties();
    Map<String, String> options =
        ReadDriver.options(ConnectionSettings.of(Database.H2.config("table", table)));
    options.forEach(properties::setProperty);
    properties.remove("url");
    properties.remove("driver");
    Driver first = new ReadDriver();
    PluginLoader second = new PluginLoader();

    Thread.currentThread().setContextClassLoader(second);

    try (Connection connection = first.connect(options.get("url"), properties)) {
      assertThat(connection.isValid(1)).isTrue();
      assertThat(second.defined).contains("ConnectionSettings");
    }
  }
}
