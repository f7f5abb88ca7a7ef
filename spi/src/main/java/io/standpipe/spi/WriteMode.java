package io.standpipe.spi;

import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a write does with the rows that are there. */
public enum WriteMode {
  /** Adds the rows. */
  APPEND("append"),
  /**
   * Replaces all rows, or those that {@link WriteRequest#replaceWhere()} selects. Readers see all
   * or nothing.
   */
  OVERWRITE("overwrite"),
  /** Writes only into a storage that does not exist or is empty, else fails. */
  ERROR_IF_EXISTS("errorIfExists"),
  /** Writes only into a storage that does not exist or is empty, else does nothing. */
  IGNORE("ignore"),
  /** Inserts new keys, updates existing ones. */
  UPSERT("upsert"),
  /** Deletes the rows with these keys. */
  DELETE("delete");

  private static final Set<WriteMode> WITHOUT_KEYS =
      Stream.of(values()).filter(mode -> !mode.needsKeys()).collect(Collectors.toUnmodifiableSet());

  private final String id;

  WriteMode(String id) {
    this.id = id;
  }

  /** The modes of a {@link SupportsWrite} that can do all of them. */
  public static Set<WriteMode> withoutKeys() {
    return WITHOUT_KEYS;
  }

  /** The name used in configuration and messages. */
  public String id() {
    return id;
  }

  /** Whether the mode needs key columns. */
  public boolean needsKeys() {
    return this == UPSERT || this == DELETE;
  }
}
