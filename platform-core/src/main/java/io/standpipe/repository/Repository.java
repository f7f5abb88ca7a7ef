package io.standpipe.repository;

import io.standpipe.storage.Storage;
import org.apache.spark.sql.SparkSession;

public final class Repository<T extends Record> {
  public static <T extends Record> Repository<T> of(Storage storage, SparkSession session, Class<T> type) {
    throw new IllegalStateException();
  }
}
