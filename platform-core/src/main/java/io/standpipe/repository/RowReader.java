package io.standpipe.repository;

import io.standpipe.spi.Condition;
import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.SupportsRead;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Reads a storage and says where, when something goes wrong. */
record RowReader(Storage storage, SparkSession session) {

  /** Whether the storage can be read at all. */
  boolean readable() {
    return storage.abilities().contains(Ability.READ);
  }

  /** The storage's rows, lazily. */
  Dataset<Row> open() {
    return storage.use(SupportsRead.class, source -> guarded(() -> source.read(session)));
  }

  /**
   * Does something with the storage's rows. Spark needs the plug-ins' class loader for it as
   * connectors do, and Scala throws checked exceptions that Java cannot see.
   */
  <R> R act(Callable<R> action) {
    return storage.use(SupportsRead.class, source -> guarded(action));
  }

  private static <R> R guarded(Callable<R> action) {
    try {
      return action.call();
    } catch (ConnectorException e) {
      throw e;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      throw new ConnectorException(
          "cannot be read: " + BadValue.reason(e), "The cause of this error tells more.", e);
    }
  }

  /** Where the record's components stand in rows. */
  <T extends Record> Binding<T> bind(Dataset<Row> rows, RecordMapping<T> mapping) {
    SchemaMatch match = new SchemaMatch(session);
    Binding<T> binding = mapping.bind(rows.schema(), match);
    check(match, mapping);
    return binding;
  }

  /**
   * @throws RepositoryException with all that does not match
   */
  void check(SchemaMatch match, RecordMapping<?> mapping) {
    List<String> problems = match.problems();
    if (!problems.isEmpty()) {
      throw RepositoryException.of(
          storage,
          "its columns do not fit "
              + mapping.name()
              + ":"
              + Problems.list(problems, "Change the record, or name columns with @ColumnName."));
    }
  }

  /**
   * @throws RepositoryException if the condition does not fit
   */
  Condition translate(Condition condition, ConditionTranslator translator) {
    try {
      return translator.translate(condition);
    } catch (BadValue e) {
      throw RepositoryException.of(
          storage, "the condition does not fit: " + e.getMessage(), e.getCause());
    }
  }

  /**
   * @throws RepositoryException if the row does not fit
   */
  <T extends Record> T record(Binding<T> binding, Row row) {
    try {
      return binding.read(row);
    } catch (BadValue e) {
      throw RepositoryException.of(
          storage,
          "row "
              + RowText.of(binding.mapping().components(), row)
              + " cannot be read as "
              + binding.mapping().name()
              + ": "
              + e.getMessage(),
          e.getCause());
    }
  }
}
