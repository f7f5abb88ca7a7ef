package io.standpipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.config.ConfigurationException;
import io.standpipe.config.ConfigurationSource;
import io.standpipe.factory.Delivery;
import io.standpipe.factory.Factory;
import io.standpipe.factory.FactoryContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said of a pipeline before anything runs. */
class PlanCheckTest {
  @TempDir Path folder;

  @BeforeEach
  void files() throws IOException {
    write(
        "standpipe.yaml",
        """
        storages:
          orders: {connector: file, format: csv, path: orders.csv, schema: "id INT, customer STRING, amount DOUBLE"}
          copy: {connector: file, format: parquet, path: out/copy}
          totals: {connector: file, format: json, path: out/totals}
        """);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /** The problems as {@code line: message}, first lines. */
  private List<String> problems(String steps) throws IOException {
    Path pipeline = write("pipeline.yaml", "steps:\n" + steps);
    try (Platform platform =
        Platform.builder()
            .configuration(ConfigurationSource.of(folder.resolve("standpipe.yaml")))
            .open()) {
      platform.plan(pipeline);
      return List.of();
    } catch (ConfigurationException e) {
      return e.problems().stream()
          .map(
              problem ->
                  problem.position().line()
                      + ": "
                      + problem.message().lines().findFirst().orElseThrow())
          .toList();
    }
  }

  @Test
  void retry_whatBelongsToAStorage_isRefusedByName() throws IOException {
    assertThat(
            problems(
                """
                  - read: orders
                  - write: copy
                    from: orders
                    mode: overwrite
                    retry: {attempts: 3, budget: 7}
                """))
        .containsExactly(
            "6: unknown key 'budget'. It belongs to a storage, for all steps together: set"
                + " 'resilience.retry.budget' of the storage.");
  }

  @Test
  void retry_wrongValues_areReportedAsThoseOfAStorage() throws IOException {
    assertThat(
            problems(
                """
                  - read: orders
                  - write: copy
                    from: orders
                    mode: overwrite
                    retry: {baseDelay: 2s, maxDelay: 1s}
                  - write: totals
                    from: orders
                    mode: overwrite
                    retry: {byVerdict: {conflicts: {attempts: 3}}}
                """))
        .hasSize(2)
        .satisfies(
            found -> {
              assertThat(found.get(0)).startsWith("6: ").contains("maxDelay must not be shorter");
              assertThat(found.get(1)).startsWith("10: ").contains("Did you mean 'conflict'?");
            });
  }

  @Test
  void everyMistake_reportedAtOnce() throws IOException {
    assertThat(
            problems(
                """
                  - read: order
                  - read: orders
                  - {as: a, sql: SELECT * FROM b}
                  - {as: b, sql: SELECT * FROM a}
                  - {as: c, sql: SELECT custmer FROM orders}
                  - {as: ORDERS, from: orders, filter: id > 1}
                  - {as: odd, from: orders, filter: id >}
                  - {write: totals, from: c, mode: upsert, keys: [customer]}
                  - {write: copy, from: odd, mode: overwrite, keys: [id]}
                """))
        .containsExactlyInAnyOrder(
            "2: step 'order': no storage 'order'. Did you mean 'orders'?",
            "2: step 'order': its rows are used by no other step. Use it or remove it.",
            "4: these steps need each other in a cycle: 'a' needs 'b' needs 'a'. Break it at one of them.",
            "6: step 'c': line 1, column 8: A column or function parameter with name `custmer` cannot be"
                + " resolved. Did you mean one of the following? [`customer`, `id`, `amount`].",
            "7: two steps are named 'ORDERS' (case does not count); the other one is at "
                + folder.resolve("pipeline.yaml")
                + ":3:5. Name one of them differently with 'as'.",
            "8: step 'odd': the SQL does not parse: line 1, column 5: Syntax error at or near end of input.",
            "9: step 'write_totals': storage 'totals' (file) cannot be written with mode upsert. Its modes:"
                + " append, overwrite, errorIfExists, ignore.",
            "10: step 'write_copy': mode overwrite takes no keys. Remove them, or use upsert.");
  }

  public static class Limits implements Factory<List<Integer>> {
    @Override
    public void process(FactoryContext context) throws IOException {
      throw new IOException("out of order");
    }

    @Override
    public List<Integer> get() {
      throw new IllegalStateException("never made");
    }
  }

  public static class Copy implements Factory<Object> {
    @Override
    public void process(FactoryContext context) {}

    @Override
    public Object get() {
      return "";
    }
  }

  @Test
  void fallbackToAValue_isOfTheTypeThatTheFactoryMakes() throws IOException {
    assertThat(
            problems(
                """
                  - {read: orders, fallback: {value: []}}
                  - {factory: io.standpipe.PlanCheckTest$Limits, as: limits, fallback: {value: [1, two]}}
                  - {factory: io.standpipe.PlanCheckTest$Limits, as: fine, fallback: {value: [1, 2]}}
                  - {factory: io.standpipe.PlanCheckTest$Limits, as: read, fallback: {storage: orders}}
                  - {factory: io.standpipe.PlanCheckTest$Copy, as: any, fallback: {value: 3}}
                """))
        .contains(
            "3: 'value[1]' must be a whole number from -2147483648 to 2147483647, but is"
                + " 'two'.",
            "6: step 'any': its factory makes Object, which cannot be written in a file. Give 'step',"
                + " one that makes the same.");
    assertThat(problems("  - {read: orders, fallback: {step: orders, value: 1}}\n"))
        .containsExactly("2: a fallback has exactly one of 'storage', 'step' and 'value'");
    assertThat(
            problems(
                """
                  - {read: orders, fallback: {value: []}}
                  - {factory: io.standpipe.PlanCheckTest$Limits, as: fine, fallback: {value: [1, 2]}}
                  - {factory: io.standpipe.PlanCheckTest$Limits, as: read, fallback: {storage: orders}}
                  - {write: copy, from: orders, mode: overwrite, fallback: {step: orders}}
                """))
        .containsExactlyInAnyOrder(
            "2: step 'orders': 'value' is for factories. Give 'step', for example one that queries"
                + " SELECT 0.5 AS rate.",
            "4: step 'read': its factory makes List<Integer>, and a storage has rows. Give 'value', or"
                + " 'step', one that makes the same.",
            "5: step 'write_copy': a write falls back to a storage. Give 'storage'.");
  }

  public static class Copied implements Factory<Dataset<Row>> {
    @Delivery Dataset<Row> rows;

    @Override
    public void process(FactoryContext context) {}

    @Override
    public Dataset<Row> get() {
      return rows;
    }
  }

  @Test
  void deliveries_problemsAtTheirPlace() throws IOException {
    assertThat(
            problems(
                """
                  - read: orders
                  - read: copy
                  - {factory: io.standpipe.PlanCheckTest$Copied, as: any}
                  - factory: io.standpipe.PlanCheckTest$Copied
                    as: mine
                    deliveries:
                      rows: ordres
                  - factory: io.standpipe.PlanCheckTest$Limits
                    as: limits
                    deliveries:
                      rows: orders
                """))
        .containsExactly(
            "4: step 'any': more than one step delivers Dataset<Row> for field 'rows' of"
                + " PlanCheckTest.Copied: 'orders' makes Dataset<Row>, 'copy' makes Dataset<Row>,"
                + " 'mine' makes Dataset<Row>. Say which with 'deliveries: {rows: orders}' at the"
                + " step, or with 'id' in @Delivery.",
            "8: step 'mine': no step 'ordres'. Did you mean 'orders'?",
            "12: step 'limits': PlanCheckTest.Limits has no delivery 'rows', it takes nothing. Leave"
                + " out 'deliveries'.");
    assertThat(problems("  - {read: orders, deliveries: {rows: orders}}\n"))
        .containsExactly("2: 'deliveries' goes with factory, not with read");
  }

  @Test
  void oneStepInTwoSpellings_columnsAreChecked() throws IOException {
    assertThat(
            problems(
                """
                  - read: orders
                  - {as: c, sql: SELECT a.custmer FROM orders a JOIN Orders b ON a.id = b.id}
                  - {write: totals, from: c, mode: overwrite}
                """))
        .singleElement()
        .asString()
        .startsWith("3: step 'c': line 1, column 8: ")
        .contains("`custmer`");
  }

  @Test
  void replaceWhere_storageThatCannot_isRefused() throws IOException {
    assertThat(
            problems(
                """
                  - read: orders
                  - {write: totals, from: orders, mode: overwrite, replaceWhere: id > 1}
                """))
        .containsExactly(
            "3: step 'write_totals': storage 'totals' (file) does not support overwrite by condition."
                + " Leave out 'replaceWhere'.");
  }

  @Test
  void schemaEvolution_storageThatCannot_isRefused() throws IOException {
    assertThat(
            problems(
                """
                  - read: orders
                  - {write: copy, from: orders, mode: append, schemaEvolution: addColumns}
                """))
        .containsExactly(
            "3: step 'write_copy': storage 'copy' (file) cannot be written with schemaEvolution"
                + " addColumns in mode append. It takes: none.");
  }

  @Test
  void replaceWhere_otherModeOrBadCondition_isRefused() throws IOException {
    assertThat(
            problems(
                """
                  - read: orders
                  - {write: totals, from: orders, mode: append, replaceWhere: id > 1}
                  - {write: copy, from: orders, mode: append, replaceWhere: id >}
                """))
        .containsExactly(
            "3: step 'write_totals': 'replaceWhere' goes with mode overwrite, not with append.",
            "4: step 'write_copy': line 1, column 5: Syntax error at or near end of input.");
  }

  @Test
  void rowsReadBeforeAWriteAndUsedAfterIt_areRefused() throws IOException {
    assertThat(
            problems(
                """
                  - read: copy
                  - read: orders
                  - {as: big, from: copy, filter: id > 1}
                  - {write: copy, from: orders, mode: overwrite}
                  - {write: totals, from: big, mode: overwrite}
                """))
        .containsExactly(
            "6: step 'write_totals': its rows come from 'copy', but 'write_copy' writes that storage in"
                + " between. Move this step before 'write_copy', or read 'copy' again after it and use"
                + " those rows.");
  }

  @Test
  void storageThatIsReadAndThenOverwrittenWithItsOwnRows_isFine() throws IOException {
    assertThat(
            problems(
                """
                  - read: copy
                  - {as: big, from: copy, filter: id > 1}
                  - {write: copy, from: big, mode: overwrite}
                  - {read: copy, as: again}
                  - {write: totals, from: again, mode: overwrite}
                """))
        .isEmpty();
  }
}
