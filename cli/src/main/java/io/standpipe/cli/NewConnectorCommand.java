package io.standpipe.cli;

import io.standpipe.Versions;
import io.standpipe.config.InvalidRequestException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "new-connector",
    description = {
      "Makes a Maven project of a connector: it builds, passes the conformance kit and puts its JAR into the"
          + " plug-ins folder.",
      "It works as it stands, on a folder of Parquet files; put your technology in their place."
    },
    mixinStandardHelpOptions = true)
final class NewConnectorCommand implements Callable<Integer> {
  private static final String TYPE = "[a-z][a-z0-9]*([-_][a-z0-9]+)*";
  private static final String PACKAGE = "[a-z_][a-z0-9_]*(\\.[a-z_][a-z0-9_]*)*";

  @Parameters(
      paramLabel = "NAME",
      description = "The connector's type: lower-case letters, digits, '-' and '_'.")
  private String type;

  @Option(
      names = "--package",
      paramLabel = "PACKAGE",
      description = "The Java package, also the Maven group. Default: com.example.NAME.")
  private Optional<String> javaPackage = Optional.empty();

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "The folder to make; it must not be there, or be empty. Default: NAME.")
  private Optional<Path> directory = Optional.empty();

  @Override
  public Integer call() throws IOException {
    require(
        type.matches(TYPE),
        "'" + type + "' is no connector type. Use lower-case letters, digits, '-' and '_'.");
    require(
        !type.equals("connector"),
        "'connector' cannot be the name: its classes would be called as those of the SPI. Name the"
            + " technology.");
    String java = javaPackage.orElse("com.example." + type.replaceAll("[-_]", ""));
    require(
        java.matches(PACKAGE),
        "'" + java + "' is no Java package. Use lower-case names with dots between them.");
    require(
        SourceVersion.isName(java),
        "'"
            + java
            + "' is no Java package: it has a word of the Java language in it. Name another with"
            + " --package.");
    Path root = directory.orElse(Path.of(type)).toAbsolutePath().normalize();
    require(isFree(root), root + " is there and not empty. Name another folder with --directory.");

    for (Map.Entry<String, String> file : files(java).entrySet()) {
      Path target = root.resolve(file.getKey());
      Files.createDirectories(target.getParent());
      UnaryOperator<String> escape =
          file.getKey().endsWith(".xml") ? NewConnectorCommand::xml : UnaryOperator.identity();
      Files.writeString(target, filled(file.getValue(), java, escape));
    }
    System.out.println("made " + root);
    System.out.println("next: cd " + root + " && mvn install");
    System.out.println(
        "      it takes some minutes, because the conformance kit runs. If Maven does not find");
    System.out.println(
        "      io.standpipe, run 'mvn install -DskipTests' in Standpipe's source tree before");
    return 0;
  }

  private static void require(boolean condition, String problem) {
    if (!condition) {
      throw new InvalidRequestException(problem);
    }
  }

  private static boolean isFree(Path root) throws IOException {
    if (!Files.exists(root)) {
      return true;
    }
    if (!Files.isDirectory(root)) {
      return false;
    }
    try (Stream<Path> files = Files.list(root)) {
      return files.findAny().isEmpty();
    }
  }

  /** The files of the project and their templates. */
  private Map<String, String> files(String java) {
    String folder = "/java/" + java.replace('.', '/') + "/" + className();
    Map<String, String> files = new LinkedHashMap<>();
    files.put("pom.xml", "pom.xml");
    files.put("README.md", "README.md");
    files.put(".gitignore", "gitignore");
    files.put("docs/" + type + ".md", "page.md");
    for (String part : new String[] {"Config.java", "Factory.java", "Connector.java"}) {
      files.put("src/main" + folder + part, part);
    }
    files.put("src/test" + folder + "ConformanceIT.java", "ConformanceIT.java");
    return files;
  }

  private static String xml(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private String filled(String template, String java, UnaryOperator<String> escape)
      throws IOException {
    Map<String, String> values =
        Map.of(
            "type",
            type,
            "Name",
            className(),
            "package",
            java,
            "platform",
            Versions.platform(),
            "spi",
            Versions.plugins().spi(),
            "spark",
            Versions.plugins().spark(),
            "plugins",
            plugins(),
            "jvm",
            moduleOptions());
    String text = resource(template);
    for (Map.Entry<String, String> value : values.entrySet()) {
      text = text.replace("%" + value.getKey() + "%", escape.apply(value.getValue()));
    }
    return text;
  }

  private String className() {
    return Arrays.stream(type.split("[-_]", -1))
        .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
        .collect(Collectors.joining());
  }

  private static String plugins() {
    return ConfigurationOptions.pluginDirectories().stream()
        .findFirst()
        .orElse(Path.of("plugins"))
        .toAbsolutePath()
        .normalize()
        .toString();
  }

  /** What Spark needs on this JDK. */
  private static String moduleOptions() throws IOException {
    Path options = Path.of(System.getProperty("standpipe.home"), "conf", "jvm.options");
    try (Stream<String> lines = Files.lines(options)) {
      return lines.filter(line -> line.startsWith("--add-opens")).collect(Collectors.joining(" "));
    }
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = NewConnectorCommand.class.getResourceAsStream("connector/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
