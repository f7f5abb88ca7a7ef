package io.standpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.factory.Delivery;
import io.standpipe.factory.Factory;
import io.standpipe.factory.FactoryContext;
import io.standpipe.spi.Default;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Factories in pipeline files, parts of pipelines, and runs that are resumed. */
class ResumeIT {
  @TempDir Path folder;
  private Launcher launcher;

  /** Keeps the rows with at least so many points. Reaches the command line in a JAR. */
  public static class Best implements Factory<Dataset<Row>> {
    public record Settings(@Default("5") int least) {}

    @Delivery(id = "points")
    private Dataset<Row> points;

    private final int least;
    private Dataset<Row> best;

    public Best(Settings settings) {
      this.least = settings.least();
    }

    @Override
    public void process(FactoryContext context) {
      int threshold = least;
      // A function of one's own, which Spark's tasks must find, too.
      best =
          points.filter(
              (org.apache.spark.api.java.function.FilterFunction<Row>)
                  row -> row.<Integer>getAs("points") >= threshold);
    }

    @Override
    public Dataset<Row> get() {
      return best;
    }
  }

  @BeforeEach
  void pipeline() throws IOException {
    Files.writeString(folder.resolve("points.csv"), "name,points\na,1\nb,5\nc,9\n");
    Files.writeString(
        folder.resolve("standpipe.yaml"),
        """
        plugins: {libraries: [lib/own.jar]}
        spark: {master: "local[2]"}
        storages:
          points: {connector: file, format: csv, path: points.csv, schema: "name STRING, points INT"}
          best: {connector: file, format: json, path: out/best}
          all: {connector: file, format: json, path: blocked/all}
        """);
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        name: points
        onFailure: continue
        steps:
          - read: points
          - {factory: io.standpipe.cli.ResumeIT$Best, as: chosen, parameters: {least: 9}}
          - {write: best, from: chosen, mode: append}
          - {write: all, from: points, mode: append}
        """);
    jar(Files.createDirectories(folder.resolve("lib")).resolve("own.jar"));
    launcher = Launcher.in(folder);
  }

  private static void jar(Path file) throws IOException {
    try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(file))) {
      for (Class<?> type : new Class<?>[] {ResumeIT.class, Best.class, Best.Settings.class}) {
        String entry = type.getName().replace('.', '/') + ".class";
        jar.putNextEntry(new JarEntry(entry));
        try (InputStream bytes = type.getClassLoader().getResourceAsStream(entry)) {
          bytes.transferTo(jar);
        }
      }
    }
  }

  @Test
  void run_factoryAndFailingStep_resumed_doesOnlyWhatIsLeft() throws IOException {
    Files.writeString(folder.resolve("blocked"), "a file where a folder should be");
    Launcher.Result first = launcher.run("run", "pipeline.yaml", "--set", "spark.appName=mine");
    assertThat(first.code()).as(first.err()).isEqualTo(3);
    Matcher hint = Pattern.compile("run --resume (\\S+)").matcher(first.err());
    assertThat(hint.find()).as(first.err()).isTrue();
    assertThat(rows("out/best")).isEqualTo("{\"name\":\"c\",\"points\":9}\n");
    String run = hint.group(1);
    assertThat(Files.readString(folder.resolve("runs/" + run + "/run.json")))
        .contains("spark.appName=mine");

    Launcher.Result wrong = launcher.run("run", "pipeline.yaml", "--resume", run);
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("a run is resumed with what it was started with");

    Files.delete(folder.resolve("blocked"));
    Launcher.Result second = launcher.run("run", "--resume", run);
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.err()).contains("done write_best").contains("ok   write_all");
    assertThat(rows("out/best")).isEqualTo("{\"name\":\"c\",\"points\":9}\n");
    assertThat(rows("blocked/all").lines()).hasSize(3);
    assertThat(Files.readString(folder.resolve("runs/" + run + "/report.json")))
        .contains("\"status\" : \"succeeded\"");

    Launcher.Result third = launcher.run("run", "--resume", run);
    assertThat(third.code()).as(third.err()).isZero();
    assertThat(rows("blocked/all").lines()).hasSize(3);
  }

  @Test
  void run_only_leavesTheRestAlone() throws IOException {
    Launcher.Result result = launcher.run("run", "pipeline.yaml", "--only", "write_all");
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(rows("blocked/all").lines()).hasSize(3);
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void run_secretOverrides_areNotKept_andAskedForAgain() throws IOException {
    Path config = folder.resolve("standpipe.yaml");
    Files.writeString(
        config,
        Files.readString(config)
            + "  unused: {connector: jdbc, url: 'jdbc:postgresql://nowhere/x', table: t, user: u, password: p}\n");
    String secret = "storages.unused.password=hunter2222";
    Launcher.Result first =
        launcher.run("run", "pipeline.yaml", "--report", "here", "--set", secret);
    assertThat(first.code()).as(first.err()).isZero();
    Matcher id = Pattern.compile("run (\\S+): starting").matcher(first.err());
    assertThat(id.find()).as(first.err()).isTrue();
    String run = id.group(1);
    assertThat(Files.readString(folder.resolve("here/run.json")))
        .doesNotContain("hunter2222")
        .contains("storages.unused.password");

    Launcher.Result without = launcher.run("run", "--resume", run, "--report", "here");
    assertThat(without.code()).isEqualTo(2);
    assertThat(without.err())
        .contains(
            "the run was started with secrets, which are not kept. Give again: --set"
                + " storages.unused.password=...");
    Launcher.Result with =
        launcher.run("run", "--resume", run, "--report", "here", "--set", secret);
    assertThat(with.code()).as(with.err()).isZero();

    Launcher.Result other =
        launcher.run("run", "--resume", "other", "--report", "here", "--set", secret);
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("the run in here is '" + run + "', not 'other'.");
  }

  @Test
  void check_factories_problemsAtTheirPlace() throws IOException {
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        steps:
          - read: points
          - {factory: io.standpipe.cli.ResumeIT$Best, as: chosen, parameters: {leest: 9}}
          - {factory: com.example.Missing, as: missing}
          - {write: best, from: points, mode: append}
        """);
    Launcher.Result result = launcher.run("check", "pipeline.yaml");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .contains("pipeline.yaml:3:")
        .contains("unknown key 'leest'. Did you mean 'least'?")
        .contains("pipeline.yaml:4:")
        .contains(
            "no class 'com.example.Missing'. Name it with its package, and its JAR in"
                + " plugins.libraries of the configuration.");
  }

  private String rows(String path) throws IOException {
    StringBuilder rows = new StringBuilder();
    try (var files = Files.list(folder.resolve(path))) {
      for (Path file : files.filter(it -> it.toString().endsWith(".json")).sorted().toList()) {
        rows.append(Files.readString(file));
      }
    }
    return rows.toString();
  }
}
