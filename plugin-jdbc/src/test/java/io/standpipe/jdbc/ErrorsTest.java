package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static io.standpipe.jdbc.Sessions.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.standpipe.spi.Condition;
import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.sql.Connection;
import java.sql.SQLDataException;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ErrorsTest {
  private static final ErrorClassifier CLASSIFIER = new JdbcFactory().errorClassifier();
  private static final List<ErrorRule> RULES =
      ErrorClassifier.rules(JdbcFactory.class, "errors.tsv");

  /** What the sources say, by SQL state; written down apart from the table under test. */
  static Stream<Arguments> states() {
    return Stream.of(
            all(Verdict.TRANSIENT, "08000 08001 08003 08006 08S01 57P01 57P02 57P03 57P05 58000"),
            all(Verdict.TRANSIENT, "58030 53000 53200 55P03 55006 25P03 25P04 72000 26000 25006"),
            all(Verdict.THROTTLED, "53300"),
            all(Verdict.CONFLICT, "40001 40000 40P01"),
            all(Verdict.AMBIGUOUS, "08007 40003"),
            all(Verdict.DATA, "22001 22003 22007 22P02 21000 23000 23001 23502 23503 23505 23514"),
            all(Verdict.DATA, "23P01 40002 44000"),
            all(Verdict.PERMANENT, "57014 25P02 53100 53400 08004 08P01 57P04 55000 55P02 55P04"),
            all(Verdict.PERMANENT, "58P01 58P02 0A000 0LP01 0P000 28P01 28000 2BP01 2D000 2F002"),
            all(Verdict.PERMANENT, "34000 38001 39001 3B001 3D000 3F000 42P01 42501 54000 F0001"),
            all(Verdict.PERMANENT, "HV000 P0001 XX001 XX002"),
            all(Verdict.UNKNOWN, "XX000"),
            all(Verdict.TRANSIENT, "90020 HYT00 90067 90007 90098 90121"),
            all(Verdict.PERMANENT, "90108 90028 90030 90039"))
        .flatMap(s -> s);
  }

  private static Stream<Arguments> all(Verdict verdict, String states) {
    return Arrays.stream(states.split(" "))
        .map(state -> Arguments.of(new SQLException("message", state), verdict));
  }

  /** Errors that are known by more than their SQL state. */
  static Stream<Arguments> others() {
    return Stream.of(
        Arguments.of(new RefusedRowsException("p", "r"), Verdict.DATA),
        Arguments.of(
            new UnknownCommitException(new TableId("s", "t"), new SQLException("m", "08006")),
            Verdict.AMBIGUOUS),
        Arguments.of(new SQLException("SSL error: PKIX path", "08006"), Verdict.PERMANENT),
        Arguments.of(
            new SQLException("(conn=1) Self signed certificates. Either", "08000"),
            Verdict.PERMANENT),
        Arguments.of(
            new SQLException("SSL hostname verification failed: x", "08006"), Verdict.PERMANENT),
        Arguments.of(new LostStagingException(new TableId("s", "t"), 2, 1), Verdict.TRANSIENT),
        Arguments.of(
            new SQLException("ERROR: canceling statement due to statement timeout", "57014"),
            Verdict.TRANSIENT),
        Arguments.of(new JdbcSQLTimeoutException(), Verdict.TRANSIENT),
        Arguments.of(
            new SQLException("Unique index violation; SQL: MERGE INTO t", "23505", 23505),
            Verdict.CONFLICT),
        Arguments.of(new SQLException("Concurrent update", "90131", 90131), Verdict.CONFLICT),
        Arguments.of(new SQLException("Too many connections", "08004", 1040), Verdict.THROTTLED),
        Arguments.of(
            new SQLException("Data truncated for column 'x'", "01000", 1265), Verdict.DATA),
        Arguments.of(new SQLException("Deadlock found", "HY000", 1213), Verdict.CONFLICT),
        Arguments.of(
            new SQLException("key specification without a key length", "42000", 1170),
            Verdict.PERMANENT),
        Arguments.of(
            new SQLException("Lock wait timeout exceeded", "HY000", 1205), Verdict.CONFLICT),
        Arguments.of(
            new SQLException("MySQL server has gone away", "HY000", 2006), Verdict.TRANSIENT),
        Arguments.of(
            new SQLException("Lost connection to MySQL server", "HY000", 2013), Verdict.AMBIGUOUS),
        Arguments.of(new SQLException("ORA-00060: deadlock", "61000", 60), Verdict.CONFLICT),
        Arguments.of(new SQLException("ORA-08177: can't", "72001", 8177), Verdict.CONFLICT),
        Arguments.of(new SQLException("ORA-03113: end", "66000", 3113), Verdict.AMBIGUOUS),
        Arguments.of(new SQLException("ORA-03114: not", "66000", 3114), Verdict.AMBIGUOUS),
        Arguments.of(new SQLException("ORA-12541: no", "66000", 12541), Verdict.TRANSIENT),
        Arguments.of(new SQLException("ORA-12514: no", "66000", 12514), Verdict.TRANSIENT),
        Arguments.of(new SQLException("ORA-01555: old", "72001", 1555), Verdict.TRANSIENT),
        Arguments.of(new SQLServerException(1205), Verdict.CONFLICT),
        Arguments.of(new SQLServerException(40197), Verdict.TRANSIENT),
        Arguments.of(new SQLServerException(40613), Verdict.TRANSIENT),
        Arguments.of(new SQLServerException(49918), Verdict.TRANSIENT),
        Arguments.of(new SQLServerException(40501), Verdict.THROTTLED),
        Arguments.of(new SQLTransactionRollbackException("m"), Verdict.CONFLICT),
        Arguments.of(new SQLTimeoutException("m"), Verdict.TRANSIENT),
        Arguments.of(new SQLRecoverableException("m"), Verdict.TRANSIENT),
        Arguments.of(new SQLIntegrityConstraintViolationException("m"), Verdict.DATA),
        Arguments.of(new SQLDataException("m"), Verdict.DATA),
        Arguments.of(new SQLNonTransientConnectionException("m"), Verdict.PERMANENT));
  }

  /** Named as H2's. */
  private static final class JdbcSQLTimeoutException extends SQLException {
    private static final long serialVersionUID = 1L;

    JdbcSQLTimeoutException() {
      super("Statement was canceled or the session timed out", "57014", 57014);
    }
  }

  /** Named as Microsoft's. */
  private static final class SQLServerException extends SQLException {
    private static final long serialVersionUID = 1L;

    SQLServerException(int code) {
      super("message", "S0001", code);
    }
  }

  @ParameterizedTest
  @MethodSource({"states", "others"})
  void classify_error_givesItsVerdict(Throwable error, Verdict verdict) {
    assertThat(CLASSIFIER.classify(error))
        .hasValueSatisfying(rule -> assertThat(rule.verdict()).isEqualTo(verdict));
  }

  @Test
  void rules_all_decideSomeErrorAndNameTheirSource() {
    Set<ErrorRule> used = new HashSet<>();
    Stream.concat(states(), others())
        .forEach(error -> CLASSIFIER.classify((Throwable) error.get()[0]).ifPresent(used::add));

    assertThat(RULES).allSatisfy(rule -> assertThat(rule.source()).isNotBlank());
    List<ErrorRule> unused = new ArrayList<>(RULES);
    unused.removeAll(used);
    assertThat(unused).extracting(ErrorRule::matcher).isEmpty();
  }

  @Test
  void classify_foreignError_isNotOurs() {
    assertThat(CLASSIFIER.classify(new IllegalStateException("08006"))).isEmpty();
    assertThat(CLASSIFIER.classify(new SQLException("no state"))).isEmpty();
  }

  private static String newTable(String columns) {
    String table = Database.newTable();
    Database.POSTGRESQL.execute("CREATE TABLE " + table + " (" + columns + ")");
    return table;
  }

  private static Throwable append(String table, Object... values) {
    return catchThrowable(
        () ->
            Database.POSTGRESQL
                .table(table)
                .write(
                    SPARK,
                    rows("a INT, b STRING", RowFactory.create(values)),
                    WriteRequest.of(WriteMode.APPEND)));
  }

  @Test
  void postgres_rowsThatAreWrong_areData() {
    assertThat(Verdicts.of(append(newTable("a integer NOT NULL, b text"), null, "x")))
        .isEqualTo(Verdict.DATA);
    assertThat(Verdicts.of(append(newTable("a integer CHECK (a > 5), b text"), 1, "x")))
        .isEqualTo(Verdict.DATA);
    assertThat(Verdicts.of(append(newTable("a integer, b varchar(2)"), 1, "xyz")))
        .isEqualTo(Verdict.DATA);
    String unique = newTable("a integer PRIMARY KEY, b text");
    append(unique, 1, "x");
    Throwable duplicate = append(unique, 1, "x");
    assertThat(Verdicts.of(duplicate)).isEqualTo(Verdict.DATA);
    assertThat(duplicate).hasMessageContaining("duplicate key value violates unique constraint");
    assertThat(Verdicts.of(append(newTable("a integer, b text"), 1, "nul \0")))
        .isEqualTo(Verdict.DATA);
  }

  @Test
  void postgres_wrongPasswordTableOrRight_isPermanent() {
    String table = newTable("a integer, b text");
    Throwable password =
        catchThrowable(
            () ->
                new JdbcConnector(Database.POSTGRESQL.config("table", table, "password", "no"))
                    .exists(SPARK));
    assertThat(Verdicts.of(password)).isEqualTo(Verdict.PERMANENT);
    assertThat(Verdicts.of(sqlError("SELECT * FROM no_such_table"))).isEqualTo(Verdict.PERMANENT);
    Database.POSTGRESQL.execute(
        "CREATE USER reader_" + table + " PASSWORD 'x'",
        "GRANT SELECT ON " + table + " TO reader_" + table);
    JdbcConnector reader =
        new JdbcConnector(
            Database.POSTGRESQL.config("table", table, "user", "reader_" + table, "password", "x"));
    assertThat(reader.read(SPARK).count()).isZero();
    assertThatThrownBy(
            () ->
                reader.write(
                    SPARK, rows("a INT", RowFactory.create(1)), WriteRequest.of(WriteMode.APPEND)))
        .satisfies(error -> assertThat(Verdicts.of(error)).isEqualTo(Verdict.PERMANENT))
        .hasMessageEndingWith(
            "Grant the user what is missing: writing needs the right to create tables in the"
                + " table's schema.");
  }

  @Test
  void postgres_queryTimeout_isTransientWhileReadingAndWriting() {
    JdbcConfig config =
        Database.POSTGRESQL.config(
            "query", "SELECT pg_sleep(20)::text AS x", "queryTimeout", "0.5S");
    Throwable error =
        catchThrowable(() -> new JdbcQueryConnector(config).read(SPARK).collectAsList());

    assertThat(error).hasStackTraceContaining("statement timeout");
    assertThat(Verdicts.of(error)).isEqualTo(Verdict.TRANSIENT);
  }

  @Test
  void postgres_lockThatIsHeld_isTransientAndNothingIsWritten() throws Exception {
    String table = newTable("a integer, b text");
    try (Connection other = Database.POSTGRESQL.connect();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE " + table + " IN SHARE ROW EXCLUSIVE MODE");
      Throwable error =
          catchThrowable(
              () ->
                  new JdbcConnector(
                          Database.POSTGRESQL.config("table", table, "queryTimeout", "1S"))
                      .write(
                          SPARK,
                          rows("a INT", RowFactory.create(1)),
                          WriteRequest.of(WriteMode.APPEND)));
      assertThat(Verdicts.of(error)).isEqualTo(Verdict.TRANSIENT);
      assertThat(error)
          .hasMessageEndingWith(
              "If nobody cancelled it, raise 'queryTimeout' or the server's statement_timeout.");
    }
    assertThat(Database.POSTGRESQL.texts("SELECT a FROM " + table)).isEmpty();
  }

  @Test
  void postgres_nobodyListening_isTransient() {
    Throwable error =
        catchThrowable(
            () ->
                new JdbcConnector(
                        Database.POSTGRESQL.config(
                            "url",
                            "jdbc:postgresql://127.0.0.1:1/x?ApplicationName=y",
                            "table",
                            "t"))
                    .read(SPARK));

    assertThat(Verdicts.of(error)).isEqualTo(Verdict.TRANSIENT);
    assertThat(error)
        .hasMessageStartingWith(
            "cannot connect to jdbc:postgresql://127.0.0.1:1/x: Connection to 127.0.0.1:1 refused")
        .hasMessageEndingWith("Check host and port in 'url', and that the server runs.");
  }

  @Test
  void postgres_backendThatIsTerminated_isTransient() throws Exception {
    try (Connection connection = Database.POSTGRESQL.connect();
        Statement statement = connection.createStatement()) {
      String pid = connection.unwrap(org.postgresql.PGConnection.class).getBackendPID() + "";
      Database.POSTGRESQL.execute("SELECT pg_terminate_backend(" + pid + ")");

      Throwable error = catchThrowable(() -> statement.execute("SELECT 1"));

      assertThat(Verdicts.of(error)).isEqualTo(Verdict.TRANSIENT);
    }
  }

  @Test
  void postgres_serializationFailure_isAConflict() throws Exception {
    String table = newTable("a integer");
    Database.POSTGRESQL.execute("INSERT INTO " + table + " VALUES (1)");
    try (Connection first = Database.POSTGRESQL.connect();
        Connection second = Database.POSTGRESQL.connect();
        Statement one = first.createStatement();
        Statement two = second.createStatement()) {
      first.setAutoCommit(false);
      first.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      one.executeQuery("SELECT * FROM " + table).close();
      two.execute("UPDATE " + table + " SET a = 2");

      Throwable error = catchThrowable(() -> one.execute("UPDATE " + table + " SET a = 3"));

      assertThat(Verdicts.of(error)).isEqualTo(Verdict.CONFLICT);
    }
  }

  @Test
  void postgres_backendKilledInTheFinalTransaction_leavesNothing() {
    String table = newTable("a integer");
    killsTheBackendDuringTheCommit("INSERT", table);

    Throwable error =
        catchThrowable(
            () ->
                Database.POSTGRESQL
                    .table(table)
                    .write(
                        SPARK,
                        rows("a INT", RowFactory.create(1)),
                        WriteRequest.of(WriteMode.APPEND)));

    // From here it looks as if it might have happened.
    assertThat(error).isInstanceOf(UnknownCommitException.class);
    assertThat(Verdicts.of(error)).isEqualTo(Verdict.AMBIGUOUS);
    assertThat(Database.POSTGRESQL.texts("SELECT a FROM " + table)).isEmpty();
    assertThat(Database.POSTGRESQL.stagingTables()).isEmpty();
  }

  @Test
  void postgres_backendKilledWhenADeletionIsCommitted_isAmbiguous() {
    String table = newTable("a integer");
    Database.POSTGRESQL.execute("INSERT INTO " + table + " VALUES (1)");
    killsTheBackendDuringTheCommit("DELETE", table);

    Throwable error =
        catchThrowable(
            () ->
                Database.POSTGRESQL
                    .table(table)
                    .deleteWhere(SPARK, Condition.column("a").equalTo(1)));

    assertThat(Verdicts.of(error)).isEqualTo(Verdict.AMBIGUOUS);
    assertThat(error)
        .hasMessage(
            "the connection was lost while a change of table 'public."
                + table
                + "' was committed, so it may or may not have happened. Look into the table before"
                + " you repeat it. A write with a commit token can simply be repeated.");
    assertThat(Database.POSTGRESQL.texts("SELECT a FROM " + table)).containsExactly("1");
  }

  private static void killsTheBackendDuringTheCommit(String event, String table) {
    Database.POSTGRESQL.execute(
        "CREATE FUNCTION kill_"
            + table
            + "() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$",
        "CREATE CONSTRAINT TRIGGER k AFTER "
            + event
            + " ON "
            + table
            + " DEFERRABLE INITIALLY DEFERRED"
            + " FOR EACH ROW EXECUTE FUNCTION kill_"
            + table
            + "()");
  }

  private static Throwable sqlError(String sql) {
    return catchThrowable(
        () -> {
          try (Connection connection = Database.POSTGRESQL.connect();
              Statement statement = connection.createStatement()) {
            statement.execute(sql);
          }
        });
  }
}
