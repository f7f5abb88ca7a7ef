package io.standpipe.repository;

/** A record component that has no column type. */
final class Unmappable extends RuntimeException {
  private static final long serialVersionUID = 1L;

  Unmappable(String problem) {
    super(problem);
  }
}
