package io.standpipe.jdbc;

import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.time.ZoneId;
import java.util.List;

/**
 * A write that was checked against the table.
 *
 * @param target the table, there or to be created
 * @param stage where the tasks leave their rows
 * @param columns which columns of the rows go where
 * @param keys the table's spelling of the key columns
 * @param onConflict what an upsert does with a key that the table has
 * @param overwriteBy how an overwrite empties the table
 * @param zone Spark's session time zone
 */
record WritePlan(
    TableId target,
    TableId stage,
    List<StageColumn> columns,
    List<String> keys,
    JdbcConfig.OnConflict onConflict,
    JdbcConfig.OverwriteBy overwriteBy,
    WriteRequest request,
    ZoneId zone) {

  List<String> targetNames() {
    return columns.stream().map(StageColumn::target).toList();
  }

  /** The columns that an upsert changes in a row that is there. */
  List<String> updates() {
    return onConflict == JdbcConfig.OnConflict.IGNORE
        ? List.of()
        : targetNames().stream().filter(name -> !keys.contains(name)).toList();
  }

  /** The columns that go from the staging table to the target: all, or for a delete the keys. */
  List<String> moved() {
    return request.mode() == WriteMode.DELETE ? keys : targetNames();
  }

  /** What a task sends into a table. */
  StageLoader.Stage into(TableId table) {
    return new StageLoader.Stage(
        table.sql(), targetNames(), columns.stream().map(StageColumn::type).toList());
  }
}
