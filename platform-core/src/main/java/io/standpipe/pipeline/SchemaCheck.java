package io.standpipe.pipeline;

import static io.standpipe.pipeline.PlanChecker.key;
import static io.standpipe.pipeline.PlanChecker.label;

import io.standpipe.config.Problems;
import io.standpipe.config.Suggestions;
import io.standpipe.pipeline.SqlText.SqlProblem;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest.SchemaEvolution;
import io.standpipe.storage.Ability;
import io.standpipe.storage.Storage;
import io.standpipe.storage.StorageException;
import io.standpipe.storage.Storages;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.types.StructType;

/**
 * Follows the schemas through the steps as far as they are known without Spark, and checks what
 * depends on them.
 */
final class SchemaCheck {
  private final Storages storages;
  private final Map<String, SqlText> queries;
  private final Map<String, Set<String>> inputs;
  private final Map<String, String> sparkConf;
  private final Problems problems;
  private final Map<String, StructType> schemas = new LinkedHashMap<>();
  private OfflineAnalyzer analyzer;

  SchemaCheck(
      Storages storages,
      Map<String, SqlText> queries,
      Map<String, Set<String>> inputs,
      Map<String, String> sparkConf,
      Problems problems) {
    this.storages = storages;
    this.queries = queries;
    this.inputs = inputs;
    this.sparkConf = sparkConf;
    this.problems = problems;
  }

  List<Plan.Node> nodes(
      List<Step> order,
      Function<Step, List<Step>> predecessors,
      Function<Step, List<Delivered>> deliveries) {
    Map<String, String> names = new LinkedHashMap<>();
    List<Plan.Node> nodes = new ArrayList<>();
    for (Step step : order) {
      String key = key(step.name());
      names.put(key, step.name());
      Set<String> needed = inputs.get(key);
      List<Step> before = predecessors.apply(step);
      Optional<StructType> schema = schema(step, needed, before);
      schema.ifPresent(known -> schemas.put(key, known));
      List<String> after = before.stream().map(Step::name).toList();
      nodes.add(
          new Plan.Node(
              step,
              needed.stream().map(names::get).toList(),
              after,
              deliveries.apply(step),
              schema));
    }
    return nodes;
  }

  private Optional<StructType> schema(Step step, Set<String> needed, List<Step> before) {
    if (step instanceof Step.Read read) {
      boolean asItIs =
          read.version().isEmpty()
              && before.stream()
                  .filter(earlier -> earlier.writes().contains(read.storage()))
                  .allMatch(SchemaCheck::keepsColumns);
      return asItIs ? knownSchema(read) : Optional.empty();
    } else if (step instanceof Step.Write write) {
      write(write);
      return Optional.ofNullable(schemas.get(key(write.from())));
    }
    SqlText query = queries.get(key(step.name()));
    if (query == null
        || !schemas.keySet().containsAll(needed)
        || !query.tables().stream().allMatch(table -> needed.contains(key(table)))) {
      return Optional.empty();
    }
    return analyze(step, step instanceof Step.Sql ? "sql" : "filter", query, needed);
  }

  private static boolean keepsColumns(Step step) {
    return step instanceof Step.Write write && write.schemaEvolution() == SchemaEvolution.NONE;
  }

  private Optional<StructType> analyze(Step step, String field, SqlText query, Set<String> needed) {
    if (query.readsCatalog()) {
      return Optional.empty();
    }
    try {
      Map<String, StructType> known = new LinkedHashMap<>();
      needed.forEach(name -> known.put(name, schemas.get(name)));
      return Optional.of(analyzer().schema(query, known));
    } catch (SqlProblem e) {
      problems.add(step.source().at(field), label(step) + e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<StructType> knownSchema(Step.Read read) {
    try {
      return storages.find(read.storage()).flatMap(Storage::knownSchema);
    } catch (StorageException e) {
      problems.add(read.source().at("read"), label(read) + e.getMessage());
      return Optional.empty();
    }
  }

  OfflineAnalyzer analyzer() {
    if (analyzer == null) {
      analyzer = new OfflineAnalyzer(sparkConf);
    }
    return analyzer;
  }

  private void write(Step.Write write) {
    Optional<StructType> rows = Optional.ofNullable(schemas.get(key(write.from())));
    WriteMode mode = write.mode();
    if (mode.needsKeys() && write.keys().isEmpty()) {
      problems.add(
          write.source().at("mode"),
          label(write)
              + "mode "
              + mode.id()
              + " needs 'keys', the columns that identify a row"
              + rows.map(schema -> ". Columns: " + String.join(", ", schema.fieldNames()))
                  .orElse("")
              + ".");
    }
    if (!mode.needsKeys() && !write.keys().isEmpty()) {
      problems.add(
          write.source().at("keys"),
          label(write) + "mode " + mode.id() + " takes no keys. Remove them, or use upsert.");
    }
    rows.ifPresent(schema -> keys(write, schema));
    write.replaceWhere().ifPresent(condition -> replaceWhere(write, condition, rows));
    if (write.schemaEvolution() == SchemaEvolution.REPLACE && mode != WriteMode.OVERWRITE) {
      problems.add(
          write.source().at("schemaEvolution"),
          label(write) + "schemaEvolution replace goes with mode overwrite only. Use addColumns.");
    } else {
      evolution(write);
    }
  }

  private void evolution(Step.Write write) {
    storages
        .find(write.storage())
        .filter(
            storage -> !storage.schemaEvolutions(write.mode()).contains(write.schemaEvolution()))
        .ifPresent(
            storage ->
                problems.add(
                    write.source().at("schemaEvolution"),
                    label(write)
                        + storage
                        + " "
                        + storage.unsupported(write.mode(), write.schemaEvolution())));
  }

  private void keys(Step.Write write, StructType schema) {
    List<String> columns = List.of(schema.fieldNames());
    for (String keyColumn : write.keys()) {
      if (columns.stream().noneMatch(column -> column.equalsIgnoreCase(keyColumn))) {
        problems.add(
            write.source().at("keys"),
            label(write)
                + "the key '"
                + keyColumn
                + "' is no column of '"
                + write.from()
                + "'"
                + ". "
                + Suggestions.sentence(keyColumn, columns, "columns"));
      }
    }
  }

  private void replaceWhere(Step.Write write, String condition, Optional<StructType> rows) {
    Optional<Storage> storage = storages.find(write.storage());
    try {
      if (write.schemaEvolution() == SchemaEvolution.REPLACE) {
        problem(
            write,
            "'replaceWhere' keeps rows, whose columns schemaEvolution replace would take away. Leave one of them out.");
      } else if (write.mode() != WriteMode.OVERWRITE) {
        SqlText.filter(write.from(), condition);
        problem(
            write, "'replaceWhere' goes with mode overwrite, not with " + write.mode().id() + ".");
      } else if (storage.isPresent()
          && !storage.get().abilities().contains(Ability.REPLACE_WHERE)) {
        problem(write, storage.get().cannot(Ability.REPLACE_WHERE) + " Leave out 'replaceWhere'.");
      } else if (rows.isPresent()) {
        LogicalPlan relation = OfflineAnalyzer.relation(rows.get());
        LogicalPlan analyzed = analyzer().analyzed(SqlText.filter(relation, condition));
        if (storage.isPresent()) {
          ColumnCondition.replaceWhere(write, analyzed, storage.get());
        }
      } else {
        SqlText.filter(write.from(), condition);
      }
    } catch (SqlProblem e) {
      problem(write, e.getMessage());
    }
  }

  private void problem(Step.Write write, String message) {
    problems.add(write.source().at("replaceWhere"), label(write) + message);
  }
}
