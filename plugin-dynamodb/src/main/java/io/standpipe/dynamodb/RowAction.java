package io.standpipe.dynamodb;

/** What is done with each row. */
enum RowAction {
  /** The item is replaced. */
  PUT,
  /** The item is replaced if the condition holds. */
  PUT_IF,
  /** The row's columns are set, other attributes stay. */
  UPDATE,
  /** The item with the row's key is removed. */
  DELETE
}
