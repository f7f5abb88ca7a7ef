package io.standpipe.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Pages made from the result files of a folder: {@code README.md} in it has the table of all
 * connectors and behaviours, and each connector's own page says what is different with it, between
 * the lines {@code <!-- conformance -->} and {@code <!-- /conformance -->}.
 */
public final class ConformanceDocs {
  private static final String OPEN = "<!-- conformance -->\n";
  private static final String CLOSE = "<!-- /conformance -->";
  private static final String SUPPORTED = "yes";

  private final List<ResultFile> results;

  private ConformanceDocs(List<ResultFile> results) {
    this.results = List.copyOf(results);
  }

  /**
   * The pages that are affected, as they should be, by file.
   *
   * @param resultFolder the folder of the result files; its {@code README.md} has the block, too
   * @param connectorPages the folder with {@code TYPE.md} for each connector type; a page that is
   *     missing is passed over
   * @throws IllegalStateException if a page has no place for the block
   */
  public static Map<Path, String> pages(Path resultFolder, Path connectorPages) {
    try (Stream<Path> files = Files.list(resultFolder)) {
      ConformanceDocs docs =
          new ConformanceDocs(
              files
                  .filter(file -> file.toString().endsWith(".json"))
                  .sorted()
                  .map(ResultFile::read)
                  .toList());
      Map<Path, String> pages = new LinkedHashMap<>();
      Path overview = resultFolder.resolve("README.md");
      pages.put(overview, filled(overview, docs.overview()));
      Map<String, List<ResultFile>> byType =
          docs.results.stream()
              .collect(Collectors.groupingBy(ResultFile::type, TreeMap::new, Collectors.toList()));
      byType.forEach(
          (type, ofType) -> {
            Path page = connectorPages.resolve(type + ".md");
            if (Files.exists(page)) {
              pages.put(page, filled(page, new ConformanceDocs(ofType).differences()));
            }
          });
      return pages;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String filled(Path page, String block) {
    try {
      String text = Files.readString(page);
      int begin = text.indexOf(OPEN);
      int end = text.indexOf(CLOSE);
      if (begin < 0 || end < begin) {
        throw new IllegalStateException(
            page
                + " has no lines "
                + OPEN.strip()
                + " and "
                + CLOSE
                + ". Put them where the table belongs.");
      }
      return text.substring(0, begin + OPEN.length()) + block + text.substring(end);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All behaviours, in one word each. */
  private String overview() {
    return table(behaviours(), result -> result.isPresent() ? word(result.get()) : "");
  }

  private static String word(Result result) {
    if (result.outcome() == Result.Outcome.REFUSED) {
      return "refused";
    }
    return result.note().isEmpty() ? SUPPORTED : "yes, see page";
  }

  /** The behaviours that are not simply supported, with what is said of them. */
  private String differences() {
    List<Behaviour> different = new ArrayList<>();
    for (Behaviour behaviour : behaviours()) {
      if (results.stream()
          .map(file -> find(file, behaviour))
          .anyMatch(result -> result.map(r -> !word(r).equals(SUPPORTED)).orElse(false))) {
        different.add(behaviour);
      }
    }
    int all = behaviours().size();
    String counts =
        "%d of %d behaviours are supported as they are. ".formatted(all - different.size(), all);
    return different.isEmpty()
        ? counts + "\n"
        : counts
            + "The others:\n\n"
            + table(different, result -> result.map(ConformanceDocs::text).orElse(""));
  }

  private static String text(Result result) {
    String note = result.note().replace("|", "\\|").replaceAll("\\s+", " ");
    if (result.outcome() == Result.Outcome.REFUSED) {
      return "refused: " + note;
    }
    return note.isEmpty() ? SUPPORTED : "yes; " + note;
  }

  private TreeSet<Behaviour> behaviours() {
    return results.stream()
        .flatMap(file -> file.results().stream())
        .map(Result::behaviour)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Optional<Result> find(ResultFile file, Behaviour behaviour) {
    return file.results().stream()
        .filter(result -> result.behaviour().equals(behaviour))
        .findFirst();
  }

  private String table(Iterable<Behaviour> behaviours, Function<Optional<Result>, String> cell) {
    StringBuilder table = new StringBuilder("| Behaviour |");
    results.forEach(file -> table.append(' ').append(file.connector()).append(" |"));
    table.append("\n|---|").append("---|".repeat(results.size())).append('\n');
    for (Behaviour behaviour : behaviours) {
      table.append("| ").append(behaviour.label()).append(" |");
      results.forEach(
          file -> table.append(' ').append(cell.apply(find(file, behaviour))).append(" |"));
      table.append('\n');
    }
    return table.toString();
  }
}
