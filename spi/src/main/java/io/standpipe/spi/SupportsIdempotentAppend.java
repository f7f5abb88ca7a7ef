package io.standpipe.spi;

/**
 * Marks a {@link SupportsWrite} whose append honours {@link WriteRequest#commitToken()}: an append
 * with a token that was committed before changes nothing and reports {@link
 * WriteResult.Outcome#ALREADY_COMMITTED}. Only such appends are ever repeated.
 */
public interface SupportsIdempotentAppend extends SupportsWrite {}
