package io.standpipe.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A text taken apart into what is literal and what refers to something.
 *
 * @param parts in order
 */
record ReferenceText(List<Part> parts) {

  /** A piece of the text. */
  sealed interface Part {}

  /** Text that stands for itself. */
  record Literal(String text) implements Part {}

  /** A reference that is not closed. */
  record Unclosed(String text) implements Part {}

  /** What stands between <code>${</code> and the matching brace. */
  record Reference(String content) implements Part {

    /** What stands before the first colon; empty if there is none. */
    String scheme() {
      return content.substring(0, Math.max(0, content.indexOf(':')));
    }

    /** What stands after the first colon, or everything. */
    String argument() {
      return content.substring(content.indexOf(':') + 1);
    }
  }

  static boolean hasReference(String text) {
    return text.contains("${");
  }

  static ReferenceText parse(String text) {
    List<Part> parts = new ArrayList<>();
    int from = 0;
    while (from < text.length()) {
      int start = text.indexOf("${", from);
      if (start < 0) {
        break;
      }
      if (start > from && text.charAt(start - 1) == '$') {
        parts.add(new Literal(text.substring(from, start - 1) + "${"));
        from = start + 2;
        continue;
      }
      parts.add(new Literal(text.substring(from, start)));
      int end = matchingBrace(text, start + 2);
      if (end < 0) {
        parts.add(new Unclosed(text.substring(start)));
        return new ReferenceText(parts);
      }
      parts.add(new Reference(text.substring(start + 2, end)));
      from = end + 1;
    }
    parts.add(new Literal(text.substring(from)));
    return new ReferenceText(parts);
  }

  /** Adds the schemes of all references, also of those within references. */
  static void collectSchemes(String text, Set<String> schemes) {
    for (Part part : parse(text).parts()) {
      if (part instanceof Reference reference) {
        if (!reference.scheme().isEmpty()) {
          schemes.add(reference.scheme());
        }
        collectSchemes(reference.argument(), schemes);
      }
    }
  }

  private static int matchingBrace(String text, int from) {
    int depth = 1;
    for (int i = from; i < text.length(); i++) {
      if (text.startsWith("${", i)) {
        depth++;
      } else if (text.charAt(i) == '}' && --depth == 0) {
        return i;
      }
    }
    return -1;
  }
}
