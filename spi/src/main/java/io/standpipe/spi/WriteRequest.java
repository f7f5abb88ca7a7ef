package io.standpipe.spi;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a write has to do.
 *
 * @param mode what happens to the rows that are there
 * @param keys the columns that identify a row; needed by upsert and delete, empty otherwise
 * @param replaceWhere for overwrite: replace only the rows for which this is true
 * @param schemaEvolution what to do when the rows have other columns than the storage
 * @param commitToken identifies the write, so that a repeat can be recognised
 */
public record WriteRequest(
    WriteMode mode,
    List<String> keys,
    Optional<Condition> replaceWhere,
    SchemaEvolution schemaEvolution,
    Optional<CommitToken> commitToken) {

  /** What to do when the rows have other columns than the storage. */
  public enum SchemaEvolution {
    /** Refuse. */
    NONE("none"),
    /** Add the new columns to the storage; old rows get NULL. */
    ADD_COLUMNS("addColumns"),
    /** Replace the storage's schema by that of the rows; only with overwrite. */
    REPLACE("replace");

    private final String id;

    SchemaEvolution(String id) {
      this.id = id;
    }

    /** The name used in configuration and messages. */
    public String id() {
      return id;
    }
  }

  public WriteRequest {
    Objects.requireNonNull(mode, "mode");
    keys = List.copyOf(keys);
    Objects.requireNonNull(replaceWhere, "replaceWhere");
    Objects.requireNonNull(schemaEvolution, "schemaEvolution");
    Objects.requireNonNull(commitToken, "commitToken");
    if (mode.needsKeys() == keys.isEmpty()) {
      throw new IllegalArgumentException(
          "mode "
              + mode.id()
              + (keys.isEmpty() ? " needs key columns" : " takes no keys, got " + keys));
    }
    if (replaceWhere.isPresent() && mode != WriteMode.OVERWRITE) {
      throw new IllegalArgumentException("replaceWhere goes with mode overwrite, not " + mode.id());
    }
    if (schemaEvolution == SchemaEvolution.REPLACE && mode != WriteMode.OVERWRITE) {
      throw new IllegalArgumentException(
          "schemaEvolution replace goes with mode overwrite, not " + mode.id());
    }
  }

  /** A request with only a mode. */
  public static WriteRequest of(WriteMode mode) {
    return new WriteRequest(
        mode, List.of(), Optional.empty(), SchemaEvolution.NONE, Optional.empty());
  }

  /** An upsert by these key columns. */
  public static WriteRequest upsert(String... keys) {
    return keyed(WriteMode.UPSERT, List.of(keys));
  }

  /** A delete by these key columns. */
  public static WriteRequest delete(String... keys) {
    return keyed(WriteMode.DELETE, List.of(keys));
  }

  private static WriteRequest keyed(WriteMode mode, List<String> keys) {
    return new WriteRequest(mode, keys, Optional.empty(), SchemaEvolution.NONE, Optional.empty());
  }

  /** The same with a condition that says which rows an overwrite replaces. */
  public WriteRequest replacing(Condition condition) {
    return new WriteRequest(mode, keys, Optional.of(condition), schemaEvolution, commitToken);
  }

  /** The same with another schema evolution. */
  public WriteRequest evolving(SchemaEvolution evolution) {
    return new WriteRequest(mode, keys, replaceWhere, evolution, commitToken);
  }

  /** The same with a commit token. */
  public WriteRequest withToken(CommitToken token) {
    return new WriteRequest(mode, keys, replaceWhere, schemaEvolution, Optional.of(token));
  }
}
