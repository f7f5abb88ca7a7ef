package io.standpipe.config;

import java.util.List;
import java.util.Locale;

/** Tells from a name whether its value is likely to be secret. */
final class SecretNames {
  private static final List<String> TELLING =
      List.of(
          "password",
          "passwd",
          "passphrase",
          "secret",
          "token",
          "credential",
          "apikey",
          "accesskey",
          "accountkey",
          "privatekey");

  private SecretNames() {}

  /** For the name of an environment variable ({@code PGPASSWORD}) or of an option. */
  static boolean looksSecret(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    // access.key, access_key and accessKey are the same.
    String letters = lower.replaceAll("[^a-z0-9]", "");
    for (String word : TELLING) {
      if (letters.contains(word)) {
        return true;
      }
    }
    return lower.endsWith("_key") || lower.endsWith("_pass") || lower.endsWith("pwd");
  }
}
