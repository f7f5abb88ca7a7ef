package io.standpipe.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.DataSize;
import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Secret;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OptionDocsTest {

  enum Format {
    JSON,
    CSV
  }

  record Options(
      @Description("Where | from.\nMore.") String url,
      @Description("The password.") Optional<Secret> password,
      @Description("How the files are written.") @Default("json") Format format,
      @Default("10s") Duration timeout,
      @Default("") String prefix,
      Pool pool,
      List<Column> columns,
      Map<String, Column> byName,
      SourcePosition position) {}

  record Pool(@Description("Connections.") @Default("4") int size, Optional<DataSize> buffer) {}

  record Column(@Description("Its name.") String name) {}

  @Test
  void markdown_record_isATableOfItsOptions() {
    assertThat(OptionDocs.markdown(Options.class))
        .isEqualTo(
            """
            | Option | Type | Default | Description |
            | --- | --- | --- | --- |
            | `url` | text | **required** | Where \\| from. More. |
            | `password` | secret |  | The password. |
            | `format` | one of json, csv | `json` | How the files are written. |
            | `timeout` | duration | `10s` |  |
            | `prefix` | text | empty |  |
            | `pool` | mapping | **required** |  |
            | `pool.size` | whole number | `4` | Connections. |
            | `pool.buffer` | data size |  |  |
            | `columns` | list of mapping |  |  |
            | `columns[].name` | text | **required** | Its name. |
            | `byName` | mapping to mapping |  |  |
            | `byName.<name>.name` | text | **required** | Its name. |
            """);
  }

  @Test
  void descriptors_record_sayWhatAnOptionIs() {
    List<OptionDescriptor> options = OptionDescriptor.of(Options.class);

    assertThat(options)
        .extracting(OptionDescriptor::name)
        .containsExactly(
            "url", "password", "format", "timeout", "prefix", "pool", "columns", "byName");
    assertThat(options.get(1))
        .isEqualTo(
            new OptionDescriptor(
                "password", "secret", "The password.", Optional.empty(), false, true, List.of()));
    assertThat(options.get(5).nested())
        .extracting(OptionDescriptor::defaultValue)
        .containsExactly(Optional.of("4"), Optional.empty());
  }

  @Test
  void row_wrongNumberOfCells_isRefused() {
    assertThatThrownBy(() -> new MarkdownTable("a", "b").row("1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a row of 1 cells in a table of 2 columns");
  }
}
