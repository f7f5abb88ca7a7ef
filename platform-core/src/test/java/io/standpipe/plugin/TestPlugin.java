package io.standpipe.plugin;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Makes real plug-in JARs: sources are compiled, entries are packed, the manifest is written. */
final class TestPlugin {

  static final PlatformVersions VERSIONS = new PlatformVersions("0.1.0", "3.5.9");

  private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();
  private static final StandardJavaFileManager FILES = fileManager(List.of());

  private final Map<String, String> manifest = new LinkedHashMap<>();
  private final Map<String, byte[]> entries = new LinkedHashMap<>();
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final List<Path> libraries = new ArrayList<>();

  private String annotationProcessing = "-proc:none";

  private TestPlugin() {}

  /** A JAR with nothing in it, not even a manifest. */
  static TestPlugin empty() {
    return new TestPlugin();
  }

  /** A JAR with everything in the right place, but with classes that nobody could load. */
  static TestPlugin unloadable(String id) {
    return new TestPlugin()
        .manifest("Plugin-Id", id)
        .manifest("Plugin-Version", "1.2.3")
        .manifest("Plugin-Requires", ">=0.1.0 & <0.2.0")
        .manifest("Standpipe-Connectors", id)
        .extensions("acme." + id + ".Factory")
        .entry("acme/" + id + "/Factory.class", "no class file");
  }

  /** A complete plug-in whose connector does nothing. */
  static TestPlugin working(String id) {
    return unloadable(id)
        .without("acme/" + id + "/Factory.class")
        .factory("acme." + id + ".Factory", id, "");
  }

  TestPlugin manifest(String name, String value) {
    manifest.put(name, value);
    return this;
  }

  TestPlugin noManifest(String name) {
    manifest.remove(name);
    return this;
  }

  TestPlugin entry(String name, String text) {
    entries.put(name, text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /** Bundles a copy of a class of the class path. */
  TestPlugin copyOf(Class<?> type) {
    String path = ClassNames.path(type.getName());
    try (InputStream in = type.getClassLoader().getResourceAsStream(path)) {
      entries.put(path, in.readAllBytes());
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets pf4j's annotation processor write the extension index. */
  TestPlugin processed() {
    without("META-INF/extensions.idx");
    annotationProcessing = "-processor=org.pf4j.processor.ExtensionAnnotationProcessor";
    return this;
  }

  TestPlugin without(String entryName) {
    entries.remove(entryName);
    return this;
  }

  TestPlugin extensions(String... classNames) {
    return entry("META-INF/extensions.idx", "# by a test\n" + String.join("\n", classNames) + "\n");
  }

  TestPlugin service(String service, String... classNames) {
    return entry("META-INF/services/" + service, String.join("\n", classNames) + "\n");
  }

  TestPlugin source(String className, String source) {
    sources.put(className, source);
    return this;
  }

  /** Compiles against a JAR that is not bundled. */
  TestPlugin compiledAgainst(Path library) {
    libraries.add(library);
    return this;
  }

  /** A connector factory for {@code type} with more members. */
  TestPlugin factory(String className, String type, String members) {
    int dot = className.lastIndexOf('.');
    return source(
        className,
        """
        package %1$s;
        import io.standpipe.spi.*;
        public class %2$s implements ConnectorFactory<%2$s.Config> {
          public record Config() {}
          public static class MyConnector implements Connector {}
          public String type() { return "%3$s"; }
          public String description() { return "A connector."; }
          public Class<Config> configType() { return Config.class; }
          public Class<? extends Connector> connectorType() { return MyConnector.class; }
          public Connector create(ConnectorContext context, Config config) {
            return new MyConnector();
          }
          %4$s
        }
        """
            .formatted(className.substring(0, dot), className.substring(dot + 1), type, members));
  }

  Path writeTo(Path jar) {
    try {
      Map<String, byte[]> all = new LinkedHashMap<>(entries);
      if (!sources.isEmpty()) {
        all.putAll(compile());
      }
      Files.createDirectories(jar.getParent());
      try (OutputStream file = Files.newOutputStream(jar);
          JarOutputStream out = open(file)) {
        for (Map.Entry<String, byte[]> entry : all.entrySet()) {
          out.putNextEntry(new JarEntry(entry.getKey()));
          out.write(entry.getValue());
          out.closeEntry();
        }
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JarOutputStream open(OutputStream file) throws IOException {
    if (manifest.isEmpty()) {
      return new JarOutputStream(file);
    }
    Manifest content = new Manifest();
    content.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.forEach((name, value) -> content.getMainAttributes().putValue(name, value));
    return new JarOutputStream(file, content);
  }

  private Map<String, byte[]> compile() throws IOException {
    Path classes = Files.createTempDirectory("test-plugin");
    if (libraries.isEmpty()) {
      // One file manager for all, because it takes its time to open the class path.
      synchronized (FILES) {
        compile(classes, FILES);
      }
    } else {
      try (StandardJavaFileManager files = fileManager(libraries)) {
        compile(classes, files);
      }
    }
    Map<String, byte[]> result = new LinkedHashMap<>();
    List<Path> found;
    try (Stream<Path> walk = Files.walk(classes)) {
      found = walk.sorted(Comparator.reverseOrder()).toList();
    }
    // Children come before their folders.
    for (Path file : found) {
      if (Files.isRegularFile(file)) {
        result.put(
            classes.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
      }
      Files.delete(file);
    }
    return result;
  }

  private void compile(Path classes, StandardJavaFileManager files) throws IOException {
    files.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
    List<String> options = new ArrayList<>(List.of("-g:none", "-nowarn"));
    options.addAll(List.of(annotationProcessing.split("=", -1)));
    DiagnosticCollector<JavaFileObject> diagnostics = new DiagnosticCollector<>();
    List<Source> units =
        sources.entrySet().stream()
            .map(source -> new Source(source.getKey(), source.getValue()))
            .toList();
    if (!COMPILER.getTask(null, files, diagnostics, options, null, units).call()) {
      throw new IllegalArgumentException(
          String.join(
              "\n", diagnostics.getDiagnostics().stream().map(Diagnostic::toString).toList()));
    }
  }

  private static StandardJavaFileManager fileManager(List<Path> libraries) {
    List<Path> path = new ArrayList<>(libraries);
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      path.add(Path.of(element));
    }
    StandardJavaFileManager files = COMPILER.getStandardFileManager(null, null, null);
    try {
      files.setLocationFromPaths(StandardLocation.CLASS_PATH, path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  private static final class Source extends SimpleJavaFileObject {
    private final String text;

    Source(String className, String text) {
      super(
          URI.create("string:///" + className.replace('.', '/') + Kind.SOURCE.extension),
          Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
