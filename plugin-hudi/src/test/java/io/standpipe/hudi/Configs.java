package io.standpipe.hudi;

import io.standpipe.hudi.HudiConfig.Concurrency;
import io.standpipe.hudi.HudiConfig.Index;
import io.standpipe.hudi.HudiConfig.Insert;
import io.standpipe.hudi.HudiConfig.Lock;
import io.standpipe.hudi.HudiConfig.Overwrite;
import io.standpipe.hudi.HudiConfig.Query;
import io.standpipe.hudi.HudiConfig.TableType;
import io.standpipe.spi.Location;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Builds configurations that differ from the defaults in a few options. */
final class Configs {
  private final String path;
  private final Map<String, String> options = new HashMap<>();
  private Optional<String> table = Optional.empty();
  private TableType tableType = TableType.COPY_ON_WRITE;
  private List<String> recordKey = List.of();
  private List<String> partitionBy = List.of();
  private List<String> orderingFields = List.of();
  private Insert insert = Insert.INSERT;
  private Overwrite overwrite = Overwrite.TABLE;
  private Query query = Query.SNAPSHOT;
  private Index index = Index.SIMPLE;
  private Concurrency concurrency = Concurrency.SINGLE;
  private Lock lock = Lock.IN_PROCESS;
  private boolean changeDataCapture;
  private Optional<Boolean> metadataTable = Optional.empty();
  private boolean metaColumns;
  private Optional<String> schema = Optional.empty();

  private Configs(String path) {
    this.path = path;
  }

  static Configs at(Path path) {
    return new Configs(path.toString());
  }

  static Configs at(String uri) {
    return new Configs(uri);
  }

  Configs table(String name) {
    table = Optional.of(name);
    return this;
  }

  Configs tableType(TableType type) {
    tableType = type;
    return this;
  }

  Configs key(String... columns) {
    recordKey = List.of(columns);
    return this;
  }

  Configs partitionBy(String... columns) {
    partitionBy = List.of(columns);
    return this;
  }

  Configs orderBy(String... columns) {
    orderingFields = List.of(columns);
    return this;
  }

  Configs insert(Insert how) {
    insert = how;
    return this;
  }

  Configs overwrite(Overwrite what) {
    overwrite = what;
    return this;
  }

  Configs query(Query what) {
    query = what;
    return this;
  }

  Configs index(Index which) {
    index = which;
    return this;
  }

  Configs concurrency(Concurrency mode) {
    concurrency = mode;
    return this;
  }

  Configs lock(Lock what) {
    lock = what;
    return this;
  }

  Configs recordingChanges() {
    changeDataCapture = true;
    return this;
  }

  Configs metadataTable(boolean kept) {
    metadataTable = Optional.of(kept);
    return this;
  }

  Configs showingMetaColumns() {
    metaColumns = true;
    return this;
  }

  Configs schema(String ddl) {
    schema = Optional.of(ddl);
    return this;
  }

  Configs option(String name, String value) {
    options.put(name, value);
    return this;
  }

  HudiConfig build() {
    return new HudiConfig(
        new Location(path),
        table,
        tableType,
        recordKey,
        partitionBy,
        orderingFields,
        insert,
        overwrite,
        query,
        index,
        concurrency,
        lock,
        changeDataCapture,
        metadataTable,
        metaColumns,
        schema,
        options);
  }

  HudiConnector connector() {
    return new HudiConnector(build());
  }
}
