package io.standpipe.hudi;

import static io.standpipe.hudi.HudiSession.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.hudi.HudiConfig.Concurrency;
import io.standpipe.hudi.HudiConfig.Lock;
import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Writers that meet one another, and one that is killed. */
class HudiConcurrencyTest extends HudiTableFixture {
  private static final WriteRequest BY_ID = WriteRequest.upsert("id");
  private static volatile CountDownLatch started;
  private static volatile CountDownLatch released;

  @Test
  void single_twoWritesOfOneProcess_waitForOneAnother() throws Exception {
    HudiConnector table = config().key("id").connector();
    table.upsert(session, sql("select 1 as id, 'old' as v"), BY_ID);

    CompletableFuture<WriteResult> slow = slowUpsert(table);
    CompletableFuture<WriteResult> fast =
        CompletableFuture.supplyAsync(
            () -> table.upsert(session, sql("select 1 as id, 'fast' as v"), BY_ID));
    released.countDown();

    slow.join();
    fast.join();
    assertThat(rows(table)).containsExactly("[1,fast]");
  }

  @Test
  void optimistic_twoUpsertsOfOneFile_theLaterConflicts() throws Exception {
    HudiConnector table = config().key("id").concurrency(Concurrency.OPTIMISTIC).connector();
    table.upsert(session, sql("select 1 as id, 'old' as v"), BY_ID);

    CompletableFuture<WriteResult> slow = slowUpsert(table);
    table.upsert(session, sql("select 1 as id, 'fast' as v"), BY_ID);
    released.countDown();

    assertThatThrownBy(slow::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .hasMessageStartingWith("cannot upsert into Hudi table '" + path + "': ")
        .hasMessageContaining("Cannot resolve conflicts for overlapping writes")
        .hasMessageEndingWith("Run again; let concurrent writers work on different partitions.")
        .satisfies(
            error ->
                assertThat(HudiErrorTable.find(error).map(HudiErrorTable.Match::rule))
                    .map(ErrorRule::verdict)
                    .contains(Verdict.CONFLICT));
    assertThat(rows(table)).containsExactly("[1,fast]");
    table.upsert(session, sql("select 1 as id, 'again' as v"), BY_ID);
    assertThat(rows(table)).containsExactly("[1,again]");
  }

  @Test
  void optimistic_lockFile_isReleasedForTheNextWrite() {
    HudiConnector table =
        config().key("id").concurrency(Concurrency.OPTIMISTIC).lock(Lock.FILE_SYSTEM).connector();

    table.upsert(session, sql("select 1 as id, 'a' as v"), BY_ID);
    table.upsert(session, sql("select 1 as id, 'b' as v"), BY_ID);

    assertThat(rows(table)).containsExactly("[1,b]");
  }

  @Test
  void killedInMidWrite_tableIsReadableAndNextWriteRepairs() throws Exception {
    HudiConnector table = config().connector();
    table.write(session, sql("select 1L as id"), APPEND);
    Process writer =
        new ProcessBuilder(
                Stream.concat(
                        Stream.concat(
                            Stream.of(
                                Path.of(System.getProperty("java.home"), "bin/java").toString()),
                            jvmOptions().stream()),
                        Stream.of(EndlessWriter.class.getName(), path.toString()))
                    .toList())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("writer.log").toFile())
            .start();
    try {
      Awaitility.await()
          .atMost(Duration.ofSeconds(120))
          .pollInterval(Duration.ofMillis(200))
          .until(() -> dataFiles() > 1 || !writer.isAlive());
      assertThat(writer.isAlive()).as(Files.readString(folder.resolve("writer.log"))).isTrue();
    } finally {
      writer.destroyForcibly().waitFor();
    }

    assertThat(rows(table)).containsExactly("[1]");
    table.write(session, sql("select 2L as id"), APPEND);
    assertThat(rows(table)).containsExactly("[1]", "[2]");
    assertThat(table.history(session).where("operation = 'rollback'").count()).isEqualTo(1);
    assertThat(dataFiles()).isEqualTo(2);
  }

  private CompletableFuture<WriteResult> slowUpsert(HudiConnector table) throws Exception {
    started = new CountDownLatch(1);
    released = new CountDownLatch(1);
    UDF1<Integer, String> wait =
        id -> {
          started.countDown();
          released.await();
          return "slow";
        };
    session.udf().register("wait_for_release", wait, DataTypes.StringType);
    Dataset<Row> rows =
        sql(
            "select cast(id as int) as id, wait_for_release(cast(id as int)) as v from range(1, 2, 1, 1)");
    CompletableFuture<WriteResult> write =
        CompletableFuture.supplyAsync(() -> table.upsert(session, rows, BY_ID));
    started.await();
    return write;
  }

  private long dataFiles() throws Exception {
    try (Stream<Path> files = Files.list(path)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    }
  }

  private static List<String> jvmOptions() {
    return Stream.concat(
            java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-opens") || option.startsWith("-D")),
            Stream.of("-XX:TieredStopAtLevel=1", "-cp", System.getProperty("java.class.path")))
        .toList();
  }

  /** Appends for ever; the test kills its process. */
  static final class EndlessWriter {
    private EndlessWriter() {}

    public static void main(String[] arguments) {
      HudiSession.get()
          .udf()
          .register(
              "stop_at",
              (UDF1<Long, Long>)
                  id -> {
                    if (id == 100_000) {
                      new CountDownLatch(1).await();
                    }
                    return id;
                  },
              DataTypes.LongType);
      Configs.at(arguments[0])
          .insert(HudiConfig.Insert.BULK_INSERT)
          .option("hoodie.parquet.max.file.size", "100000")
          .connector()
          .write(
              HudiSession.get(),
              sql("select stop_at(id) as id from range(0, 200000, 1, 1)"),
              APPEND);
    }
  }
}
