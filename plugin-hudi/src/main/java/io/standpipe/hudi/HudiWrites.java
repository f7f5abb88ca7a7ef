package io.standpipe.hudi;

import io.standpipe.hudi.HudiConfig.Insert;
import io.standpipe.hudi.RowShape.Missing;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.spi.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** Append, overwrite, error-if-exists, ignore and create: each is one commit. */
final class HudiWrites {
  private final HudiConfig config;
  private final TableAddress address;
  private final SparkSession session;
  private final Committer committer;
  private final RowShape shape;

  HudiWrites(HudiConfig config, TableAddress address, SparkSession session) {
    this.config = config;
    this.address = address;
    this.session = session;
    this.committer = new Committer(config, address, session);
    this.shape = new RowShape(address);
  }

  WriteResult write(Dataset<Row> rows, WriteRequest request) {
    return switch (request.mode()) {
      case APPEND -> insert("append to", config.insert().operation(), rows, request);
      case OVERWRITE -> insert("overwrite", config.overwrite().operation(), rows, request);
      case ERROR_IF_EXISTS -> intoEmpty(rows, request, WriteResult.Outcome.COMMITTED);
      case IGNORE -> intoEmpty(rows, request, WriteResult.Outcome.IGNORED);
      default ->
          throw new Problem.Refusal(
              "cannot write " + address.label() + " with mode " + request.mode().id(),
              "Use append, overwrite, errorIfExists or ignore.");
    };
  }

  private WriteResult insert(
      String action, String operation, Dataset<Row> rows, WriteRequest request) {
    return committer.commit(
        action,
        operation,
        Map.of(),
        request.commitToken(),
        before -> {
          Dataset<Row> fit = fit(before, rows, request.schemaEvolution(), Missing.AS_NULL);
          return RowChecks.knownKeys(fit, recordKey(before));
        });
  }

  /** An empty table is overwritten rather than appended to, so that all of it is this write's. */
  private WriteResult intoEmpty(
      Dataset<Row> rows, WriteRequest request, WriteResult.Outcome ifNotEmpty) {
    return committer.exclusively(
        () -> {
          Optional<OpenTable> table = address.find(session);
          boolean repeated =
              request.commitToken().isPresent()
                  && table.filter(t -> t.hasToken(request.commitToken().get())).isPresent();
          if (!repeated
              && table.isPresent()
              && !new HudiReads(config, address, session).isEmpty()) {
            if (ifNotEmpty == WriteResult.Outcome.IGNORED) {
              return WriteResult.unchanged(WriteResult.Outcome.IGNORED);
            }
            throw new Problem.Refusal(
                "cannot write to " + address.label() + " with mode errorIfExists: it has rows",
                "Delete them, or use mode append, overwrite or ignore.");
          }
          return insert("write to", HudiConfig.Overwrite.TABLE.operation(), rows, request);
        });
  }

  /** Creates the table by a commit of no rows. */
  void create(StructType schema) {
    committer.exclusively(
        () -> {
          if (address.find(session).isPresent()) {
            throw new Problem.Refusal(
                "cannot create " + address.label() + ": it exists",
                "Drop it first, or use it as it is.");
          }
          Dataset<Row> none = session.createDataFrame(List.of(), schema);
          return insert(
              "create", Insert.INSERT.operation(), none, WriteRequest.of(WriteMode.APPEND));
        });
  }

  /** The rows in the shape of the table, which may not exist yet. */
  Dataset<Row> fit(
      Optional<OpenTable> before, Dataset<Row> rows, SchemaEvolution evolution, Missing missing) {
    before.ifPresent(this::requireConfigured);
    Optional<StructType> columns = before.flatMap(OpenTable::schema);
    if (columns.isPresent()) {
      return shape.fit(rows, columns.get(), evolution, missing);
    }
    requireIdentity(rows.schema());
    return shape.first(rows);
  }

  List<String> recordKey(Optional<OpenTable> before) {
    return before.map(OpenTable::recordKey).orElse(config.recordKey());
  }

  private void requireConfigured(OpenTable table) {
    requireSame("recordKey", config.recordKey(), table.recordKey());
    requireSame("partitionBy", config.partitionBy(), table.partitionColumns());
  }

  private void requireSame(String option, List<String> configured, List<String> own) {
    if (!configured.isEmpty() && !configured.equals(own)) {
      throw new Problem.Refusal(
          address.label()
              + " was created with "
              + option
              + " "
              + own
              + ", but the storage says "
              + configured,
          "Correct " + option + ", or leave it out.");
    }
  }

  /** Checks the columns that decide where a row is, of a table that is created. */
  private void requireIdentity(StructType schema) {
    RowShape.requireColumns("recordKey", config.recordKey(), schema, "the first write");
    RowShape.requireColumns("partitionBy", config.partitionBy(), schema, "the first write");
    RowShape.requireColumns("orderingFields", config.orderingFields(), schema, "the first write");
    List<String> unfit = new ArrayList<>();
    Stream.concat(config.recordKey().stream(), config.partitionBy().stream())
        .forEach(
            column -> {
              String spelled = RowShape.spelled(List.of(column), schema).get(0);
              if (!spelled.equals(column)) {
                unfit.add(column + " is spelled " + spelled + " in the rows");
              } else if (!Storable.identifies(schema.apply(column).dataType())) {
                unfit.add(column + " is " + schema.apply(column).dataType().sql());
              }
            });
    if (!unfit.isEmpty()) {
      throw new Problem.Refusal(
          "cannot create " + address.label() + " with these key or partition columns: " + unfit,
          "Use text, whole numbers, decimals, dates or booleans, spelled as in the rows.");
    }
  }
}
