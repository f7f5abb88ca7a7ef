package io.standpipe.config;

import io.standpipe.config.ConfigNode.Scalar;
import io.standpipe.config.ReferenceText.Literal;
import io.standpipe.config.ReferenceText.Part;
import io.standpipe.config.ReferenceText.Reference;
import io.standpipe.config.ReferenceText.Unclosed;
import io.standpipe.spi.SecretProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Looks up what references stand for. */
final class References {
  private final Map<String, String> variables;
  private final Function<String, Optional<SecretProvider>> providers;
  private final Set<String> schemes;
  private final Redactor redactor;

  /** Providers are asked once per secret: they may be slow, or count. */
  private final Map<String, Optional<String>> fetched = new HashMap<>();

  References(
      Map<String, String> variables,
      Function<String, Optional<SecretProvider>> providers,
      Set<String> schemes,
      Redactor redactor) {
    this.variables = variables;
    this.providers = providers;
    this.schemes = schemes;
    this.redactor = redactor;
  }

  /**
   * A text with its references replaced.
   *
   * @param complete whether all of them were found
   * @param secret whether one of them was secret
   */
  record Expansion(String text, boolean complete, boolean secret) {

    static Expansion open(String text) {
      return new Expansion(text, true, false);
    }

    static Expansion failed() {
      return new Expansion("", false, false);
    }

    Expansion plus(Expansion next) {
      return new Expansion(text + next.text, complete && next.complete, secret || next.secret);
    }
  }

  Expansion expand(Scalar scalar, Problems problems) {
    return expand(scalar.text(), new Place(scalar, problems));
  }

  /** Where a reference stands, and where to report what is wrong with it. */
  private record Place(Scalar scalar, Problems problems) {}

  private Expansion expand(String text, Place place) {
    Expansion expansion = Expansion.open("");
    for (Part part : ReferenceText.parse(text).parts()) {
      if (part instanceof Literal literal) {
        expansion = expansion.plus(Expansion.open(literal.text()));
      } else if (part instanceof Unclosed) {
        expansion =
            expansion.plus(
                fail(place, "'${' is not closed. Add '}', or write $${ for a literal ${."));
      } else if (part instanceof Reference reference) {
        expansion = expansion.plus(look(reference, place));
      }
    }
    return expansion;
  }

  private Expansion look(Reference reference, Place place) {
    if (reference.content().equals("here")) {
      return Expansion.open(place.scalar().baseDirectory().toString());
    }
    return switch (reference.scheme()) {
      case "" ->
          fail(
              place,
              "${%1$s} is no reference. Write ${env:%1$s} for an environment variable, ${here} for the folder of this file, or $${ for a literal ${."
                  .formatted(reference.content()));
      case "env" -> variable(reference, place);
      case "file" -> file(reference, place);
      default -> provided(reference, place);
    };
  }

  private Expansion variable(Reference reference, Place place) {
    String argument = reference.argument();
    int dash = argument.indexOf(":-");
    String name = dash < 0 ? argument : argument.substring(0, dash);
    String value = variables.getOrDefault(name, "");
    if (!value.isEmpty() || (dash < 0 && variables.containsKey(name))) {
      boolean secret = SecretNames.looksSecret(name);
      if (secret) {
        redactor.register(value);
      }
      return new Expansion(value, true, secret);
    }
    if (dash >= 0) {
      return expand(argument.substring(dash + 2), place);
    }
    String similar =
        Suggestions.nearest(name, variables.keySet())
            .map(near -> " Did you mean '" + near + "'?")
            .orElse("");
    return fail(
        place,
        "environment variable '%1$s' is not set.%2$s Set it, or give a default: ${env:%1$s:-value}."
            .formatted(name, similar));
  }

  private Expansion file(Reference reference, Place place) {
    Expansion argument = expand(reference.argument(), place);
    if (!argument.complete()) {
      return argument;
    }
    try {
      Path path = place.scalar().baseDirectory().resolve(argument.text()).normalize();
      if (!Files.isRegularFile(path)) {
        return fail(
            place,
            "file '%s', which ${%s} refers to, does not exist. Create it, or correct the path."
                .formatted(path, reference.content()));
      }
      return secret(withoutLineBreak(Files.readString(path)));
    } catch (IOException | InvalidPathException e) {
      return fail(
          place,
          "the file that ${%s} refers to cannot be read: %s. Check its path and permissions, and that it is UTF-8 text."
              .formatted(reference.content(), e));
    }
  }

  private Expansion provided(Reference reference, Place place) {
    String scheme = reference.scheme();
    Optional<SecretProvider> provider = providers.apply(scheme);
    if (provider.isEmpty()) {
      return fail(
          place,
          "nothing provides the secrets of ${%s}. %s A plug-in with a secret provider adds schemes; write $${ for a literal ${."
              .formatted(reference.content(), Suggestions.sentence(scheme, schemes, "schemes")));
    }
    Expansion key = expand(reference.argument(), place);
    if (!key.complete()) {
      return key;
    }
    try {
      Optional<String> value =
          fetched.computeIfAbsent(
              scheme + ":" + key.text(), unused -> provider.get().secret(key.text()));
      return value
          .map(this::secret)
          .orElseGet(
              () ->
                  fail(
                      place,
                      "secret provider '%s' has no secret '%s'. Create it there, or correct the key."
                          .formatted(scheme, key.text())));
    } catch (RuntimeException e) {
      return fail(
          place,
          "secret provider '%s' could not be asked for '%s': %s"
              .formatted(scheme, key.text(), e.getMessage() == null ? e : e.getMessage()));
    }
  }

  private Expansion secret(String value) {
    redactor.register(value);
    return new Expansion(value, true, true);
  }

  private Expansion fail(Place place, String message) {
    place.problems().add(place.scalar().position(), redactor.redact(message));
    return Expansion.failed();
  }

  private static String withoutLineBreak(String text) {
    if (text.endsWith("\r\n")) {
      return text.substring(0, text.length() - 2);
    }
    return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
  }
}
