package io.standpipe.config;

import io.standpipe.config.ConfigNode.Entry;
import io.standpipe.config.ConfigNode.Kind;
import io.standpipe.config.ConfigNode.Mapping;
import io.standpipe.config.ConfigNode.Scalar;
import io.standpipe.config.ConfigNode.Sequence;
import io.standpipe.config.ConfigNode.Visibility;
import io.standpipe.spi.SecretProvider;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Replaces references in values:
 *
 * <ul>
 *   <li><code>${env:NAME}</code>, <code>${env:NAME:-default}</code>: an environment variable; the
 *       default also stands for an empty one
 *   <li><code>${file:PATH}</code>: what the file holds, without the line break at its end; a
 *       relative path is relative to the file that names it
 *   <li><code>${here}</code>: the absolute folder of the file that contains the text
 *   <li><code>${SCHEME:KEY}</code>: a secret, from the {@link SecretProvider} of that scheme
 * </ul>
 *
 * <code>$${</code> stands for a literal <code>${</code>. A reference may contain others, <code>
 * ${file:${here}/pg}</code>; what a reference yields is never searched for further ones. What came
 * from a file or a provider, or from a variable whose name sounds secret, is registered with the
 * {@link Redactor}.
 */
public final class Interpolation {
  private static final Set<String> BUILT_IN = Set.of("env", "file");

  private final References references;

  /**
   * Resolves with these sources.
   *
   * @param variables the environment
   * @param providers finds the provider of a scheme; empty if there is none
   * @param providerSchemes the schemes for which there are providers, for suggestions
   */
  public Interpolation(
      Map<String, String> variables,
      Function<String, Optional<SecretProvider>> providers,
      Set<String> providerSchemes,
      Redactor redactor) {
    Set<String> known = new TreeSet<>(BUILT_IN);
    known.addAll(providerSchemes);
    this.references = new References(variables, providers, known, redactor);
  }

  /** The schemes in use for which a {@link SecretProvider} is needed, sorted. */
  public static Set<String> schemes(Mapping mapping) {
    Set<String> found = new TreeSet<>();
    collect(mapping, found);
    found.removeAll(BUILT_IN);
    return found;
  }

  private static void collect(ConfigNode node, Set<String> schemes) {
    if (node instanceof Mapping mapping) {
      mapping.entries().values().forEach(entry -> collect(entry.value(), schemes));
    } else if (node instanceof Sequence sequence) {
      sequence.items().forEach(item -> collect(item, schemes));
    } else if (node instanceof Scalar scalar) {
      ReferenceText.collectSchemes(scalar.text(), schemes);
    }
  }

  /**
   * The mapping with all references replaced. A value with one that cannot be resolved becomes
   * {@link Kind#UNRESOLVED}.
   */
  public Mapping resolve(Mapping mapping, Problems problems) {
    Map<String, Entry> resolved = new LinkedHashMap<>();
    mapping
        .entries()
        .forEach(
            (key, entry) ->
                resolved.put(
                    key, new Entry(entry.keyPosition(), resolve(entry.value(), problems))));
    return new Mapping(mapping.position(), resolved);
  }

  private ConfigNode resolve(ConfigNode node, Problems problems) {
    if (node instanceof Mapping mapping) {
      return resolve(mapping, problems);
    }
    if (node instanceof Sequence sequence) {
      List<ConfigNode> items = new ArrayList<>();
      sequence.items().forEach(item -> items.add(resolve(item, problems)));
      return new Sequence(sequence.position(), items);
    }
    return scalar((Scalar) node, problems);
  }

  private Scalar scalar(Scalar scalar, Problems problems) {
    if (!ReferenceText.hasReference(scalar.text())) {
      return scalar;
    }
    References.Expansion expansion = references.expand(scalar, problems);
    if (!expansion.complete()) {
      return new Scalar(scalar.position(), scalar.text(), Kind.UNRESOLVED, scalar.baseDirectory());
    }
    // Quoted or not: inside {...} a reference has to be quoted, and may be meant as a number.
    Kind kind = ScalarKinds.of(expansion.text());
    return new Scalar(
        scalar.position(),
        expansion.text(),
        kind == Kind.NULL ? Kind.STRING : kind,
        scalar.baseDirectory(),
        expansion.secret() ? Visibility.SECRET : scalar.visibility());
  }
}
