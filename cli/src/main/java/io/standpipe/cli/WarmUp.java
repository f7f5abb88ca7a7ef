package io.standpipe.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Runs a tiny pipeline through all commands, so that the launcher can archive the classes that they
 * load.
 */
public final class WarmUp {
  private WarmUp() {}

  /**
   * @param arguments an existing folder to work in; it is not cleaned up
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.writeString(folder.resolve("in.csv"), "id,name\n1,a\n2,b\n3,c\n");
    Files.writeString(
        folder.resolve("in.json"), "[{\"id\":1,\"amount\":1.5},\n{\"id\":2,\"amount\":2.5}]\n");
    Files.writeString(
        folder.resolve("standpipe.yaml"),
        """
        storages:
          names: {connector: file, format: csv, path: in.csv, schema: "id INT, name STRING"}
          amounts: {connector: file, format: json, path: in.json, schema: "id INT, amount DOUBLE"}
          sums: {connector: file, format: parquet, path: sums}
        """);
    Path pipeline =
        Files.writeString(
            folder.resolve("pipeline.yaml"),
            """
            steps:
              - {read: names}
              - {read: amounts}
              - {filter: "amount > 0", from: amounts, as: positive}
              - as: totals
                sql: SELECT n.name, count(*) AS n, sum(p.amount) AS total FROM positive p JOIN names n ON n.id = p.id GROUP BY n.name
              - {write: sums, from: totals, mode: overwrite}
            """);
    Main.execute("--help");
    Main.execute("plugins", "--config", folder.resolve("standpipe.yaml").toString());
    Main.execute("check", pipeline.toString());
    Main.execute("plan", pipeline.toString());
    Main.execute("plan", pipeline.toString(), "--format", "json");
    int code =
        Main.execute("run", pipeline.toString(), "--report", folder.resolve("report").toString());
    System.exit(code);
  }
}
