package io.standpipe.config;

import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.resolver.Resolver;

/** Gives unquoted values the types of YAML 1.2's core schema. */
final class CoreSchemaResolver extends Resolver {

  /** None: {@link #resolve} does without SnakeYAML's patterns for YAML 1.1. */
  @Override
  protected void addImplicitResolvers() {}

  @Override
  public Tag resolve(NodeId kind, String value, boolean implicit) {
    if (kind == NodeId.mapping) {
      return Tag.MAP;
    }
    if (kind == NodeId.sequence) {
      return Tag.SEQ;
    }
    if (!implicit) {
      return Tag.STR;
    }
    return switch (ScalarKinds.of(value)) {
      case INTEGER -> Tag.INT;
      case DECIMAL -> Tag.FLOAT;
      case BOOLEAN -> Tag.BOOL;
      case NULL -> Tag.NULL;
      default -> Tag.STR;
    };
  }
}
