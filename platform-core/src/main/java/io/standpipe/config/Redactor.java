package io.standpipe.config;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows the secrets of a configuration and takes them out of texts: log lines, messages of
 * technologies, query plans. Thread-safe.
 */
public final class Redactor {
  /** What stands in place of a secret. */
  public static final String MASK = "******";

  private static final int SHORTEST = 3;

  private final Set<String> secrets = ConcurrentHashMap.newKeySet();
  private volatile List<String> longestFirst = List.of();

  /**
   * Makes a secret known, as it is and URL-encoded. One of less than three characters is not taken
   * out of texts: it would make them unreadable and be guessed from the gaps.
   */
  public void register(String secret) {
    if (secret.length() < SHORTEST) {
      return;
    }
    String encoded = URLEncoder.encode(secret, StandardCharsets.UTF_8);
    boolean added = secrets.add(secret);
    added |= secrets.add(encoded);
    added |= secrets.add(encoded.replace("+", "%20"));
    if (added) {
      sort();
    }
  }

  /** Makes those values known whose names look as if they were secret. */
  public void registerSecretsOf(Map<String, String> properties) {
    properties.forEach(
        (name, value) -> {
          if (SecretNames.looksSecret(name)) {
            register(value);
          }
        });
  }

  /** The text with every known secret replaced by {@link #MASK}. */
  public String redact(String text) {
    String redacted = text;
    for (String secret : longestFirst) {
      if (redacted.contains(secret)) {
        redacted = redacted.replace(secret, MASK);
      }
    }
    return redacted;
  }

  /** Whether an override, {@code key=value}, has something that must not be written down. */
  public boolean isSecretOverride(String override) {
    return SecretNames.looksSecret(override) || !redact(override).equals(override);
  }

  /** Longer ones go first, so that a secret that contains another one leaves no rest. */
  private synchronized void sort() {
    longestFirst =
        secrets.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
  }

  @Override
  public String toString() {
    return "Redactor[" + secrets.size() + " texts]";
  }
}
