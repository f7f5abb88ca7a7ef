package io.standpipe.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Which class loader set-ups let Spark use a data source of a plug-in, in local mode. The ones that
 * fail are here because they are the reason for the union loader: if one of them starts to work
 * with a newer Spark, the reason is gone.
 */
class DataSourceLookupTest {

  private static final Map<String, String> RESULTS = new HashMap<>();

  @BeforeAll
  static void probe(@TempDir Path folder) throws Exception {
    Path plugins = folder.resolve("plugins");
    LinesPlugin.plugin().writeTo(plugins.resolve("lines.jar"));
    TestPlugin.working("broken")
        .service(ContentCheck.DATA_SOURCES, "acme.broken.Gone")
        .writeTo(plugins.resolve("broken.jar"));
    Path results = folder.resolve("results");
    File log = folder.resolve("log").toFile();

    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens") || argument.startsWith("-Dspark"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx768m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(DataSourceProbe.class.getName());
    command.addAll(
        List.of(plugins.toString(), folder.resolve("work").toString(), results.toString()));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    boolean ended = process.waitFor(120, TimeUnit.SECONDS);
    process.destroyForcibly();

    assertThat(ended && Files.exists(results)).as("the probe's log: %s", read(log)).isTrue();
    for (String line : Files.readAllLines(results)) {
      int equals = line.indexOf('=');
      RESULTS.put(line.substring(0, equals), line.substring(equals + 1));
    }
  }

  @Test
  void contextLoaderOfTheApplication_lookupFails() {
    assertThat(RESULTS.get("application.lookup"))
        .startsWith("FAILED")
        .contains("DATA_SOURCE_NOT_FOUND");
  }

  @Test
  void contextLoaderOfTheApplicationWithSparkJars_lookupFails() {
    assertThat(RESULTS.get("sparkJars.lookup"))
        .startsWith("FAILED")
        .contains("DATA_SOURCE_NOT_FOUND");
  }

  @Test
  void unionLoaderSetAfterTheSession_lookupWorksAndTasksFail() {
    assertThat(RESULTS).containsEntry("late.lookup", "struct<value:string>");
    // Spark does not name the class that it lacks: deserialization ends in a ClassCastException.
    assertThat(RESULTS.get("late.read")).startsWith("FAILED").contains("Lost task");
    assertThat(RESULTS.get("late.write"))
        .startsWith("FAILED")
        .contains("ClassNotFoundException: acme.lines.LinesWrite");
  }

  @Test
  void unionLoaderSetAfterTheSessionWithAddJar_readsWorkAndWritesFail() {
    assertThat(RESULTS).containsEntry("lateWithAddJar.read", "[x, y, z]");
    assertThat(RESULTS.get("lateWithAddJar.write"))
        .startsWith("FAILED")
        .contains("acme.lines.LinesWrite$Written");
  }

  @Test
  void unionLoaderSetBeforeTheSession_everythingWorks() {
    assertThat(RESULTS)
        .containsEntry("union.lookup", "struct<value:string>")
        .containsEntry("union.read", "[x, y, z]")
        .containsEntry("union.write", "5 rows")
        .containsEntry("union.closure", "[HEY!]");
  }

  @Test
  void brokenServiceEntryThatNobodyRefused_breaksEveryFormat() {
    assertThat(RESULTS.get("broken.text"))
        .startsWith("FAILED")
        .contains("Provider acme.broken.Gone not found");
    assertThat(RESULTS).containsEntry("broken.problems", "1");
  }

  private static String read(File file) throws Exception {
    return Files.readString(file.toPath());
  }
}
