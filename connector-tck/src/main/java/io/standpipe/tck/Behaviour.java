package io.standpipe.tck;

import java.util.Comparator;
import java.util.Objects;

/**
 * Something that every connector must do.
 *
 * @param number its number for ever
 * @param name what it is
 * @param variant one case of it; the name again if there is only one
 */
record Behaviour(int number, String name, String variant) implements Comparable<Behaviour> {
  private static final Comparator<Behaviour> ORDER =
      Comparator.comparingInt(Behaviour::number)
          .thenComparing(b -> b.name)
          .thenComparing(b -> b.variant);

  Behaviour {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(variant, "variant");
  }

  static Behaviour of(int number, String name) {
    return new Behaviour(number, name, name);
  }

  Behaviour variant(String text) {
    return new Behaviour(number, name, text);
  }

  @Override
  public int compareTo(Behaviour other) {
    return ORDER.compare(this, other);
  }

  /** For people: {@code 29 write modes: append}. */
  String label() {
    return number + " " + name + (variant.equals(name) ? "" : ": " + variant);
  }
}
