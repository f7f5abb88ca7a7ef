package io.standpipe.hudi;

import io.standpipe.spi.Location;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hudi.common.table.HoodieTableConfig;
import org.apache.hudi.common.table.HoodieTableMetaClient;
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
    if (!hasProperties(hadoop)) {
      return Optional.empty();
    }
    return Optional.of(
        new OpenTable(
            HoodieTableMetaClient.builder()
                .setConf(HadoopFSUtils.getStorageConfWithCopy(hadoop))
                .setBasePath(path)
                .setLoadActiveTimelineOnLoad(true)
                .build()));
  }

  /** Hudi itself looks for them for five seconds before it believes that there is no table. */
  private boolean hasProperties(Configuration hadoop) {
    Path folder = new Path(path, HoodieTableMetaClient.METAFOLDER_NAME);
    try {
      FileSystem files = folder.getFileSystem(hadoop);
      return files.exists(new Path(folder, HoodieTableConfig.HOODIE_PROPERTIES_FILE))
          || files.exists(new Path(folder, HoodieTableConfig.HOODIE_PROPERTIES_FILE_BACKUP));
    } catch (IOException e) {
      throw Problem.of("open " + label(), e);
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
