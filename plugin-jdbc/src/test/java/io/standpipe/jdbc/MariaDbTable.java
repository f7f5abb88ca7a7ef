package io.standpipe.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** Tests on MariaDB, each with a new table, of which none may leave a staging table. */
abstract class MariaDbTable {
  static final MariaDbServer SERVER = MariaDbServer.shared();

  String table;
  JdbcConnector connector;

  @BeforeEach
  void newTable() {
    table = Database.newTable();
    connector = connector();
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(
            SERVER.texts(
                "SELECT table_name FROM information_schema.tables WHERE table_name LIKE"
                    + " 'standpipe_stage%'"))
        .isEmpty();
  }

  /** The table, or another one, with further options, names and values in turn. */
  JdbcConnector connector(Object... namesAndValues) {
    return new JdbcConnector(SERVER.config(table, namesAndValues));
  }

  List<String> ids() {
    return SERVER.texts("SELECT id FROM " + table + " ORDER BY id");
  }
}
