package io.standpipe.config;

import io.standpipe.config.OptionType.Maybe;
import io.standpipe.config.OptionType.Single;
import io.standpipe.config.RecordModel.Component;
import java.nio.file.Path;
import java.util.Optional;

/** The values of options that are not given. */
final class Defaults {
  private Defaults() {}

  /**
   * The default of a component that has one.
   *
   * @throws IllegalStateException if it does not fit the component
   */
  static Object value(RecordModel model, Component component) {
    Problems problems = new Problems();
    Optional<Object> value =
        node(model, component, problems)
            .flatMap(
                node ->
                    new Binding(new Redactor(), problems)
                        .convert(component.value(), node, component.name()));
    if (value.isEmpty() || !problems.isEmpty()) {
      throw new IllegalStateException(
          "%s.%s: @Default(\"%s\") does not fit: %s"
              .formatted(
                  model.type().getName(),
                  component.name(),
                  component.defaultText().orElse(""),
                  problems.list()));
    }
    return value.get();
  }

  /** The default as a node. */
  static Optional<ConfigNode> node(RecordModel model, Component component, Problems problems) {
    String text = component.defaultText().orElse("");
    SourcePosition position = SourcePosition.whole("@Default(\"" + text + "\")");
    if (isLocation(component.value().type()) && Locations.isRelative(text)) {
      problems.add(position, "a default location must be absolute: there is no file to start from");
    }
    Optional<ConfigNode> node =
        YamlReader.value(text, position, Path.of("").toAbsolutePath(), problems);
    // An empty default is an empty text, not nothing.
    return node.map(
        value ->
            value.isNull() && text.isEmpty()
                ? new ConfigNode.Scalar(
                    position, "", ConfigNode.Kind.STRING, Path.of("").toAbsolutePath())
                : value);
  }

  private static boolean isLocation(OptionType type) {
    return type instanceof Single single && single.format() == ScalarFormat.LOCATION
        || type instanceof Maybe maybe && isLocation(maybe.value().type());
  }
}
