package io.standpipe.spi;

import java.util.Set;

/**
 * Marks a {@link SupportsWrite} whose append honours {@link WriteRequest#commitToken()}: an append
 * with a token that was committed before changes nothing and reports {@link
 * WriteResult.Outcome#ALREADY_COMMITTED}. Only such appends are ever repeated.
 */
public interface SupportsIdempotentAppend extends SupportsWrite {

  /**
   * The modes in which a repeat with the same commit token has the effect of once, whatever the
   * first try has left behind and whatever the rows are by now. By default append only.
   */
  default Set<WriteMode> recognisedModes() {
    return Set.of(WriteMode.APPEND);
  }
}
