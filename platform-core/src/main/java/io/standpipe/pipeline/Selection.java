package io.standpipe.pipeline;

import java.util.List;

/**
 * Which steps of a plan are run: all, unless something is named. What the rows or values of a
 * selected step come from is always part of it.
 *
 * @param only these steps
 * @param from these steps, and all that need them
 * @param until these steps, and all that they need
 */
public record Selection(List<String> only, List<String> from, List<String> until) {
  /** Every step. */
  public static final Selection ALL = new Selection(List.of(), List.of(), List.of());

  public Selection {
    only = List.copyOf(only);
    from = List.copyOf(from);
    until = List.copyOf(until);
    if (!only.isEmpty() && !(from.isEmpty() && until.isEmpty())) {
      throw new IllegalArgumentException("'only' does not go with 'from' and 'until'");
    }
  }
}
