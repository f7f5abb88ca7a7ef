package io.standpipe.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.standpipe.config.InvalidRequestException;
import io.standpipe.pipeline.RunFolderException;
import io.standpipe.pipeline.Selection;
import io.standpipe.pipeline.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a run was started with, kept in its folder so that it can be resumed with the same.
 *
 * @param pipeline the pipeline file, absolute
 * @param configuration the configuration file, absolute
 * @param overrides the values of {@code --set}; those that are secret are not kept
 * @param secrets the keys of overrides that are not kept
 */
record RunRequest(
    Path pipeline,
    Optional<Path> configuration,
    Optional<String> environment,
    List<String> overrides,
    List<String> secrets,
    Selection selection) {
  private static final String FILE = "run.json";

  static RunRequest of(Path pipeline, ConfigurationOptions options, Selection selection) {
    return new RunRequest(
        pipeline.toAbsolutePath(),
        options.file(pipeline).map(Path::toAbsolutePath),
        options.environment(),
        options.overrides(),
        List.of(),
        selection);
  }

  /**
   * Of an earlier run.
   *
   * @param run its id
   * @param again overrides that are given once more
   * @throws InvalidRequestException if there is none, or overrides are missing or too many
   */
  static RunRequest read(Path folder, String run, List<String> again) {
    Path file = folder.resolve(FILE);
    if (!Files.exists(file)) {
      throw new InvalidRequestException(
          "no run to resume in "
              + folder
              + ": there is no "
              + FILE
              + ". Correct --resume or --report, or start a new run.");
    }
    try {
      JsonNode json = kept(file);
      if (!run.equals(text(json, "run").orElse(""))) {
        throw new InvalidRequestException(
            "the run in "
                + folder
                + " is '"
                + text(json, "run").orElse("")
                + "', not '"
                + run
                + "'. Correct --resume or --report.");
      }
      List<String> secrets = texts(json, "secrets");
      List<String> keys = again.stream().map(RunRequest::key).toList();
      if (!keys.containsAll(secrets) || !secrets.containsAll(keys)) {
        throw new InvalidRequestException(
            secrets.isEmpty()
                ? "a run is resumed with what it was started with: leave out --set."
                : "the run was started with secrets, which are not kept. Give again: "
                    + String.join(
                        " ", secrets.stream().map(key -> "--set " + key + "=...").toList()));
      }
      List<String> overrides = new ArrayList<>(texts(json, "set"));
      overrides.addAll(again);
      Path here = Path.of("").toAbsolutePath();
      if (!overrides.isEmpty() && !here.equals(Path.of(json.get("folder").textValue()))) {
        throw new InvalidRequestException(
            "the run was started with --set in another folder, which relative paths in it are about."
                + " Resume it there: "
                + json.get("folder").textValue());
      }
      return new RunRequest(
          Path.of(json.get("pipeline").textValue()),
          text(json, "config").map(Path::of),
          text(json, "env"),
          overrides,
          secrets,
          new Selection(texts(json, "only"), texts(json, "from"), texts(json, "until")));
    } catch (IOException e) {
      throw new RunFolderException(
          "cannot read " + file,
          "Give yourself access to it and resume again, or start a new run.",
          e);
    }
  }

  private static JsonNode kept(Path file) throws IOException {
    JsonNode json = new ObjectMapper().readTree(file.toFile());
    for (String field : List.of("run", "pipeline", "folder")) {
      if (text(json, field).isEmpty()) {
        throw new IOException("it lacks '" + field + "'");
      }
    }
    return json;
  }

  private static Optional<String> text(JsonNode json, String field) {
    return Optional.ofNullable(json.get(field)).map(JsonNode::textValue);
  }

  private static List<String> texts(JsonNode json, String field) {
    List<String> texts = new ArrayList<>();
    json.path(field).forEach(text -> texts.add(text.textValue()));
    return texts;
  }

  private static String key(String override) {
    int end = override.indexOf('=');
    return end < 0 ? override : override.substring(0, end);
  }

  /**
   * Keeps it in the run folder.
   *
   * @param isSecret whether an override is not to be kept
   */
  void write(Path folder, String run, Predicate<String> isSecret) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("run", run);
    json.put("pipeline", pipeline.toString());
    json.put("folder", Path.of("").toAbsolutePath().toString());
    configuration.ifPresent(file -> json.put("config", file.toString()));
    environment.ifPresent(name -> json.put("env", name));
    overrides.stream().filter(isSecret.negate()).forEach(json.putArray("set")::add);
    overrides.stream().filter(isSecret).map(RunRequest::key).forEach(json.putArray("secrets")::add);
    selection.only().forEach(json.putArray("only")::add);
    selection.from().forEach(json.putArray("from")::add);
    selection.until().forEach(json.putArray("until")::add);
    try {
      Files.createDirectories(folder);
      WholeFile.write(folder.resolve(FILE), json.toPrettyString() + "\n");
    } catch (IOException e) {
      throw new RunFolderException(
          "cannot write into the run folder " + folder,
          "Nothing has run: make it writable, or name another one with --report.",
          e);
    }
  }
}
