package io.standpipe.pipeline;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.standpipe.factory.TypeNames;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Shows a plan as text, as JSON and as a Mermaid flowchart, with the schemas that are known. */
public final class PlanPrinter {
  private PlanPrinter() {}

  /** One block a node, in the order of the run. */
  public static String text(Plan plan) {
    StringBuilder out = new StringBuilder("pipeline ").append(plan.pipeline().name());
    if (!plan.pipeline().description().isBlank()) {
      out.append(" - ").append(plan.pipeline().description().strip());
    }
    out.append('\n');
    int number = 1;
    for (Plan.Node node : plan.nodes()) {
      out.append(String.format("%3d. %s%n", number++, title(node)));
      if (!node.inputs().isEmpty()) {
        out.append("       from ").append(String.join(", ", node.inputs())).append('\n');
      }
      if (!node.after().isEmpty()) {
        out.append("       after ").append(String.join(", ", node.after())).append('\n');
      }
      out.append("       ").append(columns(node)).append('\n');
      if (node.step() instanceof Step.Write write && write.deadLetters().isPresent()) {
        String storage = write.deadLetters().get().storage();
        out.append("       wrong rows to ").append(storage).append('\n');
      }
      node.step()
          .settings()
          .fallback()
          .ifPresent(it -> out.append("       if it fails: ").append(it).append('\n'));
    }
    return out.toString();
  }

  static String columns(Plan.Node node) {
    if (node.step() instanceof Step.Make make) {
      return "makes " + TypeNames.of(make.product());
    }
    return node.schema().map(PlanPrinter::columns).orElse("columns are known when the run starts");
  }

  private static String columns(StructType schema) {
    List<String> columns = new ArrayList<>();
    for (StructField field : schema.fields()) {
      columns.add(field.name() + " " + field.dataType().simpleString());
    }
    return "(" + String.join(", ", columns) + ")";
  }

  static String title(Plan.Node node) {
    Step step = node.step();
    if (step instanceof Step.Read read) {
      return (read.stream() ? "read stream " : "read ")
          + read.storage()
          + named(step, read.storage());
    } else if (step instanceof Step.Sql) {
      return "sql " + step.name();
    } else if (step instanceof Step.Filter filter) {
      return "filter " + step.name() + ": " + filter.condition().strip();
    }
    if (step instanceof Step.Make make) {
      return "factory " + make.factory().type().name() + " as " + step.name();
    }
    Step.Write write = (Step.Write) step;
    String keys = write.keys().isEmpty() ? "" : " by " + String.join(", ", write.keys());
    return "write "
        + write.storage()
        + " ("
        + write.mode().id()
        + keys
        + write.stream().map(PlanPrinter::stream).orElse("")
        + ")"
        + named(step, "write_" + write.storage());
  }

  private static String stream(StreamSettings stream) {
    return ", "
        + stream.outputMode().id()
        + " rows "
        + stream.every().map(interval -> "every " + seconds(interval)).orElse("that are there")
        + ", "
        + stream.delivery().id();
  }

  private static String seconds(Duration interval) {
    return BigDecimal.valueOf(interval.toMillis(), 3).stripTrailingZeros().toPlainString() + " s";
  }

  private static String named(Step step, String implied) {
    return step.name().equals(implied) ? "" : " as " + step.name();
  }

  /** The kind of a step in reports: read, sql, filter, factory or write. */
  static String kind(Step step) {
    if (step instanceof Step.Read) {
      return "read";
    } else if (step instanceof Step.Sql) {
      return "sql";
    } else if (step instanceof Step.Make) {
      return "factory";
    }
    return step instanceof Step.Filter ? "filter" : "write";
  }

  /**
   * The plan as a JSON document: {@code pipeline}, {@code nodes} with name, kind, storage, inputs
   * and schema.
   */
  public static String json(Plan plan) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("pipeline", plan.pipeline().name());
    ArrayNode nodes = root.putArray("nodes");
    for (Plan.Node node : plan.nodes()) {
      ObjectNode json = json(node);
      nodes.add(json);
      node.step().settings().stage().ifPresent(stage -> json.put("stage", stage));
      node.after().forEach(json.putArray("after")::add);
      node.schema().ifPresent(schema -> fields(schema, json.putArray("schema")));
    }
    return root.toPrettyString() + "\n";
  }

  /** What a node does, and with what. */
  static ObjectNode json(Plan.Node node) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", node.name()).put("kind", kind(node.step()));
    describe(node.step(), json);
    node.inputs().forEach(json.putArray("inputs")::add);
    if (node.step() instanceof Step.Make) {
      deliveries(node, json.putArray("deliveries"));
    }
    node.step().settings().fallback().ifPresent(it -> json.put("fallback", it.toString()));
    return json;
  }

  /** Which member gets what; Java does not keep the order of methods. */
  private static void deliveries(Plan.Node node, ArrayNode array) {
    node.deliveries().stream()
        .filter(it -> it.step().isPresent() || it.loaded().isPresent())
        .sorted(
            Comparator.comparing((Delivered it) -> it.need().place())
                .thenComparing(it -> it.step().orElse("")))
        .forEach(
            it -> {
              ObjectNode json = array.addObject().put("member", it.need().member());
              it.step().ifPresent(step -> json.put("step", step));
              it.loaded().ifPresent(storage -> json.put("storage", storage));
            });
  }

  private static void describe(Step step, ObjectNode json) {
    if (step instanceof Step.Read read) {
      json.put("storage", read.storage());
      read.version().ifPresent(version -> json.put("version", version.toString()));
      if (read.stream()) {
        json.put("stream", true);
      }
    } else if (step instanceof Step.Sql sql) {
      json.put("sql", sql.sql());
    } else if (step instanceof Step.Filter filter) {
      json.put("condition", filter.condition());
    } else if (step instanceof Step.Make make) {
      json.put("factory", make.factory().type().type().getName());
      json.put("makes", TypeNames.of(make.product()));
      make.reads().stream().sorted().forEach(json.putArray("reads")::add);
      make.writes().stream().sorted().forEach(json.putArray("writes")::add);
    } else if (step instanceof Step.Write write) {
      json.put("storage", write.storage()).put("mode", write.mode().id());
      write.keys().forEach(json.putArray("keys")::add);
      write.replaceWhere().ifPresent(condition -> json.put("replaceWhere", condition));
      json.put("schemaEvolution", write.schemaEvolution().id());
      write
          .deadLetters()
          .ifPresent(
              letters -> {
                ObjectNode described = json.putObject("deadLetters");
                described.put("storage", letters.storage());
                letters.where().ifPresent(condition -> described.put("where", condition));
                letters.malformed().ifPresent(column -> described.put("malformed", column));
              });
      write.stream().ifPresent(stream -> describe(stream, json.putObject("stream")));
    }
  }

  private static void describe(StreamSettings stream, ObjectNode json) {
    json.put("checkpoint", stream.checkpoint().uri());
    stream.every().ifPresent(interval -> json.put("every", interval.toString()));
    json.put("outputMode", stream.outputMode().id()).put("delivery", stream.delivery().id());
    stream.stopAfter().ifPresent(time -> json.put("stopAfter", time.toString()));
  }

  private static void fields(StructType schema, ArrayNode array) {
    for (StructField field : schema.fields()) {
      array.addObject().put("name", field.name()).put("type", field.dataType().simpleString());
    }
  }

  /** A picture, as an SVG document. */
  public static String svg(Plan plan) {
    return PlanPicture.svg(plan);
  }

  /** A flowchart for Markdown pages, schemas on the edges. */
  public static String mermaid(Plan plan) {
    StringBuilder out = new StringBuilder("flowchart LR\n");
    for (Plan.Node node : plan.nodes()) {
      String label = escape(title(node));
      boolean storage = node.step() instanceof Step.Read || node.step() instanceof Step.Write;
      out.append("  ")
          .append(id(node.name()))
          .append(storage ? "[(\"" : "[\"")
          .append(label)
          .append(storage ? "\")]\n" : "\"]\n");
    }
    for (Plan.Node node : plan.nodes()) {
      for (String input : node.inputs()) {
        out.append("  ")
            .append(id(input))
            .append(" -->")
            .append(edge(plan, input))
            .append(' ')
            .append(id(node.name()))
            .append('\n');
      }
      for (String earlier : node.after()) {
        out.append("  ").append(id(earlier)).append(" -.-> ").append(id(node.name())).append('\n');
      }
    }
    return out.toString();
  }

  private static String edge(Plan plan, String input) {
    return plan.nodes().stream()
        .filter(node -> node.name().equals(input))
        .map(PlanPrinter::delivered)
        .filter(lines -> !lines.isEmpty())
        .map(lines -> "|\"" + String.join("<br/>", lines) + "\"|")
        .findFirst()
        .orElse("");
  }

  /** The columns, or the type of what a factory makes, as far as they are known. */
  private static List<String> delivered(Plan.Node node) {
    if (node.step() instanceof Step.Make make) {
      return List.of(escape(TypeNames.of(make.product())));
    }
    return node.schema().stream()
        .flatMap(schema -> Arrays.stream(schema.fields()))
        .map(field -> escape(field.name() + " " + field.dataType().simpleString()))
        .toList();
  }

  private static String id(String name) {
    return "n_" + name;
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("\"", "&quot;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace('\n', ' ');
  }
}
