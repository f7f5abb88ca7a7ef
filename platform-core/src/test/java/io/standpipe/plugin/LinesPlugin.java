package io.standpipe.plugin;

/**
 * A plug-in with a Spark data source of its own, {@code lines}: one row per line of the files of a
 * folder. Its writer sends a message of a plug-in class from each task to the driver, which is what
 * goes wrong if the two see different copies of the class.
 */
final class LinesPlugin {
  private LinesPlugin() {}

  static TestPlugin plugin() {
    return TestPlugin.working("lines")
        .service(ContentCheck.DATA_SOURCES, "acme.lines.LinesSource")
        .source("acme.lines.LinesSource", SOURCE)
        .source("acme.lines.LinesTable", TABLE)
        .source("acme.lines.LinesRead", READ)
        .source("acme.lines.LinesWrite", WRITE)
        .source("acme.lines.Shout", SHOUT);
  }

  private static final String SOURCE =
      """
      package acme.lines;
      import java.util.Map;
      import org.apache.spark.sql.connector.catalog.Table;
      import org.apache.spark.sql.connector.catalog.TableProvider;
      import org.apache.spark.sql.connector.expressions.Transform;
      import org.apache.spark.sql.sources.DataSourceRegister;
      import org.apache.spark.sql.types.StructType;
      import org.apache.spark.sql.util.CaseInsensitiveStringMap;
      public class LinesSource implements TableProvider, DataSourceRegister {
        static final StructType SCHEMA = new StructType().add("value", "string");
        public String shortName() { return "lines"; }
        public StructType inferSchema(CaseInsensitiveStringMap options) { return SCHEMA; }
        public Table getTable(StructType schema, Transform[] parts, Map<String, String> options) {
          return new LinesTable(options.get("path"));
        }
      }
      """;

  private static final String TABLE =
      """
      package acme.lines;
      import java.util.Set;
      import org.apache.spark.sql.connector.catalog.SupportsRead;
      import org.apache.spark.sql.connector.catalog.SupportsWrite;
      import org.apache.spark.sql.connector.catalog.TableCapability;
      import org.apache.spark.sql.connector.read.Scan;
      import org.apache.spark.sql.connector.read.ScanBuilder;
      import org.apache.spark.sql.connector.write.BatchWrite;
      import org.apache.spark.sql.connector.write.LogicalWriteInfo;
      import org.apache.spark.sql.connector.write.Write;
      import org.apache.spark.sql.connector.write.WriteBuilder;
      import org.apache.spark.sql.types.StructType;
      import org.apache.spark.sql.util.CaseInsensitiveStringMap;
      public class LinesTable implements SupportsRead, SupportsWrite {
        private final String path;
        LinesTable(String path) { this.path = path; }
        public String name() { return "lines"; }
        public StructType schema() { return LinesSource.SCHEMA; }
        public Set<TableCapability> capabilities() {
          return Set.of(TableCapability.BATCH_READ, TableCapability.BATCH_WRITE);
        }
        public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
          Scan scan = new LinesRead(path);
          return () -> scan;
        }
        public WriteBuilder newWriteBuilder(LogicalWriteInfo info) {
          return new WriteBuilder() {
            public Write build() {
              return new Write() {
                public BatchWrite toBatch() { return new LinesWrite(path); }
              };
            }
          };
        }
      }
      """;

  private static final String READ =
      """
      package acme.lines;
      import java.io.File;
      import java.io.IOException;
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.util.Iterator;
      import org.apache.spark.sql.catalyst.InternalRow;
      import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
      import org.apache.spark.sql.connector.read.Batch;
      import org.apache.spark.sql.connector.read.InputPartition;
      import org.apache.spark.sql.connector.read.PartitionReader;
      import org.apache.spark.sql.connector.read.PartitionReaderFactory;
      import org.apache.spark.sql.connector.read.Scan;
      import org.apache.spark.sql.types.StructType;
      import org.apache.spark.unsafe.types.UTF8String;
      public class LinesRead implements Scan, Batch {
        private final String path;
        LinesRead(String path) { this.path = path; }
        public StructType readSchema() { return LinesSource.SCHEMA; }
        public Batch toBatch() { return this; }
        public InputPartition[] planInputPartitions() {
          File[] files = new File(path).listFiles((dir, name) -> name.endsWith(".txt"));
          InputPartition[] partitions = new InputPartition[files.length];
          for (int i = 0; i < files.length; i++) partitions[i] = new OneFile(files[i].getPath());
          return partitions;
        }
        public PartitionReaderFactory createReaderFactory() { return new Readers(); }
        static class OneFile implements InputPartition {
          final String file;
          OneFile(String file) { this.file = file; }
        }
        static class Readers implements PartitionReaderFactory {
          public PartitionReader<InternalRow> createReader(InputPartition partition) {
            Iterator<String> lines;
            try {
              lines = Files.readAllLines(Path.of(((OneFile) partition).file)).iterator();
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
            return new PartitionReader<InternalRow>() {
              public boolean next() { return lines.hasNext(); }
              public InternalRow get() {
                return new GenericInternalRow(new Object[] {UTF8String.fromString(lines.next())});
              }
              public void close() {}
            };
          }
        }
      }
      """;

  private static final String WRITE =
      """
      package acme.lines;
      import java.io.IOException;
      import java.nio.file.Files;
      import java.nio.file.Path;
      import java.util.ArrayList;
      import java.util.List;
      import org.apache.spark.sql.catalyst.InternalRow;
      import org.apache.spark.sql.connector.write.BatchWrite;
      import org.apache.spark.sql.connector.write.DataWriter;
      import org.apache.spark.sql.connector.write.DataWriterFactory;
      import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
      import org.apache.spark.sql.connector.write.WriterCommitMessage;
      public class LinesWrite implements BatchWrite {
        private final String path;
        LinesWrite(String path) { this.path = path; }
        public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
          return new Writers(path);
        }
        public void commit(WriterCommitMessage[] messages) {
          int rows = 0;
          for (WriterCommitMessage message : messages) rows += ((Written) message).rows;
          try {
            Files.writeString(Path.of(path, "_SUCCESS"), rows + " rows");
          } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        }
        public void abort(WriterCommitMessage[] messages) {}
        static class Written implements WriterCommitMessage {
          final int rows;
          Written(int rows) { this.rows = rows; }
        }
        static class Writers implements DataWriterFactory {
          private final String path;
          Writers(String path) { this.path = path; }
          public DataWriter<InternalRow> createWriter(int partition, long task) {
            List<String> lines = new ArrayList<>();
            return new DataWriter<InternalRow>() {
              public void write(InternalRow row) { lines.add(row.getUTF8String(0).toString()); }
              public WriterCommitMessage commit() throws IOException {
                Files.createDirectories(Path.of(path));
                Files.write(Path.of(path, "part-" + partition + "-" + task + ".txt"), lines);
                return new Written(lines.size());
              }
              public void abort() {}
              public void close() {}
            };
          }
        }
      }
      """;

  private static final String SHOUT =
      """
      package acme.lines;
      public class Shout implements org.apache.spark.api.java.function.MapFunction<String, String> {
        public String call(String line) { return line.toUpperCase() + "!"; }
      }
      """;
}
