package io.standpipe.hudi;

import static io.standpipe.hudi.HudiSession.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteRequest;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hudi.common.model.HoodieAvroRecord;
import org.apache.hudi.common.util.Option;
import org.apache.hudi.exception.CorruptedLogFileException;
import org.apache.hudi.exception.HoodieCatalogException;
import org.apache.hudi.exception.HoodieClusteringException;
import org.apache.hudi.exception.HoodieClusteringUpdateException;
import org.apache.hudi.exception.HoodieCommitException;
import org.apache.hudi.exception.HoodieCompactException;
import org.apache.hudi.exception.HoodieCompactionException;
import org.apache.hudi.exception.HoodieCorruptedDataException;
import org.apache.hudi.exception.HoodieDeletePartitionPendingTableServiceException;
import org.apache.hudi.exception.HoodieDuplicateDataFileDetectedException;
import org.apache.hudi.exception.HoodieDuplicateKeyException;
import org.apache.hudi.exception.HoodieEarlyConflictDetectionException;
import org.apache.hudi.exception.HoodieException;
import org.apache.hudi.exception.HoodieHeartbeatException;
import org.apache.hudi.exception.HoodieIOException;
import org.apache.hudi.exception.HoodieIncrementalPathNotFoundException;
import org.apache.hudi.exception.HoodieIndexException;
import org.apache.hudi.exception.HoodieInsertException;
import org.apache.hudi.exception.HoodieJsonConversionException;
import org.apache.hudi.exception.HoodieKeyException;
import org.apache.hudi.exception.HoodieKeyGeneratorException;
import org.apache.hudi.exception.HoodieLockException;
import org.apache.hudi.exception.HoodieLogCompactException;
import org.apache.hudi.exception.HoodieMetaSyncException;
import org.apache.hudi.exception.HoodieMetadataException;
import org.apache.hudi.exception.HoodieMetadataIndexException;
import org.apache.hudi.exception.HoodieNotSupportedException;
import org.apache.hudi.exception.HoodieNullSchemaTypeException;
import org.apache.hudi.exception.HoodieRecordCreationException;
import org.apache.hudi.exception.HoodieRecordMissingException;
import org.apache.hudi.exception.HoodieRemoteException;
import org.apache.hudi.exception.HoodieRollbackException;
import org.apache.hudi.exception.HoodieSchemaEvolutionConflictException;
import org.apache.hudi.exception.HoodieSchemaNotFoundException;
import org.apache.hudi.exception.HoodieTimeTravelException;
import org.apache.hudi.exception.HoodieUpgradeDowngradeException;
import org.apache.hudi.exception.HoodieUpsertException;
import org.apache.hudi.exception.HoodieValidationException;
import org.apache.hudi.exception.HoodieWriteConflictException;
import org.apache.hudi.exception.InvalidHoodiePathException;
import org.apache.hudi.exception.InvalidTableException;
import org.apache.hudi.exception.SchemaCompatibilityException;
import org.apache.hudi.exception.TableNotFoundException;
import org.apache.hudi.internal.schema.HoodieSchemaException;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SaveMode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every row of the error table, with the error itself or, where it can be, provoked for real. */
class HudiErrorTableTest extends HudiTableFixture {
  private static final WriteRequest BY_ID = WriteRequest.upsert("id");

  @TestFactory
  Stream<DynamicTest> everyRow_hasAnExampleThatItIsAbout() {
    Map<String, Case> cases = cases();
    assertThat(HudiErrorTable.RULES)
        .extracting(ErrorRule::matcher)
        .containsOnlyOnceElementsOf(cases.keySet());
    return HudiErrorTable.RULES.stream()
        .map(
            rule ->
                DynamicTest.dynamicTest(
                    rule.matcher(),
                    () -> {
                      Case example = cases.get(rule.matcher());
                      assertThat(example).as("an example for " + rule.matcher()).isNotNull();
                      assertThat(rule.verdict()).isEqualTo(example.verdict());
                      assertThat(rule.source()).isNotBlank();
                      Throwable wrapped =
                          new HoodieUpsertException("Failed to upsert", example.error());
                      assertThat(HudiErrorTable.find(wrapped).map(HudiErrorTable.Match::rule))
                          .contains(rule);
                    }));
  }

  /** An error and what it means. */
  private record Case(Verdict verdict, Throwable error) {}

  private static Map<String, Case> cases() {
    Map<String, Case> cases = new LinkedHashMap<>();
    add(
        cases,
        Verdict.DATA,
        "message:more than one row with the key",
        new RuntimeException("more than one row with the key {}"));
    add(cases, Verdict.DATA, "message:NULL in the key", new RuntimeException("NULL in the key {}"));
    conflicts(cases);
    rowErrors(cases);
    permanent(cases);
    services(cases);
    return cases;
  }

  private static void conflicts(Map<String, Case> cases) {
    add(cases, Verdict.CONFLICT, new HoodieWriteConflictException("x"));
    add(cases, Verdict.CONFLICT, new HoodieEarlyConflictDetectionException("x"));
    add(
        cases,
        Verdict.CONFLICT,
        "message:Cannot resolve conflicts for overlapping writes",
        new java.util.ConcurrentModificationException(
            "Cannot resolve conflicts for overlapping writes between"));
    add(cases, Verdict.CONFLICT, new HoodieClusteringUpdateException("x"));
    add(
        cases,
        Verdict.CONFLICT,
        "class:FileAlreadyExistsException",
        new HoodieIOException("x", new org.apache.hadoop.fs.FileAlreadyExistsException("x")));
    add(
        cases,
        Verdict.PERMANENT,
        "message:please rollback greater commits first",
        new HoodieRollbackException(
            "Found commits after time :1, please rollback greater commits first"));
    add(cases, Verdict.TRANSIENT, new HoodieLockException("x"));
    add(cases, Verdict.TRANSIENT, new HoodieHeartbeatException("x"));
    add(cases, Verdict.TRANSIENT, new HoodieRemoteException(new IOException("x")));
    add(cases, Verdict.PERMANENT, new HoodieMetaSyncException("x", new IOException("x")));
  }

  private static void rowErrors(Map<String, Case> cases) {
    add(cases, Verdict.DATA, new HoodieKeyException("x"));
    add(cases, Verdict.DATA, new HoodieKeyGeneratorException("x"));
    add(cases, Verdict.DATA, new HoodieDuplicateKeyException("x"));
    add(
        cases,
        Verdict.DATA,
        new HoodieRecordMissingException(
            new HoodieAvroRecord<>(new org.apache.hudi.common.model.HoodieKey("k", "p"), null)));
    add(cases, Verdict.DATA, new HoodieRecordCreationException("x", new IOException("x")));
    add(cases, Verdict.DATA, new HoodieJsonConversionException("x"));
  }

  private static void permanent(Map<String, Case> cases) {
    Throwable[] errors = {
      new Problem.Refusal("no", "Stop."),
      new SchemaCompatibilityException("x"),
      new HoodieSchemaEvolutionConflictException("x"),
      new HoodieSchemaException("x"),
      new HoodieNullSchemaTypeException("x"),
      new HoodieSchemaNotFoundException("x"),
      new HoodieValidationException("x"),
      new HoodieNotSupportedException("x"),
      new TableNotFoundException("x"),
      new InvalidTableException("x"),
      new InvalidHoodiePathException("x", "x"),
      new HoodieCatalogException("x"),
      new HoodieTimeTravelException("x"),
      new HoodieIncrementalPathNotFoundException(new IOException("x")),
      new HoodieUpgradeDowngradeException("x"),
      new HoodieDeletePartitionPendingTableServiceException("x"),
      new HoodieCorruptedDataException("x"),
      new CorruptedLogFileException("x"),
      new HoodieDuplicateDataFileDetectedException("x"),
    };
    Stream.of(errors).forEach(error -> add(cases, Verdict.PERMANENT, error));
    add(
        cases,
        Verdict.PERMANENT,
        "message:Config conflict(key",
        new HoodieException("Config conflict(key\tcurrent value\texisting value):\nx"));
  }

  private static void services(Map<String, Case> cases) {
    Throwable[] errors = {
      new HoodieCompactException("x"),
      new HoodieCompactionException("x"),
      new HoodieLogCompactException("x"),
      new HoodieClusteringException("x"),
      new HoodieIndexException("x"),
      new HoodieMetadataException("x"),
      new HoodieMetadataIndexException("x"),
    };
    Stream.of(errors).forEach(error -> add(cases, Verdict.TRANSIENT, error));
  }

  private static void add(Map<String, Case> cases, Verdict verdict, Throwable error) {
    add(cases, verdict, "class:" + error.getClass().getSimpleName(), error);
  }

  private static void add(
      Map<String, Case> cases, Verdict verdict, String matcher, Throwable error) {
    cases.put(matcher, new Case(verdict, error));
  }

  @Test
  void wrappers_decideNothing() {
    for (Throwable wrapper :
        new Throwable[] {
          new HoodieException("x"),
          new HoodieUpsertException("x", null),
          new HoodieInsertException("x", null),
          new HoodieIOException("x"),
          new HoodieCommitException("x")
        }) {
      assertThat(HudiErrorTable.CLASSIFIER.classify(wrapper)).isEmpty();
    }
  }

  @Test
  void hudiItself_missingTable_isPermanent() {
    Throwable error =
        catchThrowable(() -> session.read().format("hudi").load(folder.resolve("no").toString()));

    assertVerdict(error, Verdict.PERMANENT, "class:TableNotFoundException");
  }

  @Test
  void hudiItself_badRowsAndSettings_haveTheirVerdicts() {
    config().key("id").connector().upsert(session, sql("select 1 as id, 'a' as v"), BY_ID);

    assertVerdict(
        catchThrowable(() -> raw("select 1 as id", "id")),
        Verdict.PERMANENT,
        "class:SchemaCompatibilityException");
    assertVerdict(
        catchThrowable(() -> raw("select cast(null as int) as id, 'a' as v", "id")),
        Verdict.DATA,
        "class:HoodieKeyException");
    assertVerdict(
        catchThrowable(() -> raw("select 1 as id, 'a' as v", "v")),
        Verdict.PERMANENT,
        "message:Config conflict(key");
  }

  @Test
  void upsert_whileAClusteringIsPending_isAConflictUntilItIsFinished() {
    HudiConfig config = config().key("id").build();
    HudiConnector table = new HudiConnector(config);
    table.upsert(session, sql("select 1 as id, 'a' as v"), BY_ID);
    OpenTable open = TableAddress.of(config.path()).require(session);
    Map<String, String> settings =
        new WriteSettings(config, TableAddress.of(config.path()), session).general(open);
    try (var client =
        org.apache.hudi.DataSourceUtils.createHoodieClient(
            JavaSparkContext.fromSparkContext(session.sparkContext()),
            open.hudiSchema().orElseThrow().toString(),
            path.toString(),
            "t",
            settings)) {
      assertThat(client.scheduleClustering(Option.empty()).isPresent()).isTrue();
    }

    Throwable error =
        catchThrowable(() -> table.upsert(session, sql("select 1 as id, 'b' as v"), BY_ID));

    assertVerdict(error, Verdict.CONFLICT, "class:HoodieClusteringUpdateException");
    assertThat(error)
        .isInstanceOf(ConnectorException.class)
        .hasMessageEndingWith(
            "Run the maintenance operation cluster: it finishes the clustering that these files wait for.");
    assertThat(table.maintain(session, "cluster", Map.of()).count()).isPositive();
    table.upsert(session, sql("select 1 as id, 'b' as v"), BY_ID);
    assertThat(rows(table)).containsExactly("[1,b]");
  }

  private void raw(String rows, String key) {
    sql(rows)
        .write()
        .format("hudi")
        .option("hoodie.table.name", "a_table")
        .option("hoodie.datasource.write.recordkey.field", key)
        .option("hoodie.metadata.enable", "false")
        .mode(SaveMode.Append)
        .save(path.toString());
  }

  private static void assertVerdict(Throwable error, Verdict verdict, String matcher) {
    assertThat(HudiErrorTable.find(error).map(HudiErrorTable.Match::rule))
        .hasValueSatisfying(
            rule -> {
              assertThat(rule.matcher()).isEqualTo(matcher);
              assertThat(rule.verdict()).isEqualTo(verdict);
            });
  }
}
