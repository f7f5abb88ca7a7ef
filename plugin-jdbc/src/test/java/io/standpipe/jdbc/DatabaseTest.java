package io.standpipe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.Parameter;

/**
 * Tests on each {@link Database}, each with a new table, of which none may leave a staging table.
 */
abstract class DatabaseTest {
  @Parameter Database database;
  String table;
  JdbcConnector connector;

  @BeforeEach
  void newTable() {
    table = Database.newTable();
    connector = database.table(table);
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(database.stagingTables()).isEmpty();
  }
}
