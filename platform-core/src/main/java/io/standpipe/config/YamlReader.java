package io.standpipe.config;

import io.standpipe.config.ConfigNode.Mapping;
import io.standpipe.config.ConfigNode.Scalar;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.ReaderException;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads YAML into nodes that know their position. Values are read by the core schema of YAML 1.2;
 * anchors, aliases and merge keys ({@code <<}) work; tags other than YAML's own are refused.
 */
public final class YamlReader {
  private YamlReader() {}

  /**
   * Reads a file. A file without content is an empty mapping.
   *
   * @param file shown in positions as it is given here
   * @return empty if nothing of the file can be used; if there is a mapping there may be problems
   *     nevertheless
   */
  public static Optional<Mapping> read(Path file, Problems problems) {
    SourcePosition whole = SourcePosition.whole(file.toString());
    if (!Files.exists(file)) {
      problems.add(
          whole, "file not found. Correct the path, which is relative to the working directory.");
      return Optional.empty();
    }
    if (!Files.isRegularFile(file)) {
      problems.add(whole, "is a folder or something else that is no file. Name a YAML file.");
      return Optional.empty();
    }
    try {
      Path folder = file.toAbsolutePath().normalize().getParent();
      return parse(Files.readString(file), file.toString(), folder, problems);
    } catch (CharacterCodingException e) {
      problems.add(whole, "is not UTF-8 text. Save it as UTF-8.");
    } catch (IOException e) {
      problems.add(whole, "cannot be read: " + e + ". Check its permissions.");
    }
    return Optional.empty();
  }

  /**
   * Reads text.
   *
   * @param name what positions show as the file
   * @param baseDirectory what relative paths in the text are relative to
   */
  public static Optional<Mapping> parse(
      String text, String name, Path baseDirectory, Problems problems) {
    Function<Mark, SourcePosition> positions =
        mark -> new SourcePosition(name, mark.getLine() + 1, mark.getColumn() + 1);
    SourcePosition start = new SourcePosition(name, 1, 1);
    String body = text.startsWith("\uFEFF") ? text.substring(1) : text;
    Optional<ConfigNode> document =
        compose(body, start, new YamlNodes(positions, baseDirectory, problems), problems);
    if (document.isEmpty()) {
      return Optional.empty();
    }
    if (document.get() instanceof Mapping mapping) {
      return Optional.of(mapping);
    }
    if (document.get().isNull()) {
      return Optional.of(Mapping.empty(start));
    }
    problems.add(
        document.get().position(),
        "the file must hold keys with values, as in 'key: value', but holds "
            + document.get().describe()
            + ".");
    return Optional.empty();
  }

  /**
   * Reads one value as it is written on a command line or as a default: {@code [...]}, {@code
   * {...}} and quoted text are YAML, everything else is a plain value, whatever characters it has.
   */
  static Optional<ConfigNode> value(
      String text, SourcePosition position, Path baseDirectory, Problems problems) {
    String trimmed = text.strip();
    boolean plain = trimmed.isEmpty() || "[{\"'".indexOf(trimmed.charAt(0)) < 0;
    if (plain) {
      return Optional.of(new Scalar(position, trimmed, ScalarKinds.of(trimmed), baseDirectory));
    }
    return compose(
        trimmed, position, new YamlNodes(mark -> position, baseDirectory, problems), problems);
  }

  private static Optional<ConfigNode> compose(
      String text, SourcePosition start, YamlNodes nodes, Problems problems) {
    LoaderOptions options = new LoaderOptions();
    // Nodes are never made into objects; unknown tags are refused by YamlNodes, all of them.
    options.setTagInspector(tag -> true);
    try {
      Composer composer =
          new Composer(
              new ParserImpl(new StreamReader(text), options), new CoreSchemaResolver(), options);
      if (!composer.checkNode()) {
        return Optional.of(nodes.nothing(start));
      }
      Node document = composer.getNode();
      if (composer.checkNode()) {
        problems.add(
            nodes.position(composer.getNode().getStartMark()),
            "a second YAML document begins here. Write one document per file, without '---'"
                + " between parts.");
      }
      return Optional.of(nodes.convert(document));
    } catch (MarkedYAMLException e) {
      Mark mark = e.getProblemMark() == null ? e.getContextMark() : e.getProblemMark();
      problems.add(mark == null ? start : nodes.position(mark), YamlErrors.explain(e));
    } catch (ReaderException e) {
      problems.add(start, YamlErrors.explain(e));
    } catch (YAMLException e) {
      problems.add(start, "not valid YAML: " + e.getMessage() + ".");
    }
    return Optional.empty();
  }
}
