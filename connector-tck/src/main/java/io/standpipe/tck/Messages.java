package io.standpipe.tck;

import io.standpipe.storage.Storage;
import java.util.regex.Pattern;

/** What storages say when they refuse. */
final class Messages {
  private Messages() {}

  /**
   * A message without what is different in each run: the storage's name, folders and ports.
   *
   * @param thrown by the storage
   */
  static String lasting(Storage storage, Throwable thrown) {
    String start = "Storage '" + storage.name() + "' (" + storage.type() + "): ";
    String text = thrown.getMessage();
    String message = text.startsWith(start) ? text.substring(start.length()) : text;
    return lasting(storage.name(), message);
  }

  /** The same for a message that is not a storage's own. */
  static String lasting(String name, String message) {
    return message
        .replaceAll("[^\\s'\"`()]*\\b" + Pattern.quote(name) + "\\b", "NAME")
        .replaceAll("(localhost|127\\.0\\.0\\.1):\\d+", "SERVER");
  }
}
