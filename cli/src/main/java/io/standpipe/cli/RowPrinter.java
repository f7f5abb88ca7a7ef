package io.standpipe.cli;

import io.standpipe.spi.Identifiers;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;

/** Prints the rows of a small dataset. */
final class RowPrinter {
  private RowPrinter() {}

  static String print(Dataset<Row> rows, Table.Format format) {
    if (format == Table.Format.json) {
      List<String> lines = rows.toJSON().collectAsList();
      return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
    }
    Table table = new Table(rows.columns());
    Column[] asText =
        Arrays.stream(rows.columns())
            .map(Identifiers::column)
            .map(column -> functions.coalesce(text(column), functions.lit("NULL")))
            .toArray(Column[]::new);
    for (Row row : rows.select(asText).collectAsList()) {
      String[] values = new String[row.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = row.getString(i);
      }
      table.row(values);
    }
    return table.render(format);
  }

  private static Column text(Column column) {
    // ToPrettyString is what Dataset.show uses: it knows every type, binary and nested ones too.
    return new Column(
        new org.apache.spark.sql.catalyst.expressions.ToPrettyString(
            column.expr(), scala.Option.apply(java.util.TimeZone.getDefault().getID())));
  }

  static Column[] ordering(String sql) {
    return Arrays.stream(sql.split(","))
        .map(String::strip)
        .map(
            part -> {
              String lower = part.toLowerCase(java.util.Locale.ROOT);
              if (lower.endsWith(" desc")) {
                return functions.expr(part.substring(0, part.length() - 5)).desc();
              }
              return functions
                  .expr(lower.endsWith(" asc") ? part.substring(0, part.length() - 4) : part)
                  .asc();
            })
        .toArray(Column[]::new);
  }
}
