package io.standpipe.plugin;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;

/**
 * Tries the ways to give Spark the classes of a plug-in, each with a Spark context of its own, and
 * writes down what happened. A program by itself, because a process has one Spark context at a time
 * and the other tests share one.
 */
final class DataSourceProbe {

  private final Path plugins;
  private final Path work;
  private final List<String> results = new ArrayList<>();

  private DataSourceProbe(Path plugins, Path work) {
    this.plugins = plugins;
    this.work = work;
  }

  /** Arguments: the folder of the plug-ins, a folder to work in, the file for the results. */
  public static void main(String[] args) throws Exception {
    DataSourceProbe probe = new DataSourceProbe(Path.of(args[0]), Path.of(args[1]));
    Files.createDirectories(probe.input());
    Files.write(probe.input().resolve("a.txt"), List.of("x", "y"));
    Files.write(probe.input().resolve("b.txt"), List.of("z"));

    PluginCatalog catalog =
        PluginCatalog.scan(List.of(probe.plugins), Map.of(), TestPlugin.VERSIONS);
    Path jar = probe.plugins.resolve("lines.jar");
    try (PluginRuntime runtime = PluginRuntime.load(catalog.jars(), TestPlugin.VERSIONS)) {
      ClassLoader union = runtime.unionLoader();
      probe.applicationLoader("application", "");
      probe.applicationLoader("sparkJars", jar.toString());
      probe.lateUnion("late", union, null);
      probe.lateUnion("lateWithAddJar", union, jar);
      ContextClassLoader.run(union, () -> probe.all("union", union));
      probe.brokenService();
    }
    Files.write(Path.of(args[2]), probe.results);
  }

  private Path input() {
    return work.resolve("in");
  }

  private void applicationLoader(String name, String jars) {
    SparkSession spark = session(jars);
    try {
      record(name + ".lookup", () -> read(spark).length());
    } finally {
      spark.stop();
    }
  }

  private void lateUnion(String name, ClassLoader union, Path addedJar) throws Exception {
    SparkSession spark = session("");
    try {
      if (addedJar != null) {
        spark.sparkContext().addJar(addedJar.toString());
      }
      ContextClassLoader.run(union, () -> use(name, spark, union));
    } finally {
      spark.stop();
    }
  }

  private void all(String name, ClassLoader union) throws Exception {
    SparkSession spark = session("");
    try {
      use(name, spark, union);
    } finally {
      spark.stop();
    }
  }

  private void use(String name, SparkSession spark, ClassLoader union) throws Exception {
    Path out = work.resolve(name);
    record(
        name + ".lookup",
        () -> spark.read().format("lines").load(input().toString()).schema().simpleString());
    record(name + ".read", () -> read(spark));
    record(
        name + ".write",
        () -> {
          spark
              .range(5)
              .selectExpr("'n' || id AS value")
              .write()
              .format("lines")
              .mode("append")
              .save(out.toString());
          return Files.readString(out.resolve("_SUCCESS"));
        });
    @SuppressWarnings("unchecked")
    MapFunction<String, String> shout =
        (MapFunction<String, String>)
            union.loadClass("acme.lines.Shout").getConstructor().newInstance();
    record(
        name + ".closure",
        () ->
            spark
                .createDataset(List.of("hey"), Encoders.STRING())
                .repartition(2)
                .map(shout, Encoders.STRING())
                .collectAsList()
                .toString());
  }

  /** As it would be without the catalog's check. */
  private void brokenService() throws Exception {
    List<PluginJar> jars =
        List.of(
            new PluginJar(
                plugins.resolve("broken.jar"),
                "broken",
                "1.2.3",
                ">=0.1.0",
                Set.of("broken"),
                Set.of(),
                "",
                ""));
    try (PluginRuntime runtime = PluginRuntime.load(jars, TestPlugin.VERSIONS)) {
      ContextClassLoader.run(
          runtime.unionLoader(),
          () -> {
            SparkSession spark = session("");
            try {
              record("broken.text", () -> "" + spark.read().text(input().toString()).count());
              record("broken.problems", () -> "" + runtime.dataSourceProblems().size());
            } finally {
              spark.stop();
            }
          });
    }
  }

  private String read(SparkSession spark) {
    return spark
        .read()
        .format("lines")
        .load(input().toString())
        .sort("value")
        .as(Encoders.STRING())
        .collectAsList()
        .toString();
  }

  private static SparkSession session(String jars) {
    return SparkSession.builder()
        .master("local[1]")
        .appName("probe")
        .config("spark.ui.enabled", false)
        .config("spark.sql.shuffle.partitions", 1)
        .config("spark.jars", jars)
        .getOrCreate();
  }

  /** The value, or what was thrown with its causes, as one line. */
  private void record(String key, Callable<Object> action) {
    String result;
    try {
      result = action.call().toString();
    } catch (Exception | LinkageError | java.util.ServiceConfigurationError e) {
      StringBuilder text = new StringBuilder("FAILED");
      for (Throwable t = e; t != null; t = t.getCause()) {
        text.append(" | ").append(t);
      }
      result = text.toString();
    }
    results.add(key + "=" + result.replaceAll("\\s+", " "));
  }
}
