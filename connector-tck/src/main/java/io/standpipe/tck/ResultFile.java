package io.standpipe.tck;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The results of one connector as a file that is kept under version control: the same as long as
 * the connector can do the same, one line for each behaviour.
 *
 * @param connector whose results they are, for example {@code jdbc-postgresql}
 * @param type the connector's type
 * @param abilities what the connector declares, by the names shown to people
 * @param modes the modes in which it can be written
 * @param results sorted by behaviour
 */
record ResultFile(
    String connector,
    String type,
    List<String> abilities,
    List<String> modes,
    List<Result> results) {
  private static final ObjectMapper JSON = new ObjectMapper();

  ResultFile {
    abilities = List.copyOf(abilities);
    modes = List.copyOf(modes);
    results = results.stream().sorted((a, b) -> a.behaviour().compareTo(b.behaviour())).toList();
  }

  static ResultFile read(Path file) {
    try {
      JsonNode root = JSON.readTree(file.toFile());
      List<Result> results = new ArrayList<>();
      for (JsonNode line : root.get("behaviours")) {
        Behaviour behaviour = Behaviour.of(line.get("number").asInt(), text(line, "behaviour"));
        String variant = text(line, "case");
        Behaviour cased = variant.isEmpty() ? behaviour : behaviour.variant(variant);
        results.add(
            text(line, "outcome").equals(Result.Outcome.REFUSED.id())
                ? Result.refused(cased, text(line, "message"))
                : Result.supported(cased, text(line, "note")));
      }
      return new ResultFile(
          text(root, "connector"),
          text(root, "type"),
          texts(root.get("abilities")),
          texts(root.get("writeModes")),
          results);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  /** The other, with what it has not looked at in its tier. */
  ResultFile completing(ResultFile other, Tier tier) {
    Set<Integer> numbers =
        other.results.stream()
            .map(result -> result.behaviour().number())
            .collect(Collectors.toSet());
    List<Result> merged = new ArrayList<>(other.results);
    results.stream()
        .filter(
            result ->
                !numbers.contains(result.behaviour().number()) || !tier.has(result.behaviour()))
        .forEach(merged::add);
    return new ResultFile(other.connector, other.type, other.abilities, other.modes, merged);
  }

  void write(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, text());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  String text() {
    return "{\n"
        + "  \"connector\": %s,\n".formatted(json(connector))
        + "  \"type\": %s,\n".formatted(json(type))
        + "  \"abilities\": %s,\n".formatted(json(abilities))
        + "  \"writeModes\": %s,\n".formatted(json(modes))
        + "  \"behaviours\": [\n"
        + results.stream().map(ResultFile::line).collect(Collectors.joining(",\n"))
        + "\n  ]\n}\n";
  }

  private static String line(Result result) {
    ObjectNode line = JSON.createObjectNode();
    Behaviour behaviour = result.behaviour();
    line.put("number", behaviour.number()).put("behaviour", behaviour.name());
    if (!behaviour.variant().equals(behaviour.name())) {
      line.put("case", behaviour.variant());
    }
    line.put("outcome", result.outcome().id());
    if (!result.note().isEmpty()) {
      line.put(result.outcome() == Result.Outcome.REFUSED ? "message" : "note", result.note());
    }
    return "    " + json(line);
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
