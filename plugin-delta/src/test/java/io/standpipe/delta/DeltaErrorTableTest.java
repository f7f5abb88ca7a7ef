package io.standpipe.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.storage.commit.CommitFailedException;
import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.delta.DeltaAnalysisException;
import org.apache.spark.sql.delta.DeltaErrors;
import org.apache.spark.sql.delta.DeltaFileNotFoundException;
import org.apache.spark.sql.delta.DeltaNoSuchTableException;
import org.apache.spark.sql.delta.DeltaTableFeatureException;
import org.apache.spark.sql.delta.DeltaUnsupportedTableFeatureException;
import org.apache.spark.sql.delta.InvalidProtocolVersionException;
import org.apache.spark.sql.delta.VersionNotFoundException;
import org.apache.spark.sql.delta.schema.InvariantViolationException;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.JavaConverters;

/** Every row of the error table, with the error itself or, where it can be, provoked for real. */
class DeltaErrorTableTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final CountDownLatch NEVER = new CountDownLatch(0);

  /** What a slow source waits for, and how it tells that it has started. */
  private static volatile CountDownLatch started = NEVER;

  private static volatile CountDownLatch released = NEVER;

  private final SparkSession session = DeltaSession.get();
  @TempDir Path folder;

  /** Each row of the table: one example per matcher at least. */
  private static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    row(
        cases,
        "message:more than one row with the key",
        Verdict.DATA,
        task("more than one row with the key {\"id\":1}"));
    row(cases, "message:NULL in the key", Verdict.DATA, task("NULL in the key {\"id\":null}"));
    row(
        cases,
        "message:a row lies outside the condition of the overwrite",
        Verdict.DATA,
        task("a row lies outside the condition of the overwrite: x"));
    row(cases, "class:Refusal", Verdict.PERMANENT, new Problem.Refusal("no", "Stop."));
    row(
        cases,
        "class:ConcurrentAppendException",
        Verdict.CONFLICT,
        new io.delta.exceptions.ConcurrentAppendException("x"),
        new org.apache.spark.sql.delta.ConcurrentAppendException("x"));
    row(
        cases,
        "class:ConcurrentDeleteReadException",
        Verdict.CONFLICT,
        new io.delta.exceptions.ConcurrentDeleteReadException("x"),
        new org.apache.spark.sql.delta.ConcurrentDeleteReadException("x"));
    row(
        cases,
        "class:ConcurrentDeleteDeleteException",
        Verdict.CONFLICT,
        new io.delta.exceptions.ConcurrentDeleteDeleteException("x"),
        new org.apache.spark.sql.delta.ConcurrentDeleteDeleteException("x"));
    row(
        cases,
        "class:ConcurrentWriteException",
        Verdict.CONFLICT,
        new io.delta.exceptions.ConcurrentWriteException("x"),
        new org.apache.spark.sql.delta.ConcurrentWriteException("x"));
    row(
        cases,
        "class:MetadataChangedException",
        Verdict.CONFLICT,
        new io.delta.exceptions.MetadataChangedException("x"),
        new org.apache.spark.sql.delta.MetadataChangedException("x"));
    row(
        cases,
        "class:ProtocolChangedException",
        Verdict.CONFLICT,
        new io.delta.exceptions.ProtocolChangedException("x"),
        new org.apache.spark.sql.delta.ProtocolChangedException("x"));
    row(
        cases,
        "class:TableAlreadyExistsException",
        Verdict.CONFLICT,
        new org.apache.spark.sql.catalyst.analysis.TableAlreadyExistsException("db", "t"));
    row(cases, "message:DELTA_PATH_EXISTS", Verdict.CONFLICT, delta("DELTA_PATH_EXISTS", "/t"));
    row(
        cases,
        "class:ConcurrentTransactionException",
        Verdict.PERMANENT,
        new io.delta.exceptions.ConcurrentTransactionException("x"),
        new org.apache.spark.sql.delta.ConcurrentTransactionException("x"));
    row(
        cases,
        "class:CommitStateUnknownException",
        Verdict.AMBIGUOUS,
        new CommitStateUnknownException());
    row(
        cases,
        "class:CommitCompletionUnknownException",
        Verdict.AMBIGUOUS,
        new CommitCompletionUnknownException());
    row(
        cases,
        "class:CommitOutcomeUnknownException",
        Verdict.AMBIGUOUS,
        new CommitOutcomeUnknownException());
    row(
        cases,
        "class:CommitFailedException & message:retryable=false",
        Verdict.PERMANENT,
        new CommitFailedException(false, true, "x"),
        new CommitFailedException(false, false, "x"));
    row(
        cases,
        "class:CommitFailedException & message:conflict=false",
        Verdict.TRANSIENT,
        new CommitFailedException(true, false, "x"));
    row(
        cases,
        "class:CommitFailedException",
        Verdict.CONFLICT,
        new CommitFailedException(true, true, "x"));
    row(
        cases,
        "message:DELTA_REPLACE_WHERE_MISMATCH",
        Verdict.DATA,
        (Exception)
            DeltaErrors.replaceWhereMismatchException(
                "id = 1",
                new InvariantViolationException("[DELTA_VIOLATE_CONSTRAINT_WITH_VALUES] x")));
    row(
        cases,
        "class:InvariantViolationException",
        Verdict.DATA,
        new InvariantViolationException("x"),
        org.apache.spark.sql.delta.schema.DeltaInvariantViolationException.apply(
            new org.apache.spark.sql.delta.constraints.Constraints.NotNull(
                JavaConverters.asScalaBuffer(List.of("id")).toSeq())));
    row(
        cases,
        "message:DELTA_VIOLATE_CONSTRAINT_WITH_VALUES",
        Verdict.DATA,
        task("[DELTA_VIOLATE_CONSTRAINT_WITH_VALUES] x"));
    row(
        cases,
        "message:DELTA_NOT_NULL_CONSTRAINT_VIOLATED",
        Verdict.DATA,
        task("[DELTA_NOT_NULL_CONSTRAINT_VIOLATED] x"));
    row(
        cases,
        "message:DELTA_EXCEED_CHAR_VARCHAR_LIMIT",
        Verdict.DATA,
        task("[DELTA_EXCEED_CHAR_VARCHAR_LIMIT] x"));
    row(
        cases,
        "message:DELTA_MULTIPLE_SOURCE_ROW_MATCHING_TARGET_ROW_IN_MERGE",
        Verdict.DATA,
        (Exception)
            DeltaErrors.multipleSourceRowMatchingTargetRowInMergeException(DeltaSession.get()));
    row(
        cases,
        "class:DeltaFileNotFoundException",
        Verdict.TRANSIENT,
        new DeltaFileNotFoundException("DELTA_FILE_NOT_FOUND", new String[] {"/t/x.parquet"}));
    row(
        cases,
        "message:Checkpoint block & message:not found",
        Verdict.TRANSIENT,
        task("Checkpoint block rdd_1_2 not found! Either the executor ..."));
    row(
        cases,
        "message:A schema mismatch detected when writing",
        Verdict.PERMANENT,
        delta(
            "_LEGACY_ERROR_TEMP_DELTA_0007",
            "A schema mismatch detected when writing to the Delta table"));
    row(
        cases,
        "message:DELTA_FAILED_TO_MERGE_FIELDS",
        Verdict.PERMANENT,
        delta("DELTA_FAILED_TO_MERGE_FIELDS", "a", "b"));
    row(
        cases,
        "message:DELTA_INVALID_CHARACTERS_IN_COLUMN_NAME",
        Verdict.PERMANENT,
        delta("DELTA_INVALID_CHARACTERS_IN_COLUMN_NAMES", "a b"));
    row(
        cases,
        "message:low retention period",
        Verdict.PERMANENT,
        new IllegalArgumentException(
            "requirement failed: Are you sure you would like to vacuum files with such a low retention period?"));
    row(
        cases,
        "message:DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION",
        Verdict.PERMANENT,
        delta("DELTA_CREATE_TABLE_WITH_NON_EMPTY_LOCATION", "t", "/t"));
    row(
        cases,
        "class:InvalidProtocolVersionException",
        Verdict.PERMANENT,
        new InvalidProtocolVersionException(
            "t",
            9,
            9,
            JavaConverters.asScalaBuffer(List.<Object>of(1)),
            JavaConverters.asScalaBuffer(List.<Object>of(2))));
    row(
        cases,
        "class:DeltaUnsupportedTableFeatureException",
        Verdict.PERMANENT,
        new DeltaUnsupportedTableFeatureException(
            "DELTA_UNSUPPORTED_FEATURES_FOR_READ",
            "t",
            JavaConverters.asScalaBuffer(List.of("x"))));
    row(
        cases,
        "class:DeltaTableFeatureException",
        Verdict.PERMANENT,
        new DeltaTableFeatureException(
            "DELTA_FEATURE_REQUIRES_HIGHER_READER_VERSION", new String[] {"f", "1", "3", "docs"}));
    row(
        cases,
        "class:VersionNotFoundException",
        Verdict.PERMANENT,
        new VersionNotFoundException(5, 0, 3));
    row(
        cases,
        "class:TimestampEarlierThanCommitRetentionException",
        Verdict.PERMANENT,
        DeltaErrors.TimestampEarlierThanCommitRetentionException()
            .apply(new Timestamp(0), new Timestamp(1), "x"));
    row(
        cases,
        "class:TemporallyUnstableInputException",
        Verdict.PERMANENT,
        DeltaErrors.TemporallyUnstableInputException()
            .apply(new Timestamp(1), new Timestamp(0), "x", 1));
    row(
        cases,
        "class:DeltaNoSuchTableException",
        Verdict.PERMANENT,
        new DeltaNoSuchTableException("DELTA_TABLE_NOT_FOUND", new String[] {"t"}));
    row(
        cases,
        "message:DELTA_TABLE_NOT_FOUND",
        Verdict.PERMANENT,
        task("[DELTA_TABLE_NOT_FOUND] Delta table t doesn't exist."));
    row(
        cases,
        "message:DELTA_MISSING_DELTA_TABLE",
        Verdict.PERMANENT,
        delta("DELTA_MISSING_DELTA_TABLE", "t"));
    row(
        cases,
        "message:DELTA_PATH_DOES_NOT_EXIST",
        Verdict.PERMANENT,
        delta("DELTA_PATH_DOES_NOT_EXIST", "/t"));
    row(
        cases,
        "class:DeltaAnalysisException",
        Verdict.PERMANENT,
        delta("DELTA_COLUMN_NOT_FOUND", "a", "b"));
    return cases;
  }

  @TestFactory
  Stream<DynamicTest> everyRow_itsError_getsItsVerdictByThisRow() {
    Map<String, Case> cases = cases();
    return DeltaErrorTable.RULES.stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.matcher(),
                    () -> {
                      Case example = cases.get(rule.matcher());
                      assertThat(example).as("an example of the row").isNotNull();
                      for (Exception error : example.errors()) {
                        Optional<ErrorRule> found =
                            new DeltaFactory().errorClassifier().classify(error);
                        assertThat(found).as(error.toString()).contains(rule);
                        assertThat(rule.verdict()).isEqualTo(example.verdict());
                      }
                    }));
  }

  @Test
  void everyExample_standsInTheTable() {
    assertThat(DeltaErrorTable.RULES)
        .extracting(ErrorRule::matcher)
        .containsExactlyElementsOf(cases().keySet());
  }

  @Test
  void classify_foreignError_isUnknown() {
    assertThat(new DeltaFactory().errorClassifier().classify(new IllegalStateException("x")))
        .isEmpty();
  }

  @Test
  void checkConstraint_brokenByARow_isData() {
    DeltaConnector table = table("checked");
    table.write(session, DeltaSession.sql("select 1 as n"), APPEND);
    DeltaSession.sql(
        "ALTER TABLE delta.`%s` ADD CONSTRAINT positive CHECK (n > 0)"
            .formatted(folder.resolve("checked")));

    assertRefused(
        () -> table.write(session, DeltaSession.sql("select -1 as n"), APPEND),
        Verdict.DATA,
        "cannot append to Delta table '%s': [DELTA_VIOLATE_CONSTRAINT_WITH_VALUES] CHECK constraint"
                .formatted(folder.resolve("checked"))
            + " positive (n > 0) violated by row with values: - n : -1. The rows break a constraint"
            + " of the table: correct them, or leave them out.");
    assertThat(table.read(session).count()).isEqualTo(1);
  }

  @Test
  void notNull_brokenByARow_isData() {
    DeltaConnector table = table("notnull");
    table.create(
        session, org.apache.spark.sql.types.StructType.fromDDL("id INT NOT NULL, n VARCHAR(3)"));

    assertRefused(
        () ->
            table.write(
                session, DeltaSession.sql("select cast(null as int) as id, 'x' as n"), APPEND),
        Verdict.DATA,
        "cannot append to Delta table '%s': [DELTA_NOT_NULL_CONSTRAINT_VIOLATED] NOT NULL constraint"
                .formatted(folder.resolve("notnull"))
            + " violated for column: id. The rows break a constraint of the table: correct them, or"
            + " leave them out.");
  }

  @Test
  void concurrentAppend_toWhatAnOverwriteHasRead_isAConflictThatLeavesNothing() throws Exception {
    DeltaConnector table = table("conflict");
    table.write(session, DeltaSession.sql("select 1 as id"), APPEND);

    Exception loser =
        overtaken(
            () ->
                table.write(
                    session,
                    slow("select 100 as id"),
                    WriteRequest.of(WriteMode.OVERWRITE)
                        .replacing(Condition.column("id").atLeast(1))),
            () -> table.update(session, Condition.expression("true"), Map.of("id", "id + 1")));

    assertConflict(loser);
    assertThat(DeltaSession.sorted(table.read(session))).containsExactly("[2]");
  }

  @Test
  void changedSchema_whileAppending_isAConflict() throws Exception {
    DeltaConnector table = table("metadata");
    table.write(session, DeltaSession.sql("select 1 as id"), APPEND);

    Exception loser =
        overtaken(
            () -> table.write(session, slow("select 2 as id"), APPEND),
            () ->
                DeltaSession.sql(
                    "ALTER TABLE delta.`%s` ADD COLUMNS (extra INT)"
                        .formatted(folder.resolve("metadata"))));

    assertConflict(loser);
    assertThat(DeltaErrorTable.find(loser).orElseThrow().innermost())
        .isInstanceOf(org.apache.spark.sql.delta.MetadataChangedException.class);
    assertThat(table.read(session).count()).isEqualTo(1);
  }

  @Test
  void firstWrites_atTheSameTime_oneWinsAndTheOtherIsAConflict() throws Exception {
    DeltaConnector table = table("created");

    Exception loser =
        overtaken(
            () -> table.write(session, slow("select 2 as id"), APPEND),
            () -> table.write(session, DeltaSession.sql("select 1 as id"), APPEND));

    assertConflict(loser);
    assertThat(DeltaSession.sorted(table.read(session))).containsExactly("[1]");
  }

  private DeltaConnector table(String name) {
    return new DeltaConnector(DeltaConfig.ofPath(folder.resolve(name).toString()));
  }

  /** Rows that are computed only once they are released. */
  private Dataset<Row> slow(String select) {
    session
        .udf()
        .register(
            "wait_for_release",
            (UDF1<Integer, Integer>)
                id -> {
                  started.countDown();
                  if (!released.await(60, TimeUnit.SECONDS)) {
                    throw new IllegalStateException("never released");
                  }
                  return id;
                },
            DataTypes.IntegerType);
    return session
        .range(1)
        .selectExpr(
            select.replaceFirst("select (\\d+) as", "wait_for_release(cast(id + $1 as int)) as"));
  }

  /** Runs the second while the first waits for its rows, and returns the first's error. */
  private static Exception overtaken(Runnable first, Runnable second) throws Exception {
    started = new CountDownLatch(1);
    released = new CountDownLatch(1);
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<?> running = pool.submit(first);
      assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
      second.run();
      released.countDown();
      running.get();
      throw new AssertionError("the first should have lost");
    } catch (java.util.concurrent.ExecutionException e) {
      return (Exception) e.getCause();
    } finally {
      released.countDown();
      pool.shutdownNow();
    }
  }

  private static void assertConflict(Exception error) {
    assertThat(error).isInstanceOf(ConnectorException.class);
    assertThat(DeltaErrorTable.find(error).orElseThrow().rule().verdict())
        .isEqualTo(Verdict.CONFLICT);
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, Verdict verdict, String message) {
    assertThatThrownBy(call)
        .isInstanceOf(ConnectorException.class)
        .hasMessage(message)
        .satisfies(
            error ->
                assertThat(DeltaErrorTable.find(error).orElseThrow().rule().verdict())
                    .isEqualTo(verdict));
  }

  private record Case(Verdict verdict, List<Exception> errors) {}

  private static void row(
      Map<String, Case> cases, String matcher, Verdict verdict, Exception... errors) {
    cases.put(matcher, new Case(verdict, new ArrayList<>(List.of(errors))));
  }

  /** What a task's failure looks like when only its text has come back. */
  private static Exception task(String message) {
    return new org.apache.spark.SparkException("Job aborted due to stage failure: " + message);
  }

  private static Exception delta(String errorClass, String... parameters) {
    return new DeltaAnalysisException(
        errorClass, Arrays.copyOf(parameters, 6), scala.Option.empty(), scala.Option.empty());
  }

  /** Errors of newer Delta libraries, known by name only. */
  private static final class CommitStateUnknownException extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static final class CommitCompletionUnknownException extends CommitFailedException {
    private static final long serialVersionUID = 1L;

    CommitCompletionUnknownException() {
      super(true, true, "x");
    }
  }

  private static final class CommitOutcomeUnknownException extends CommitFailedException {
    private static final long serialVersionUID = 1L;

    CommitOutcomeUnknownException() {
      super(true, true, "x");
    }
  }
}
