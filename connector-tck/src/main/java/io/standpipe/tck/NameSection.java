package io.standpipe.tck;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.Identifiers;
import io.standpipe.storage.Storage;
import io.standpipe.storage.StorageException;
import io.standpipe.tck.Deviations.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** D28: columns are called as they were written. */
final class NameSection extends Section {
  private static final Behaviour NAMES = Behaviour.of(28, "column names");
  private static final Map<String, String> COLUMNS = new LinkedHashMap<>();

  static {
    COLUMNS.put("upper case", "UpperCase");
    COLUMNS.put("blank", "two words");
    COLUMNS.put("quotes", "quo\"te'd");
    COLUMNS.put("backtick", "back`tick");
    COLUMNS.put("reserved word", "select");
    COLUMNS.put("łąka", "łąka_列");
    COLUMNS.put("dot", "a.b");
    COLUMNS.put("hyphen and slash", "a-b/c");
    COLUMNS.put("leading digit", "1st");
  }

  /** The table with all names that are not refused; empty if one of them spoils it. */
  private Optional<Storage> together = Optional.empty();

  private boolean tried;

  NameSection(Bench bench, Recorder recorder) {
    super(bench, recorder);
  }

  @Override
  void define() {
    COLUMNS.forEach((variant, column) -> behaviour(NAMES.variant(variant), () -> name(variant)));
  }

  private void name(String variant) {
    String column = COLUMNS.get(variant);
    Optional<Storage> shared = isRefused(variant) ? Optional.empty() : together();
    List<String> columns = shared.isPresent() ? accepted() : List.of(column);
    Storage storage =
        shared
            .map(known -> bench.again(known, sent(columns).schema()))
            .orElseGet(() -> bench.holding(sent(columns)));
    storage.act(
        () -> {
          Dataset<Row> read = storage.read(spark);
          assertThat(Rows.columns(read)).hasSize(columns.size() + 1).contains("id", column);
          assertThat(Rows.texts(read, column)).containsExactly("row 1", "row 2");
          String filter = Identifiers.quoted(column) + " = 'row 2'";
          assertThat(Rows.texts(read.filter(filter), column)).containsExactly("row 2");
          return true;
        });
  }

  private boolean isRefused(String variant) {
    return deviation(Kind.REFUSES, NAMES.variant(variant)).isPresent();
  }

  private List<String> accepted() {
    return COLUMNS.entrySet().stream()
        .filter(name -> !isRefused(name.getKey()))
        .map(Map.Entry::getValue)
        .toList();
  }

  private Optional<Storage> together() {
    if (!tried) {
      tried = true;
      try {
        together = Optional.of(bench.holding(sent(accepted())));
      } catch (StorageException spoilt) {
        together = Optional.empty();
      }
    }
    return together;
  }

  private Dataset<Row> sent(List<String> columns) {
    List<Column> selected = new ArrayList<>(List.of(col("id")));
    columns.forEach(column -> selected.add(col("name").as(column)));
    return Rows.numbers(spark, 1, 3).select(selected.toArray(Column[]::new));
  }
}
