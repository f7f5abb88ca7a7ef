package io.standpipe.jdbc;

import java.util.EnumSet;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * A table or query as a data source of Spark. It is put into a plan as an object, without any
 * options.
 */
record ReadTable(ReadSource source) implements Table, SupportsRead {

  @Override
  public String name() {
    return source.name();
  }

  @Override
  @SuppressWarnings("deprecation")
  public StructType schema() {
    return source.schema();
  }

  @Override
  public Set<TableCapability> capabilities() {
    return EnumSet.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return new ReadBuilder(source);
  }

  @Override
  public String toString() {
    return name();
  }
}
