package io.standpipe.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Where a connector, by its documentation, does something else than what the kit expects of it.
 * What follows from the abilities that it has not is no deviation: the kit finds that by itself.
 *
 * <pre>{@code
 * Deviations.none()
 *     .refuses(26, "map", "column 'v' is map<string,int>, which csv files cannot hold")
 *     .reads(24, "smallint", "CAST(v AS INT)")
 *     .differs(32, "failing task", "What was written stays; write the rows again.")
 * }</pre>
 *
 * <p>A deviation that is declared and not met fails the suite, and so does one for a behaviour that
 * the kit does not have.
 */
public final class Deviations {
  private static final Deviations NONE = new Deviations(List.of());

  private final List<Deviation> all;

  private Deviations(List<Deviation> all) {
    this.all = List.copyOf(all);
  }

  /** What is different. */
  enum Kind {
    REFUSES,
    READS,
    DIFFERS
  }

  /**
   * One of them.
   *
   * @param number the behaviour's number
   * @param variant the behaviour's case; for a behaviour without cases its name
   * @param text a part of the message, an SQL expression, or a sentence, by kind
   */
  record Deviation(Kind kind, int number, String variant, String text) {
    Deviation {
      Objects.requireNonNull(kind, "kind");
      Objects.requireNonNull(variant, "variant");
      if (text.isBlank()) {
        throw new IllegalArgumentException("a deviation must say what it is");
      }
    }

    boolean isAbout(Behaviour behaviour) {
      return number == behaviour.number() && variant.equals(behaviour.variant());
    }
  }

  /** No deviation. */
  public static Deviations none() {
    return NONE;
  }

  /**
   * The same and a behaviour that is refused.
   *
   * @param number the behaviour's number
   * @param variant its case as the results name it
   * @param message a part of the message with which the connector refuses it
   */
  public Deviations refuses(int number, String variant, String message) {
    return with(new Deviation(Kind.REFUSES, number, variant, message));
  }

  /**
   * The same and values that are read otherwise than they were written.
   *
   * @param number the behaviour's number
   * @param variant its case as the results name it
   * @param expression Spark SQL over the written column {@code v}: what is read, with its type
   */
  public Deviations reads(int number, String variant, String expression) {
    return with(new Deviation(Kind.READS, number, variant, expression));
  }

  /**
   * The same and a weaker guarantee, where the kit knows one: see the behaviour.
   *
   * @param number the behaviour's number
   * @param variant its case as the results name it
   * @param note what users are told, one or two sentences
   */
  public Deviations differs(int number, String variant, String note) {
    return with(new Deviation(Kind.DIFFERS, number, variant, note));
  }

  /** In no particular order. */
  List<Deviation> all() {
    return all;
  }

  private Deviations with(Deviation more) {
    List<Deviation> list = new ArrayList<>(all);
    list.add(more);
    return new Deviations(list);
  }

  Optional<String> text(Kind kind, Behaviour behaviour) {
    return all.stream()
        .filter(deviation -> deviation.kind() == kind && deviation.isAbout(behaviour))
        .map(Deviation::text)
        .findFirst();
  }
}
