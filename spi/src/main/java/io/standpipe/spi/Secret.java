package io.standpipe.spi;

import java.util.Objects;

/**
 * A value that is never shown. An option of this type is hidden in listings, plans, reports and
 * messages, and marked as a password in the JSON Schema.
 */
public final class Secret {
  private final String value;

  private Secret(String value) {
    this.value = Objects.requireNonNull(value, "value");
  }

  /** A secret with this value. */
  public static Secret of(String value) {
    return new Secret(value);
  }

  /** The value itself. Hand it to the technology, never to a message. */
  public String reveal() {
    return value;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && secret.value.equals(value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }

  /** Always {@code ******}. */
  @Override
  public String toString() {
    return "******";
  }
}
