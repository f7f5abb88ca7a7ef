package io.standpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that a real PostgreSQL refuses, on their way to the dead letters and back. */
class DeadLetterIT {
  private static EmbeddedPostgres postgres;

  @TempDir Path folder;

  @BeforeAll
  static void start() throws IOException {
    postgres = LocalPostgres.start();
  }

  @AfterAll
  static void stop() throws IOException {
    postgres.close();
  }

  private static String sql(String statement) throws SQLException {
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
        Statement execution = connection.createStatement()) {
      if (!execution.execute(statement)) {
        return "";
      }
      try (ResultSet rows = execution.getResultSet()) {
        rows.next();
        return rows.getString(1);
      }
    }
  }

  @Test
  void run_rowsThatTheTableRefuses_areKeptInATable_andReplayed() throws Exception {
    sql("CREATE TABLE orders (id bigint PRIMARY KEY, amount numeric(6,2) CHECK (amount >= 0))");
    Files.writeString(
        folder.resolve("standpipe.yaml"),
        """
        spark: {master: "local[2]"}
        storages:
          made: {connector: sql, query: "SELECT id, CAST(IF(id %% 100 = 7, -1.5, 2.25) AS DECIMAL(6,2)) AS amount FROM RANGE(100000)"}
          orders: {connector: jdbc, url: "jdbc:postgresql://localhost:%1$d/postgres", user: postgres, table: orders}
          rejected: {connector: jdbc, url: "jdbc:postgresql://localhost:%1$d/postgres", user: postgres, table: rejected}
        """
            .formatted(postgres.getPort()));
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        steps:
          - {read: made}
          - write: orders
            from: made
            mode: append
            deadLetters: {storage: rejected, where: "id <> 5", maxFraction: 0.1}
        """);
    Launcher launcher = Launcher.in(folder);

    Launcher.Result run = launcher.run("run", "pipeline.yaml");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).contains("98,999 written").contains("1,001 rejected");
    assertThat(sql("SELECT count(*) FROM orders")).isEqualTo("98999");
    assertThat(sql("SELECT count(*) FROM rejected WHERE error_code = '23514'")).isEqualTo("1000");
    assertThat(sql("SELECT row FROM rejected WHERE error_code = 'where'"))
        .isEqualTo("{\"id\":5,\"amount\":2.25}");
    assertThat(sql("SELECT string_agg(DISTINCT row_schema, ';') FROM rejected"))
        .isEqualTo("id BIGINT,amount DECIMAL(6,2)");

    Launcher.Result none = launcher.run("replay", "made");
    assertThat(none.code()).as("nothing ran").isEqualTo(2);
    assertThat(none.err()).contains("storage 'made' (sql) has no dead letters");
    Launcher.Result early = launcher.run("replay", "rejected");
    assertThat(early.code()).as("it ran, and failed").isEqualTo(1);
    assertThat(early.err())
        .contains("cannot replay the dead letters of step 'write_orders'")
        .contains("orders_amount_check")
        .contains("run the same command again");

    sql("ALTER TABLE orders DROP CONSTRAINT orders_amount_check");
    Launcher.Result replay = launcher.run("replay", "rejected");
    assertThat(replay.code()).as(replay.err()).isZero();
    assertThat(replay.out())
        .contains("write_orders  where  1 rows were refused by a condition and are, without --code")
        .contains("write_orders  23514  1,000 rows replayed to");
    assertThat(sql("SELECT count(*) FROM orders")).isEqualTo("99999");
    Launcher.Result asked = launcher.run("replay", "rejected", "--code", "where");
    assertThat(asked.out()).contains("write_orders  where  1 rows replayed to storage 'orders'");
    assertThat(sql("SELECT count(*) || ' ' || sum(amount) FROM orders"))
        .isEqualTo("100000 221250.00");
    Launcher.Result again = launcher.run("replay", "rejected");
    assertThat(again.out())
        .contains("write_orders  23514  1,000 rows had been replayed to storage 'orders'");
    assertThat(sql("SELECT count(*) FROM orders")).isEqualTo("100000");
  }
}
