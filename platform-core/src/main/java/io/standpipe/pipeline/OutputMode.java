package io.standpipe.pipeline;

/** Which rows of a streaming query go to the storage with each micro-batch. */
public enum OutputMode {
  /** New rows, each once. A row of an aggregation is new when its window is over. */
  APPEND("append"),
  /** Rows of an aggregation that have changed. */
  UPDATE("update"),
  /** All rows of an aggregation. */
  COMPLETE("complete");

  private final String id;

  OutputMode(String id) {
    this.id = id;
  }

  /** The name used in configuration and messages. */
  public String id() {
    return id;
  }

  org.apache.spark.sql.streaming.OutputMode spark() {
    return switch (this) {
      case APPEND -> org.apache.spark.sql.streaming.OutputMode.Append();
      case UPDATE -> org.apache.spark.sql.streaming.OutputMode.Update();
      case COMPLETE -> org.apache.spark.sql.streaming.OutputMode.Complete();
    };
  }
}
