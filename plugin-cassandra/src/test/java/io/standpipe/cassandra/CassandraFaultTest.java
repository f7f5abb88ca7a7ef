package io.standpipe.cassandra;

import static io.standpipe.cassandra.Fixture.CERTIFICATES;
import static io.standpipe.cassandra.Fixture.GUARDED;
import static io.standpipe.cassandra.Fixture.session;
import static io.standpipe.cassandra.Fixture.sorted;
import static io.standpipe.cassandra.Fixture.sql;
import static io.standpipe.cassandra.Fixture.storage;
import static io.standpipe.cassandra.Fixture.table;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.Verdict;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

/** What happens when the cluster, or the way to it, is not well. Disturbs the guarded cluster. */
class CassandraFaultTest {
  private static final WriteRequest UPSERT = WriteRequest.upsert("id");
  private static volatile CountDownLatch reached = new CountDownLatch(0);

  private static Configs guarded(String table) {
    return Configs.of(GUARDED.port(), "test", table)
        .with("user", "cassandra")
        .with("password", "cassandra")
        .with("tls", true)
        .with("trustStore", CERTIFICATES.server().toString())
        .with("trustStorePassword", Certificates.PASSWORD)
        .with("keyStore", CERTIFICATES.client().toString())
        .with("keyStorePassword", Certificates.PASSWORD)
        .with("partitionKey", List.of("id"))
        .with("replication", Map.of("class", "SimpleStrategy", "replication_factor", "1"));
  }

  private static Verdict verdict(Throwable error) {
    return CassandraErrorTable.find(error).orElseThrow().rule().verdict();
  }

  @Test
  void twoClusters_inOneSession_doNotMix() {
    String table = table("id bigint PRIMARY KEY, name text");
    CassandraTableConnector here = storage(table).connector();
    CassandraTableConnector there = guarded(table).connector();
    here.upsert(session(), sql("SELECT 1L AS id, 'here' AS name"), UPSERT);
    there.upsert(session(), sql("SELECT 2L AS id, 'there' AS name"), UPSERT);
    assertThat(sorted(here.read(session()).unionAll(there.read(session()))))
        .containsExactly("[1,here]", "[2,there]");

    Dataset<Row> copied = there.read(session());
    assertThat(copied.queryExecution().toString()).doesNotContain("password");
    here.upsert(session(), copied, UPSERT);
    assertThat(sorted(here.read(session()))).containsExactly("[1,here]", "[2,there]");
    assertThat(session().conf().getAll().mkString("\n")).doesNotContain("cassandra.auth");
  }

  @Test
  void overwrite_fromTheTableOfTheSameNameInAnotherCluster_copiesIt() {
    String table = table("id bigint PRIMARY KEY, name text");
    CassandraTableConnector there = guarded(table).connector();
    there.upsert(session(), sql("SELECT 2L AS id, 'there' AS name"), UPSERT);
    CassandraTableConnector here = storage(table).with("confirmTruncate", true).connector();
    here.write(session(), there.read(session()), WriteRequest.of(WriteMode.OVERWRITE));
    assertThat(sorted(here.read(session()))).containsExactly("[2,there]");
  }

  @Test
  void append_withACommitTableThatIsThere_needsNoPermissionToCreateTables() {
    Configs owner = guarded(Fixture.name()).with("commitTable", "standpipe_commits");
    WriteRequest append = WriteRequest.of(WriteMode.APPEND);
    Dataset<Row> row = sql("SELECT 1L AS id");
    owner.connector().write(session(), row, append.withToken(new CommitToken("run", "owner")));
    new Cluster(owner.build())
        .ask(
            "set up the test",
            cql -> {
              cql.execute("CREATE ROLE writer WITH PASSWORD = 'writer' AND LOGIN = true");
              cql.execute("GRANT SELECT ON KEYSPACE test TO writer");
              return cql.execute("GRANT MODIFY ON KEYSPACE test TO writer");
            });
    CassandraTableConnector writer =
        owner.with("user", "writer").with("password", "writer").connector();
    WriteRequest repeated = append.withToken(new CommitToken("run", "writer"));
    assertThat(writer.write(session(), row, repeated)).isEqualTo(WriteResult.committed(1));
    assertThat(writer.write(session(), row, repeated).outcome())
        .isEqualTo(WriteResult.Outcome.ALREADY_COMMITTED);
  }

  @Test
  void wrongPassword_isPermanent_andTheMessageHasNoSecret() {
    CassandraTableConnector wrong = guarded("x").with("password", "s3cr3t").connector();
    assertThatThrownBy(() -> wrong.read(session()))
        .isInstanceOf(ConnectorException.class)
        .hasMessageStartingWith("cannot open Cassandra table 'test.x': ")
        .hasMessageContaining("Provided username cassandra and/or password are incorrect")
        .hasMessageEndingWith(
            ". Correct what the message names: the credentials, the permissions, or the options.")
        .hasMessageNotContaining("s3cr3t")
        .satisfies(e -> assertThat(verdict(e)).isEqualTo(Verdict.PERMANENT));
    assertThatThrownBy(() -> wrong.ping(Duration.ofSeconds(20)))
        .hasMessageStartingWith("cannot reach Cassandra table 'test.x': ")
        .hasMessageContaining("password are incorrect");
  }

  @Test
  void certificate_thatIsNotTrusted_isPermanent_onEitherSide() {
    String remedy = ". Check tls, trustStore and keyStore, and the certificates of both sides.";
    Configs stranger = guarded("x").with("trustStore", CERTIFICATES.stranger().toString());
    assertThatThrownBy(() -> stranger.connector().read(session()))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot open Cassandra table 'test.x': TLS fails: PKIX path building failed:"
                + " sun.security.provider.certpath.SunCertPathBuilderException: unable to find"
                + " valid certification path to requested target"
                + remedy)
        .hasMessageNotContaining(Certificates.PASSWORD)
        .satisfies(e -> assertThat(verdict(e)).isEqualTo(Verdict.PERMANENT));
    Configs unknown = guarded("x").with("keyStore", CERTIFICATES.stranger().toString());
    assertThatThrownBy(() -> unknown.connector().read(session()))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot open Cassandra table 'test.x': TLS fails: Received fatal alert:"
                + " certificate_required"
                + remedy)
        .satisfies(e -> assertThat(verdict(e)).isEqualTo(Verdict.PERMANENT));
  }

  @Test
  void wrongHostOrPort_isTransient_andTheMessageNamesThem() {
    int closed = io.standpipe.tck.server.ForkedServer.freePorts(1).get(0);
    assertThatThrownBy(() -> Configs.of(closed, "test", "x").connector().read(session()))
        .isInstanceOf(ConnectorException.class)
        .hasMessageContaining("127.0.0.1:" + closed)
        .hasMessageEndingWith(". Check hosts and port, and that the nodes are up.")
        .satisfies(e -> assertThat(verdict(e)).isEqualTo(Verdict.TRANSIENT));
    assertThatThrownBy(
            () ->
                storage("x")
                    .with("hosts", List.of("no-such-host.invalid"))
                    .connector()
                    .read(session()))
        .isInstanceOf(ConnectorException.class)
        .hasMessage(
            "cannot open Cassandra table 'test.x': none of the hosts [no-such-host.invalid] has an"
                + " address. Check the names in hosts, and the name service.")
        .satisfies(e -> assertThat(verdict(e)).isEqualTo(Verdict.TRANSIENT));
  }

  @Test
  void ping_saysWhoAnswers_orThatNobodyDoes() {
    String table = table("id bigint PRIMARY KEY");
    assertThat(storage(table).connector().ping(Duration.ofSeconds(20)))
        .matches("Cassandra 5\\.0\\.\\d+, test \\d+, table test\\." + table);
    assertThatThrownBy(() -> storage("none").connector().ping(Duration.ofSeconds(20)))
        .hasMessageContaining("there is no such table");
    GUARDED.freeze();
    try {
      assertThatThrownBy(() -> guarded(table).connector().ping(Duration.ofSeconds(1)))
          .isInstanceOf(ConnectorException.class)
          .satisfies(e -> assertThat(verdict(e)).isEqualTo(Verdict.TRANSIENT));
    } finally {
      GUARDED.thaw();
    }
  }

  @Test
  void kill9_inMidWrite_thenRestartAndRepeat_hasEveryRowOnce() throws Exception {
    CassandraTableConnector items =
        guarded("killed").with("requestTimeout", Duration.ofSeconds(5)).connector();
    session()
        .udf()
        .register(
            "noticed",
            (UDF1<Long, Long>)
                id -> {
                  if (id % 10_000 == 5_000) {
                    reached.countDown();
                  }
                  return id;
                },
            DataTypes.LongType);
    Dataset<Row> rows = sql("SELECT noticed(id) AS id, concat('n', id) AS name FROM range(40000)");
    // The table is there before, so that the kill meets the rows.
    items.upsert(session(), sql("SELECT 0L AS id, 'n0' AS name"), UPSERT);

    reached = new CountDownLatch(2);
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      Future<?> write =
          thread.submit(() -> items.write(session(), rows, WriteRequest.of(WriteMode.APPEND)));
      assertThat(reached.await(180, TimeUnit.SECONDS)).isTrue();
      GUARDED.kill();
      assertThatThrownBy(() -> write.get(120, TimeUnit.SECONDS))
          .hasCauseInstanceOf(ConnectorException.class)
          .satisfies(
              e -> assertThat(verdict(e.getCause())).isIn(Verdict.AMBIGUOUS, Verdict.TRANSIENT));
    } finally {
      thread.shutdownNow();
      GUARDED.restart();
    }
    CassandraTableConnector again = guarded("killed").connector();
    org.awaitility.Awaitility.await()
        .atMost(Duration.ofSeconds(180))
        .ignoreExceptions()
        .until(() -> again.exists(session()));
    long kept = again.read(session()).count();
    assertThat(kept).as("rows that were acknowledged before the kill").isBetween(1L, 39_999L);
    again.upsert(session(), rows, UPSERT);
    assertThat(again.read(session()).count()).isEqualTo(40_000);
    assertThat(again.read(session()).selectExpr("sum(id)").first().getLong(0))
        .isEqualTo(40_000L * 39_999 / 2);
  }
}
