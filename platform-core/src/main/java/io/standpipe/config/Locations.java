package io.standpipe.config;

import io.standpipe.spi.Location;
import java.nio.file.Path;

/** Locations as they are written in configuration. */
final class Locations {
  private Locations() {}

  /** A relative path made absolute; anything with a URI scheme and absolute paths as they are. */
  static Location resolve(String text, Path baseDirectory) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("");
    }
    return new Location(isRelative(text) ? join(baseDirectory.toString(), text) : text);
  }

  static boolean isRelative(String text) {
    return !text.startsWith("/") && !hasScheme(text);
  }

  /** Not {@link Path#resolve}: a glob is no valid path everywhere. */
  private static String join(String base, String text) {
    String parent = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    String rest = text;
    while (true) {
      if (rest.startsWith("./")) {
        rest = rest.substring(2);
      } else if (rest.startsWith("../") && parent.lastIndexOf('/') >= 0) {
        rest = rest.substring(3);
        parent = parent.substring(0, parent.lastIndexOf('/'));
      } else if (rest.equals(".")) {
        return parent.isEmpty() ? "/" : parent;
      } else if (rest.equals("..") && parent.lastIndexOf('/') >= 0) {
        parent = parent.substring(0, parent.lastIndexOf('/'));
        return parent.isEmpty() ? "/" : parent;
      } else {
        return parent + "/" + rest;
      }
    }
  }

  /** A letter, then letters, digits, {@code + - .}, then a colon: RFC 3986. */
  private static boolean hasScheme(String text) {
    int colon = text.indexOf(':');
    if (colon < 1 || !Character.isLetter(text.charAt(0))) {
      return false;
    }
    for (int i = 1; i < colon; i++) {
      char c = text.charAt(i);
      if (!Character.isLetterOrDigit(c) && c != '+' && c != '-' && c != '.') {
        return false;
      }
    }
    return true;
  }
}
