package io.standpipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.config.ConfigurationException;
import io.standpipe.config.ConfigurationSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
