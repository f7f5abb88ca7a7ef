package io.standpipe.pipeline;

/** How often a row of a stream arrives in the storage when a micro-batch is repeated. */
public enum DeliveryGuarantee {
  /** Once. A storage that cannot promise it is refused. */
  EXACTLY_ONCE("exactlyOnce"),
  /** Once, or again after a failure. */
  AT_LEAST_ONCE("atLeastOnce");

  private final String id;

  DeliveryGuarantee(String id) {
    this.id = id;
  }

  /** The name used in configuration and messages. */
  public String id() {
    return id;
  }
}
