package io.standpipe.config;

/** What names of storages and environments look like. */
final class Names {
  /** The same rule for the JSON Schema. */
  static final String PATTERN = "^[A-Za-z0-9_-]+$";

  private Names() {}

  static boolean isValid(String name) {
    for (char c : name.toCharArray()) {
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
      if (!letter && (c < '0' || c > '9') && c != '_' && c != '-') {
        return false;
      }
    }
    return !name.isEmpty();
  }
}
