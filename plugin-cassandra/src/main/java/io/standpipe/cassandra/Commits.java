package io.standpipe.cassandra;

import com.datastax.oss.driver.api.core.CqlSession;
import com.datastax.oss.driver.api.core.DefaultConsistencyLevel;
import com.datastax.oss.driver.api.core.cql.Row;
import com.datastax.oss.driver.api.core.cql.SimpleStatement;
import io.standpipe.spi.CommitToken;
import java.time.Duration;

/**
 * The table {@code commitTable} beside the target: the tokens of the appends that have committed. A
 * token is kept for 30 days.
 */
final class Commits {
  private static final Duration KEPT = Duration.ofDays(30);

  private final CassandraConfig config;
  private final Cluster cluster;
  private final String name;
  private final String table;

  Commits(CassandraConfig config, Cluster cluster, String name) {
    this.config = config;
    this.cluster = cluster;
    this.name = name;
    this.table = Cql.name(config.keyspace()) + "." + Cql.name(name);
  }

  /** Whether an append with this token has committed. Creates the table if it is missing. */
  boolean has(CommitToken token) {
    return cluster.ask(
        "look up a commit token for " + config.label(),
        session -> {
          requireTable(session);
          return one(
                  session,
                  "SELECT commit_token FROM " + table + " WHERE target = ? AND commit_token = ?",
                  config.readConsistency(),
                  token)
              != null;
        });
  }

  /**
   * Creates the table only where it is missing: the statement needs the permission to create tables
   * even where it has nothing to do, and changes the schema when two writers make it.
   */
  private void requireTable(CqlSession session) {
    boolean missing =
        session
                .execute(
                    "SELECT table_name FROM system_schema.tables WHERE keyspace_name = ? AND"
                        + " table_name = ?",
                    config.keyspace(),
                    name)
                .one()
            == null;
    if (missing) {
      session.execute(
          "CREATE TABLE IF NOT EXISTS "
              + table
              + " (target text, commit_token text, committed_at timestamp,"
              + " PRIMARY KEY ((target, commit_token)))");
    }
  }

  /** Notes that all rows of the append are written, and forgets the token that this outlives. */
  void add(CommitToken token) {
    cluster.ask(
        "note the commit token of " + config.label(),
        session -> {
          one(
              session,
              "INSERT INTO "
                  + table
                  + " (target, commit_token, committed_at) VALUES (?, ?, toTimestamp(now()))"
                  + " USING TTL "
                  + KEPT.toSeconds(),
              config.writeConsistency(),
              token);
          token.outlived().ifPresent(outlived -> forget(session, outlived));
          return token;
        });
  }

  private void forget(CqlSession session, CommitToken token) {
    one(
        session,
        "DELETE FROM " + table + " WHERE target = ? AND commit_token = ?",
        config.writeConsistency(),
        token);
  }

  private Row one(CqlSession session, String text, Consistency consistency, CommitToken token) {
    return session
        .execute(
            SimpleStatement.newInstance(text, config.table(), token.value())
                .setConsistencyLevel(DefaultConsistencyLevel.valueOf(consistency.name())))
        .one();
  }
}
