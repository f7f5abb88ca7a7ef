package io.standpipe.config;

import java.util.List;

/** Documents the options of a configuration record. */
public final class OptionDocs {
  private OptionDocs() {}

  /**
   * A Markdown table of the options: name, type, default, description. Options within options are
   * named with dots, those within a list's items with {@code []}.
   */
  public static String markdown(Class<? extends Record> type) {
    MarkdownTable table = new MarkdownTable("Option", "Type", "Default", "Description");
    add(table, OptionDescriptor.of(type), "");
    return table.toString();
  }

  private static void add(MarkdownTable table, List<OptionDescriptor> options, String prefix) {
    for (OptionDescriptor option : options) {
      String name = prefix + option.name();
      table.row(
          "`" + name + "`",
          option.type(),
          option
              .defaultValue()
              .map(value -> value.isEmpty() ? "empty" : "`" + value + "`")
              .orElse(option.required() ? "**required**" : ""),
          option.description());
      String item = option.type().startsWith("list") ? "[]" : "";
      String key = option.type().startsWith("mapping to") ? ".<name>" : "";
      add(table, option.nested(), name + item + key + ".");
    }
  }
}
