package io.standpipe.repository;

import java.util.List;
import org.apache.spark.sql.Row;

/**
 * A record's components and where they stand in rows of one schema.
 *
 * @param cells one for each component, unless the columns do not fit
 */
record Binding<T extends Record>(RecordMapping<T> mapping, List<Cell> cells) {
  Binding {
    cells = List.copyOf(cells);
  }

  /** A component, the column that holds it and its place in the row. */
  record Cell(Component component, String column, int index, Decoder decoder) {}

  /**
   * Makes a record.
   *
   * @throws BadValue if a value does not fit or the record refuses it
   */
  T read(Row row) {
    Object[] values = new Object[cells.size()];
    for (int i = 0; i < values.length; i++) {
      Cell cell = cells.get(i);
      values[i] = cell.component().decode(row.get(cell.index()), cell.decoder());
    }
    return mapping.construct(values);
  }
}
