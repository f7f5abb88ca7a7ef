package io.standpipe.repository;

import static io.standpipe.spi.Condition.column;
import static io.standpipe.spi.Condition.expression;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.Condition;
import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.SupportsDelete;
import io.standpipe.spi.SupportsWrite;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import io.standpipe.storage.Storage;
import io.standpipe.storage.StorageException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.JavaConverters;

/** What a repository asks of its storage, and what it says when the storage does not do it. */
@ExtendWith(TestSession.class)
class RepositoryAndStorageTest {
  @TempDir Path folder;

  record Note(@Key int id, String text) {}

  record Keyless(int id, String text) {}

  private static SparkSession session() {
    return TestSession.session();
  }

  private static Repository<Note> readOnly() {
    return Repository.of(
        TestSession.storage(new ReadOnlyConnector(session().sql("select 1 as id, 'a' as text"))),
        session(),
        Note.class);
  }

  private <T extends Record> Repository<T> folder(Class<T> type) {
    FolderConnector connector =
        FolderConnector.holding(
            folder.resolve("s"),
            session()
                .sql(
                    "select cast(id as int) as id, concat('t', id) as text, 'x' as wide"
                        + " from range(100)"));
    return Repository.of(TestSession.storage(connector), session(), type);
  }

  @Test
  void write_storageThatCanOnlyBeRead_isRefusedWithItsWords() {
    Repository<Note> notes = readOnly();
    String refusal = "Storage 'rows' (folder): cannot be written. Write to another storage.";

    assertThatThrownBy(() -> notes.save(List.of(new Note(1, "a"))))
        .isInstanceOf(StorageException.class)
        .hasMessage(refusal);
    assertThatThrownBy(() -> notes.save(List.of()))
        .isInstanceOf(StorageException.class)
        .hasMessage(refusal);
    assertThatThrownBy(() -> notes.upsert(List.of()))
        .isInstanceOf(StorageException.class)
        .hasMessage(refusal);
    assertThatThrownBy(() -> notes.delete(column("id").equalTo(1)))
        .isInstanceOf(StorageException.class)
        .hasMessage("Storage 'rows' (folder): does not support delete. It supports: read.");
    assertThat(notes.findAll()).containsExactly(new Note(1, "a"));
  }

  @Test
  void upsert_storageWithoutIt_isRefusedBeforeTheRecordsAreLookedAt() {
    Repository<Note> notes =
        Repository.of(TestSession.storage(new WriteOnly()), session(), Note.class);

    assertThatThrownBy(() -> notes.upsert(List.of(new Note(1, "\ud800"))))
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "Storage 'rows' (folder): cannot be written with mode upsert. Its modes: append,"
                + " delete.");
    assertThatThrownBy(notes::findAll)
        .isInstanceOf(StorageException.class)
        .hasMessage("Storage 'rows' (folder): does not support read. It supports: write, delete.");
    assertThatThrownBy(() -> notes.count())
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("does not support read");
  }

  @Test
  void save_writeOnlyStorage_getsRowsOfTheRecordsColumns() {
    WriteOnly target = new WriteOnly();
    Repository<Note> notes = Repository.of(TestSession.storage(target), session(), Note.class);

    notes.save(List.of(new Note(1, null)));
    notes.delete(column("TEXT").equalTo("x").and(column("id").in(List.of(1L))));

    assertThat(target.written).hasSize(1);
    assertThat(target.written.get(0).schema().toDDL()).isEqualTo("id INT NOT NULL,text STRING");
    assertThat(target.deleted)
        .containsExactly(column("text").equalTo("x").and(column("id").in(List.of(1))));
  }

  @Test
  void upsert_recordWithoutKey_isRefused() {
    Repository<Keyless> notes = folder(Keyless.class);

    assertThatThrownBy(() -> notes.upsert(List.of()))
        .isInstanceOf(RepositoryException.class)
        .hasMessage(
            "Storage 'rows' (folder): cannot upsert: Keyless has no key. Mark the components that"
                + " identify a row with @Key.");
  }

  @Test
  void save_nullInTheCollection_isRefusedByItsPlace() {
    Repository<Note> notes = folder(Note.class);
    List<Note> records = new ArrayList<>(List.of(new Note(1, "a")));
    records.add(null);

    assertThatThrownBy(() -> notes.save(records))
        .isInstanceOf(RepositoryException.class)
        .hasMessage(
            "Storage 'rows' (folder): record 2 of 2 cannot be written: it is null. Leave it out."
                + " Nothing was written.");
    assertThat(notes.count()).isEqualTo(100);
  }

  @Test
  void save_nullKey_isRefused() {
    record Coded(@Key @ColumnName("text") String code) {}
    Repository<Coded> coded = folder(Coded.class);

    assertThatThrownBy(() -> coded.save(List.of(new Coded(null))))
        .isInstanceOf(RepositoryException.class)
        .hasMessage(
            "Storage 'rows' (folder): record 1 of 1 (Coded text=null) cannot be written: component"
                + " 'code' (column 'text'): a key is never NULL. Give the record a value. Nothing"
                + " was written.");
  }

  @Test
  void rows_condition_isPushedDownAndOnlyNeededColumnsAreRead() {
    Repository<Note> notes = folder(Note.class);

    String plan =
        notes.rows(
            column("id").atLeast(10L).and(column("text").startsWith("t1")),
            rows -> rows.queryExecution().executedPlan().toString());

    assertThat(plan)
        .contains("PushedFilters: [IsNotNull(id), IsNotNull(text), GreaterThanOrEqual(id,10)")
        .contains("StringStartsWith(text,t1)")
        .contains("ReadSchema: struct<id:int,text:string>");
  }

  @Test
  void findBy_expressionThatDoesNotFit_namesTheStorage() {
    Repository<Note> notes = folder(Note.class);

    assertThatThrownBy(() -> notes.findBy(expression("nothing = 1")))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("Storage 'rows' (folder): cannot be read: ")
        .hasMessageContaining("`nothing`")
        .hasMessageEndingWith("The cause of this error tells more.");
  }

  @Test
  void findAll_filesThatAreGone_namesTheStorage() throws Exception {
    Repository<Note> notes = folder(Note.class);
    try (Stream<Path> files = Files.list(folder.resolve("s/v0"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
        Files.write(file, new byte[] {1, 2, 3, 4});
      }
    }

    assertThatThrownBy(() -> notes.findAll())
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("Storage 'rows' (folder): cannot be read: ");
  }

  @Test
  void everyAction_callerWithAnotherClassLoader_runsWithTheStorages() {
    SparkSession session = session().newSession();
    LoaderProbe probe = new LoaderProbe();
    session.experimental().extraOptimizations_$eq(JavaConverters.asScalaBuffer(List.of(probe)));
    ClassLoader loader = new URLClassLoader(new URL[0], getClass().getClassLoader());
    Storage storage =
        new Storage(
            "rows",
            "folder",
            new ReadOnlyConnector(
                session.range(5).selectExpr("cast(id as int) as id", "'' as text")),
            ErrorClassifier.none(),
            loader);
    Repository<Note> notes = Repository.of(storage, session, Note.class);

    assertThat(notes.findAll()).hasSize(5);
    assertThat(notes.count()).isEqualTo(5);
    assertThat(notes.exists(column("id").equalTo(4))).isTrue();

    assertThat(probe.seen).hasSizeGreaterThanOrEqualTo(3).containsOnly(loader);
    assertThat(Thread.currentThread().getContextClassLoader()).isNotSameAs(loader);
  }

  /** Notes with which class loader Spark plans a query. */
  private static final class LoaderProbe extends Rule<LogicalPlan> {
    private final List<ClassLoader> seen = new CopyOnWriteArrayList<>();

    @Override
    public LogicalPlan apply(LogicalPlan plan) {
      seen.add(Thread.currentThread().getContextClassLoader());
      return plan;
    }
  }

  /** Remembers what it is told to do. */
  private static final class WriteOnly implements SupportsWrite, SupportsDelete {
    private final List<Dataset<Row>> written = new ArrayList<>();
    private final List<Condition> deleted = new ArrayList<>();

    @Override
    public Set<WriteMode> writeModes() {
      return Set.of(WriteMode.APPEND);
    }

    @Override
    public WriteResult write(SparkSession session, Dataset<Row> rows, WriteRequest request) {
      written.add(rows);
      return WriteResult.committed();
    }

    @Override
    public WriteResult delete(SparkSession session, Dataset<Row> keys, WriteRequest request) {
      return WriteResult.committed();
    }

    @Override
    public WriteResult deleteWhere(SparkSession session, Condition condition) {
      deleted.add(condition);
      return WriteResult.committed();
    }
  }
}
