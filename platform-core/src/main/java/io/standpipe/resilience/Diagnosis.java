package io.standpipe.resilience;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.Verdict;
import io.standpipe.storage.Storage;
import io.standpipe.storage.StorageException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What an error means, and whose it is. Spark is lazy, so an error of a source shows up in the
 * write of another storage: it is charged to the storage whose classifier recognises it.
 *
 * @param verdict how it is to be understood
 * @param once whether it may be repeated only once
 * @param storage whose error it is; empty if nobody recognises it
 * @param hint what a person should do; may be empty
 */
public record Diagnosis(Verdict verdict, boolean once, Optional<String> storage, String hint) {

  /**
   * Walks the error, outermost first, over causes, suppressed exceptions and chained SQL
   * exceptions, and asks the classifiers of the storages.
   *
   * @param storages those that take part, the written one first
   */
  public static Diagnosis of(Throwable error, Collection<Storage> storages) {
    List<Throwable> links = links(error);
    List<Storage> asked = throwerFirst(links, storages);
    for (Throwable link : links) {
      for (Storage storage : asked) {
        Optional<ErrorRule> rule = storage.classifier().classify(link);
        if (rule.isPresent()) {
          return new Diagnosis(
              rule.get().verdict(),
              rule.get().once(),
              Optional.of(storage.name()),
              rule.get().hint());
        }
      }
    }
    return unrecognised(links);
  }

  /** Of storages of one type, whose errors look alike, the one that threw it is asked first. */
  private static List<Storage> throwerFirst(List<Throwable> links, Collection<Storage> storages) {
    Optional<String> thrower =
        links.stream()
            .filter(StorageException.class::isInstance)
            .map(link -> ((StorageException) link).storage())
            .reduce((outer, inner) -> inner);
    List<Storage> asked = new ArrayList<>(storages);
    asked.sort(Comparator.comparing(storage -> thrower.filter(storage.name()::equals).isEmpty()));
    return asked;
  }

  /** What a connector refuses without a technology's error behind it stays refused. */
  private static Diagnosis unrecognised(List<Throwable> links) {
    Optional<String> storage =
        links.stream()
            .filter(StorageException.class::isInstance)
            .map(link -> ((StorageException) link).storage())
            .findFirst();
    boolean refused =
        links.stream()
            .anyMatch(link -> link instanceof ConnectorException && link.getCause() == null);
    return new Diagnosis(refused ? Verdict.PERMANENT : Verdict.UNKNOWN, false, storage, "");
  }

  /** The error and everything behind it, outermost first, each once. */
  static List<Throwable> links(Throwable error) {
    List<Throwable> found = new ArrayList<>();
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Throwable> open = new ArrayDeque<>(List.of(error));
    while (!open.isEmpty()) {
      Throwable next = open.poll();
      if (!seen.add(next)) {
        continue;
      }
      found.add(next);
      if (next.getCause() != null) {
        open.add(next.getCause());
      }
      if (next instanceof SQLException sql && sql.getNextException() != null) {
        open.add(sql.getNextException());
      }
      Collections.addAll(open, next.getSuppressed());
    }
    return found;
  }
}
