package io.standpipe.tck;

import java.util.Objects;

/**
 * How a behaviour ended.
 *
 * @param note for a refusal its message; else where it is weaker than usual, or empty
 */
record Result(Behaviour behaviour, Outcome outcome, String note) {
  Result {
    Objects.requireNonNull(behaviour, "behaviour");
    Objects.requireNonNull(outcome, "outcome");
    Objects.requireNonNull(note, "note");
  }

  /** There is no third one: what is neither of them fails the suite. */
  enum Outcome {
    SUPPORTED("supported"),
    REFUSED("refused");

    private final String id;

    Outcome(String id) {
      this.id = id;
    }

    String id() {
      return id;
    }
  }

  static Result supported(Behaviour behaviour, String note) {
    return new Result(behaviour, Outcome.SUPPORTED, note);
  }

  static Result refused(Behaviour behaviour, String message) {
    return new Result(behaviour, Outcome.REFUSED, message);
  }
}
