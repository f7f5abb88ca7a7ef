package io.standpipe.spi;

import java.util.Map;
import org.apache.spark.sql.SparkSession;

/** A storage whose rows can be changed in place by condition. */
public interface SupportsUpdate extends Connector {

  /**
   * Sets columns of the rows for which the condition is true.
   *
   * @param assignments column name to SQL expression over the old row; at least one
   */
  WriteResult update(SparkSession session, Condition condition, Map<String, String> assignments);
}
