package io.standpipe.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.factory.Delivery;
import io.standpipe.factory.Factory;
import io.standpipe.factory.FactoryContext;
import io.standpipe.spi.WriteMode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Plans for people. */
class PlanPrinterTest {
  @TempDir Path folder;

  public static class Words implements Factory<List<String>> {
    @Override
    public void process(FactoryContext context) {}

    @Override
    public List<String> get() {
      throw new IllegalStateException("never run");
    }
  }

  public static class Matches implements Factory<Dataset<Row>> {
    @Delivery List<String> words;

    @Delivery(id = "known")
    Dataset<Row> rows;

    @Override
    public void process(FactoryContext context) {}

    @Override
    public Dataset<Row> get() {
      throw new IllegalStateException("never run");
    }
  }

  /** Steps whose rows are known, and others. */
  static Pipeline withFactories() {
    return Pipeline.of(
        "words",
        Step.read("in"),
        Step.sql("known", "SELECT 1 AS id, 'a' AS name"),
        Step.make("words", Words.class),
        Step.make("matches", Matches.class),
        Step.sql("both", "SELECT * FROM matches UNION ALL SELECT * FROM in"),
        Step.write("a", "both", WriteMode.APPEND));
  }

  @Test
  void mermaid_edgesShowColumns_andWhatFactoriesDeliver() throws IOException {
    ScriptedStorages storages =
        new ScriptedStorages(folder, "storages: {in: {connector: memory}, a: {connector: memory}}");
    assertThat(PlanPrinter.mermaid(storages.plan(withFactories())))
        .isEqualTo(
            """
            flowchart LR
              n_in[("read in")]
              n_known["sql known"]
              n_words["factory PlanPrinterTest.Words as words"]
              n_matches["factory PlanPrinterTest.Matches as matches"]
              n_both["sql both"]
              n_write_a[("write a (append)")]
              n_words -->|"List&lt;String&gt;"| n_matches
              n_known -->|"id int<br/>name string"| n_matches
              n_matches -->|"Dataset&lt;Row&gt;"| n_both
              n_in --> n_both
              n_both --> n_write_a
            """);
  }
}
