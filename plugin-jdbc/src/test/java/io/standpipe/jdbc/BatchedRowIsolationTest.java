package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.RefusedRows;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.spi.WriteResult.Outcome;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Rows that are set aside by the databases that are written by batches. */
@ParameterizedClass
@EnumSource
class BatchedRowIsolationTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final int ROWS = 6_000;

  /** Each column has a default that the table accepts, and some ids bring what it refuses. */
  private static final String[] COLUMNS = {
    "id",
    "IF(id = 100, NULL, 'name') AS required",
    "IF(id = 500, -1L, id) AS checked",
    "IF(id IN (5000, 5001), 1000000L, id) AS single",
    "IF(id = 900, 99L, 1L) AS parent",
    "IF(id = 1100, 123456.5, 1.5) AS price",
    "IF(id = 1200, 4000000000L, 7L) AS small",
    "IF(id = 1500, 'sad', 'happy') AS mood",
    "IF(id = 1600, 'no uuid', '00000000-0000-0000-0000-000000000001') AS code",
    "IF(id = 5999, 'too long', 'abc') AS short",
    "IF(id = 4200, '\uD83D\uDE00', 'é') AS encoded"
  };

  /** The databases, and the codes of their errors. */
  enum Batched {
    MARIADB {
      @Override
      JdbcConnector connector(String table) {
        return new JdbcConnector(MariaDbServer.shared().config(table));
      }

      @Override
      void execute(String... statements) {
        MariaDbServer.shared().execute(statements);
      }

      @Override
      List<String> texts(String query) {
        return MariaDbServer.shared().texts(query);
      }
    },
    H2 {
      @Override
      JdbcConnector connector(String table) {
        return Database.H2.table(table);
      }

      @Override
      void execute(String... statements) {
        Database.H2.execute(statements);
      }

      @Override
      List<String> texts(String query) {
        return Database.H2.texts(query);
      }
    };

    abstract JdbcConnector connector(String table);

    abstract void execute(String... statements);

    abstract List<String> texts(String query);

    /** MariaDB has texts in an encoding that lacks characters, H2 has not. */
    String encoded() {
      return this == MARIADB ? "varchar(9) CHARACTER SET latin1" : "varchar(9)";
    }

    Tuple[] refused() {
      return this == MARIADB
          ? new Tuple[] {
            tuple(100L, "23000"),
            tuple(500L, "23000"),
            tuple(900L, "23000"),
            tuple(1100L, "22003"),
            tuple(1200L, "22003"),
            tuple(1500L, "01000"),
            tuple(1600L, "22007"),
            tuple(4200L, "22007"),
            tuple(5001L, "23000"),
            tuple(5999L, "22001")
          }
          : new Tuple[] {
            tuple(100L, "23502"),
            tuple(500L, "23513"),
            tuple(900L, "23506"),
            tuple(1100L, "22001"),
            tuple(1200L, "22004"),
            tuple(1500L, "22030"),
            tuple(1600L, "22018"),
            tuple(5001L, "23505"),
            tuple(5999L, "22001")
          };
    }
  }

  @Parameter Batched database;
  private String table;
  private JdbcConnector connector;

  @BeforeEach
  void newTable() {
    table = Database.newTable();
    connector = database.connector(table);
  }

  @AfterEach
  void nothingIsLeftBehind() {
    assertThat(
            database.texts(
                "SELECT table_name FROM information_schema.tables WHERE table_name LIKE"
                    + " 'standpipe_stage%'"))
        .isEmpty();
  }

  private void createStrictTable() {
    database.execute(
        "CREATE TABLE parent_" + table + " (id bigint PRIMARY KEY)",
        "INSERT INTO parent_" + table + " VALUES (1)",
        "CREATE TABLE "
            + table
            + " (id bigint PRIMARY KEY, required varchar(9) NOT NULL, checked bigint,"
            + " single bigint UNIQUE, parent bigint, price decimal(5,1), small integer,"
            + " mood ENUM('happy'), code uuid, short varchar(3), encoded "
            + database.encoded()
            + ", CHECK (checked >= 0), FOREIGN KEY (parent) REFERENCES parent_"
            + table
            + " (id))");
  }

  private static Dataset<Row> rowsWithBadOnes() {
    return SPARK.range(0, ROWS, 1, 3).toDF("id").selectExpr(COLUMNS);
  }

  private long count() {
    return connector.read(SPARK).count();
  }

  @Test
  void append_badRowsOfEveryKind_areSetAsideWithTheirErrors() {
    createStrictTable();
    WriteRequest request = APPEND.withToken(new CommitToken("run", table));
    int bad = database.refused().length;

    IsolatedRows write = IsolatedRows.write(connector, SPARK, rowsWithBadOnes(), request);
    List<Row> refused = write.rows().orderBy("id").collectAsList();
    assertThat(refused)
        .extracting(row -> row.getLong(0), row -> row.<String>getAs(RefusedRows.CODE))
        .containsExactly(database.refused());
    assertThat(write.refused()).isEqualTo(bad);
    assertThat(write.result()).isEqualTo(WriteResult.committed(ROWS - bad));
    assertThat(refused)
        .allSatisfy(row -> assertThat(row.<String>getAs(RefusedRows.MESSAGE)).isNotBlank())
        .anySatisfy(row -> assertThat(row.<String>getAs("short")).isEqualTo("too long"))
        .anySatisfy(row -> assertThat(row.<String>getAs("mood")).isEqualTo("sad"));

    assertThat(count()).isEqualTo(ROWS - bad);
    IsolatedRows repeat = IsolatedRows.write(connector, SPARK, rowsWithBadOnes(), request);
    assertThat(repeat.result()).isEqualTo(WriteResult.unchanged(Outcome.ALREADY_COMMITTED));
    assertThat(repeat.rows().count()).isZero();
  }

  @Test
  void append_onlyGoodOrOnlyBadRows_takesAllOrNone() {
    database.execute("CREATE TABLE " + table + " (id bigint CHECK (id >= 0))");

    IsolatedRows good = IsolatedRows.write(connector, SPARK, SPARK.range(100).toDF("id"), APPEND);
    assertThat(good.result()).isEqualTo(WriteResult.committed(100));
    assertThat(good.refused()).isZero();
    nothingIsLeftBehind();
    IsolatedRows bad = IsolatedRows.write(connector, SPARK, SPARK.range(-30, 0).toDF("id"), APPEND);
    assertThat(bad.result()).isEqualTo(WriteResult.committed(0));
    assertThat(bad.rows().select("id").distinct().count()).isEqualTo(30);
    assertThat(count()).isEqualTo(100);
  }

  @Test
  void append_missingTable_createsIt() {
    Dataset<Row> rows = SPARK.range(5).selectExpr("id", "'x' AS name", "true AS yes");

    IsolatedRows write = IsolatedRows.write(connector, SPARK, rows, APPEND);
    assertThat(write.result()).isEqualTo(WriteResult.committed(5));
    assertThat(connector.read(SPARK).collectAsList())
        .containsExactlyInAnyOrderElementsOf(rows.collectAsList());
  }

  @Test
  void upsert_rowsThatShareOrLackAKey_areAllSetAside() {
    database.execute(
        "CREATE TABLE " + table + " (id varchar(9) UNIQUE, n integer CHECK (n < 10))",
        "INSERT INTO " + table + " VALUES ('a', 0)");
    Dataset<Row> rows =
        rows(
            "id STRING, n INT",
            RowFactory.create("a", 1),
            RowFactory.create("b", 2),
            RowFactory.create("c", 3),
            RowFactory.create("c", 4),
            RowFactory.create(null, 5),
            RowFactory.create("d", 10));

    IsolatedRows write = IsolatedRows.write(connector, SPARK, rows, WriteRequest.upsert("id"));
    assertThat(write.result()).isEqualTo(WriteResult.committed(2));
    assertThat(write.rows().orderBy("n").select("n", RefusedRows.CODE).collectAsList())
        .startsWith(
            RowFactory.create(3, "21000"),
            RowFactory.create(4, "21000"),
            RowFactory.create(5, "23502"))
        .hasSize(4);
    assertThat(database.texts("SELECT concat(id, n) FROM " + table + " ORDER BY 1"))
        .containsExactly("a1", "b2");
  }

  @Test
  void overwrite_badRow_replacesTheOthers() {
    database.execute(
        "CREATE TABLE " + table + " (id bigint CHECK (id <> 7))",
        "INSERT INTO " + table + " VALUES (99)");

    IsolatedRows write =
        IsolatedRows.write(
            connector, SPARK, SPARK.range(10).toDF("id"), WriteRequest.of(WriteMode.OVERWRITE));
    assertThat(write.refused()).isOne();
    assertThat(count()).isEqualTo(9);
  }

  @Test
  void overwrite_errorThatIsNotAboutARow_changesNothing() {
    database.execute(
        "CREATE TABLE " + table + " (id bigint CHECK (id <> 3))",
        "INSERT INTO " + table + " VALUES (99)");
    WriteRequest overwrite =
        WriteRequest.of(WriteMode.OVERWRITE).withToken(new CommitToken("run", table));
    database.execute(
        database == Batched.MARIADB
            ? "CREATE TRIGGER fail_"
                + table
                + " BEFORE INSERT ON "
                + table
                + " FOR EACH ROW IF NEW.id = 5 THEN SIGNAL SQLSTATE '53100'"
                + " SET MESSAGE_TEXT = 'disk full'; END IF"
            : "CREATE TRIGGER fail_"
                + table
                + " BEFORE INSERT ON "
                + table
                + " FOR EACH ROW CALL '"
                + DiskFull.class.getName()
                + "'");

    assertThatThrownBy(
            () -> IsolatedRows.write(connector, SPARK, SPARK.range(10).toDF("id"), overwrite))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("disk full");
    assertThat(database.texts("SELECT id FROM " + table)).containsExactly("99");
    database.execute("DROP TRIGGER fail_" + table);
    IsolatedRows again =
        IsolatedRows.write(connector, SPARK, SPARK.range(10).toDF("id"), overwrite);
    assertThat(again.result()).isEqualTo(WriteResult.committed(9));
  }

  /** A trigger of H2. */
  public static final class DiskFull implements org.h2.api.Trigger {
    @Override
    public void fire(java.sql.Connection connection, Object[] before, Object[] after)
        throws java.sql.SQLException {
      if (after[0].equals(5L)) {
        throw new java.sql.SQLException("disk full", "53100");
      }
    }
  }
}
