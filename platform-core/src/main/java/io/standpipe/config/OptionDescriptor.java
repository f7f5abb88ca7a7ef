package io.standpipe.config;

import io.standpipe.config.OptionType.ListOf;
import io.standpipe.config.OptionType.MapOf;
import io.standpipe.config.OptionType.Maybe;
import io.standpipe.config.OptionType.Nested;
import io.standpipe.config.RecordModel.Component;
import java.util.List;
import java.util.Optional;

/**
 * An option as a user is told about it.
 *
 * @param name the key in YAML
 * @param type for people: {@code duration}, {@code one of append, overwrite}
 * @param description empty if the record has none
 * @param defaultValue as it would be written in YAML
 * @param required whether it must be given
 * @param secret whether its value is never shown
 * @param nested the options within it, or within each of its items or values; empty if it has none
 */
public record OptionDescriptor(
    String name,
    String type,
    String description,
    Optional<String> defaultValue,
    boolean required,
    boolean secret,
    List<OptionDescriptor> nested) {
  public OptionDescriptor {
    nested = List.copyOf(nested);
  }

  /** The options of a configuration record, in its order. */
  public static List<OptionDescriptor> of(Class<? extends Record> type) {
    return of(RecordModel.of(type));
  }

  private static List<OptionDescriptor> of(RecordModel model) {
    return model.options().stream().map(OptionDescriptor::of).toList();
  }

  private static OptionDescriptor of(Component component) {
    return new OptionDescriptor(
        component.name(),
        component.value().type().label(),
        component.description(),
        component.defaultText(),
        component.required(),
        component.isSecret(),
        within(component.value().type()));
  }

  private static List<OptionDescriptor> within(OptionType type) {
    if (type instanceof Nested nested) {
      return of(nested.model());
    }
    if (type instanceof ListOf list) {
      return within(list.items().type());
    }
    if (type instanceof MapOf map) {
      return within(map.values().type());
    }
    return type instanceof Maybe maybe ? within(maybe.value().type()) : List.of();
  }
}
