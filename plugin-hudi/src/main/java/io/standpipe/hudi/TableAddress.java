package io.standpipe.hudi;

import io.standpipe.spi.Location;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hudi.common.table.HoodieTableMetaClient;
import org.apache.hudi.exception.TableNotFoundException;
import org.apache.hudi.hadoop.fs.HadoopFSUtils;
import org.apache.spark.sql.SparkSession;

/**
 * Where a table is.
 *
 * @param path its folder, as Hadoop names it
 */
record TableAddress(String path) {

  static TableAddress of(Location location) {
    return new TableAddress(location.uri());
  }

  /** The table as messages name it, for example {@code Hudi table '/data/sales'}. */
  String label() {
    return "Hudi table '" + path + "'";
  }

  /** Whether the folder is on this machine's disks. */
  boolean local() {
    String scheme = new Path(path).toUri().getScheme();
    return scheme == null || scheme.equals("file");
  }

  /** The table as it is now, or empty if there is none. */
  Optional<OpenTable> find(SparkSession session) {
    return find(session.sessionState().newHadoopConf());
  }

  /** The table as it is now, or empty if there is none; needs no Spark. */
  Optional<OpenTable> find(Configuration hadoop) {
    try {
      return Optional.of(
          new OpenTable(
              HoodieTableMetaClient.builder()
                  .setConf(HadoopFSUtils.getStorageConfWithCopy(hadoop))
                  .setBasePath(path)
                  .setLoadActiveTimelineOnLoad(true)
                  .build()));
    } catch (TableNotFoundException e) {
      return Optional.empty();
    }
  }

  /** The table as it is now. */
  OpenTable require(SparkSession session) {
    return find(session)
        .orElseThrow(
            () ->
                new Problem.Refusal(
                    "cannot open " + label() + ": it does not exist",
                    "Check the path, or write to it first: append, overwrite and upsert create"
                        + " it."));
  }
}
