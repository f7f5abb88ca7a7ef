package io.standpipe.config;

import io.standpipe.config.ConfigNode.Entry;
import io.standpipe.config.ConfigNode.Kind;
import io.standpipe.config.ConfigNode.Mapping;
import io.standpipe.config.ConfigNode.Scalar;
import io.standpipe.config.ConfigNode.Sequence;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/** Turns SnakeYAML's nodes into ours, and reports what YAML allows and a configuration does not. */
final class YamlNodes {
  private static final Map<Tag, Kind> SCALAR_TAGS =
      Map.of(
          Tag.STR, Kind.STRING,
          Tag.INT, Kind.INTEGER,
          Tag.FLOAT, Kind.DECIMAL,
          Tag.BOOL, Kind.BOOLEAN,
          Tag.NULL, Kind.NULL);

  private final Function<Mark, SourcePosition> positions;
  private final Path baseDirectory;
  private final Problems problems;
  private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Map<Node, ConfigNode> done = new IdentityHashMap<>();

  YamlNodes(Function<Mark, SourcePosition> positions, Path baseDirectory, Problems problems) {
    this.positions = positions;
    this.baseDirectory = baseDirectory;
    this.problems = problems;
  }

  SourcePosition position(Mark mark) {
    return positions.apply(mark);
  }

  /** An empty value. */
  Scalar nothing(SourcePosition position) {
    return new Scalar(position, "", Kind.NULL, baseDirectory);
  }

  ConfigNode convert(Node node) {
    ConfigNode known = done.get(node);
    if (known != null) {
      return known;
    }
    SourcePosition position = position(node.getStartMark());
    if (!open.add(node)) {
      problems.add(position, "contains itself through an alias. Remove the alias.");
      return nothing(position);
    }
    ConfigNode converted;
    if (node instanceof MappingNode mapping) {
      checkTag(mapping, Tag.MAP);
      converted = mapping(mapping, position);
    } else if (node instanceof SequenceNode sequence) {
      checkTag(sequence, Tag.SEQ);
      List<ConfigNode> items = new ArrayList<>();
      sequence.getValue().forEach(item -> items.add(convert(item)));
      converted = new Sequence(position, items);
    } else {
      converted = scalar((ScalarNode) node, position);
    }
    open.remove(node);
    done.put(node, converted);
    return converted;
  }

  private Scalar scalar(ScalarNode node, SourcePosition position) {
    Kind kind = SCALAR_TAGS.get(node.getTag());
    if (kind == null) {
      refuse(node, position);
      return new Scalar(position, node.getValue(), Kind.UNRESOLVED, baseDirectory);
    }
    if (kind != Kind.STRING && kind != ScalarKinds.of(node.getValue())) {
      problems.add(
          position,
          "'%s' is not what its tag %s says. Remove the tag."
              .formatted(node.getValue(), shortForm(node.getTag())));
      return new Scalar(position, node.getValue(), Kind.UNRESOLVED, baseDirectory);
    }
    return new Scalar(position, node.getValue(), kind, baseDirectory);
  }

  private Mapping mapping(MappingNode node, SourcePosition position) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    Map<String, Entry> merged = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      Node keyNode = tuple.getKeyNode();
      SourcePosition keyPosition = position(keyNode.getStartMark());
      if (!(keyNode instanceof ScalarNode key)) {
        problems.add(keyPosition, "a key must be text, but is a list or a mapping.");
      } else if (key.isPlain() && key.getValue().equals("<<")) {
        merge(tuple.getValueNode(), merged);
      } else if (key.getValue().isEmpty()) {
        problems.add(keyPosition, "a key is missing before the colon.");
      } else {
        add(entries, key.getValue(), new Entry(keyPosition, convert(tuple.getValueNode())));
      }
    }
    merged.forEach(entries::putIfAbsent);
    return new Mapping(position, entries);
  }

  private void add(Map<String, Entry> entries, String key, Entry entry) {
    Entry first = entries.putIfAbsent(key, entry);
    if (first != null) {
      problems.add(
          entry.keyPosition(),
          "key '%s' is given twice, first at %s. Remove one of them."
              .formatted(key, first.keyPosition()));
    }
  }

  /** What the mapping itself says comes before what it merges, earlier merges before later ones. */
  private void merge(Node node, Map<String, Entry> merged) {
    ConfigNode value = convert(node);
    List<ConfigNode> sources = value instanceof Sequence list ? list.items() : List.of(value);
    for (ConfigNode source : sources) {
      if (source instanceof Mapping mapping) {
        mapping.entries().forEach(merged::putIfAbsent);
      } else {
        problems.add(
            position(node.getStartMark()),
            "'<<' takes a mapping or a list of mappings, usually an alias such as *defaults.");
      }
    }
  }

  private void checkTag(Node node, Tag expected) {
    if (!node.getTag().equals(expected)) {
      refuse(node, position(node.getStartMark()));
    }
  }

  private void refuse(Node node, SourcePosition position) {
    // A tag of one's own is not shown: it may be a password that begins with an exclamation mark.
    String name =
        node.getTag().getValue().startsWith(Tag.PREFIX) ? " " + shortForm(node.getTag()) : "";
    problems.add(
        position,
        "the tag%s is not known. Remove it; a value that begins with '!' must be quoted."
            .formatted(name));
  }

  private static String shortForm(Tag tag) {
    return "!!" + tag.getValue().substring(Tag.PREFIX.length());
  }
}
