package io.standpipe.jdbc;

import static io.standpipe.jdbc.Sessions.SPARK;
import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.sql.Connection;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes that go straight into a table of PostgreSQL which they find missing. */
class CreationRaceTest {
  private static final Database POSTGRES = Database.POSTGRESQL;

  private String table;

  @BeforeEach
  void newTable() {
    table = Database.newTable();
  }

  private static WriteResult write(String table, WriteMode mode, DirectWriter.Job job)
      throws Exception {
    JdbcConfig config = POSTGRES.config("table", table);
    ConnectionSettings settings = ConnectionSettings.of(config);
    WriteRequest request = WriteRequest.of(mode).withToken(new CommitToken("run", table));
    try (Connection connection = settings.open()) {
      WritePlan plan =
          new TableWriter(config, settings, TableName.parse(table), Clock.systemUTC())
              .plan(connection, StructType.fromDDL("id BIGINT"), request, ZoneOffset.UTC);
      return new DirectWriter(settings, connection, plan).write(job);
    }
  }

  private static List<Long> run(StreamedWrite task, Iterator<InternalRow> rows) {
    List<Long> result = new ArrayList<>();
    task.call(rows).forEachRemaining(result::add);
    return result;
  }

  private static Iterator<InternalRow> rows(long from, long to) {
    return LongStream.range(from, to)
        .<InternalRow>mapToObj(id -> new GenericInternalRow(new Object[] {id}))
        .iterator();
  }

  @Test
  void overwrite_tableThatAnotherWriteCreatesMeanwhile_replacesItsRows() throws Exception {
    WriteResult result =
        write(
            table,
            WriteMode.OVERWRITE,
            task -> {
              POSTGRES
                  .table(table)
                  .write(SPARK, SPARK.range(100).toDF("id"), WriteRequest.of(WriteMode.APPEND));
              return run(task, rows(7, 9));
            });

    assertThat(result).isEqualTo(WriteResult.committed(2));
    assertThat(POSTGRES.texts("SELECT id FROM " + table + " ORDER BY 1")).containsExactly("7", "8");
  }

  @Test
  void append_newTableWhileAnotherIsFilled_doesNotWait() throws Exception {
    String other = Database.newTable();
    POSTGRES
        .table(Database.newTable())
        .write(
            SPARK,
            SPARK.range(1).toDF("id"),
            WriteRequest.of(WriteMode.APPEND).withToken(new CommitToken("log", table)));
    CountDownLatch filling = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    Iterator<InternalRow> slow =
        new Iterator<>() {
          private final Iterator<InternalRow> rows = rows(0, 3);

          @Override
          public boolean hasNext() {
            return rows.hasNext();
          }

          @Override
          public InternalRow next() {
            filling.countDown();
            try {
              assertThat(done.await(20, TimeUnit.SECONDS)).as("the other table is ready").isTrue();
            } catch (InterruptedException e) {
              throw new AssertionError(e);
            }
            return rows.next();
          }
        };
    CompletableFuture<WriteResult> first =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return write(table, WriteMode.APPEND, task -> run(task, slow));
              } catch (Exception e) {
                throw new AssertionError(e);
              }
            });
    assertThat(filling.await(20, TimeUnit.SECONDS)).isTrue();

    assertThat(write(other, WriteMode.APPEND, task -> run(task, rows(0, 5))))
        .isEqualTo(WriteResult.committed(5));
    done.countDown();
    assertThat(first.join()).isEqualTo(WriteResult.committed(3));
  }
}
