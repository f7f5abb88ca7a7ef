package io.standpipe.pipeline;

import io.standpipe.spi.WriteMode;
import io.standpipe.storage.Storage.RowsOfRepeat;
import io.standpipe.storage.Storages;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Whether what a node does may be done again when it may have been applied. */
record Repeatability(Graph graph, Storages storages) {

  /** Why it must not, whatever of it may have been applied; empty if that changes nothing. */
  Optional<String> whyNotAgain(Plan.Node node) {
    Optional<String> own = ofItself(node.step());
    if (own.isPresent()) {
      return own;
    }
    Set<String> written = new TreeSet<>(node.step().writes());
    WriteMode mode = WriteMode.APPEND;
    if (node.step() instanceof Step.Write write) {
      write.settings().fallback().flatMap(Fallback::storage).ifPresent(written::add);
      mode = write.mode();
    }
    for (String storage : written) {
      Optional<String> why = whyNotAgain(node, storage, mode);
      if (why.isPresent()) {
        return why;
      }
    }
    return Optional.empty();
  }

  /** Why a step must not be done again whatever it writes; empty if it may. */
  static Optional<String> ofItself(Step step) {
    return step instanceof Step.Make make && !make.factory().type().repeatable()
        ? Optional.of("its factory says that it must not be repeated.")
        : Optional.empty();
  }

  /** As {@link #whyNotAgain(Plan.Node)}, of one write. */
  Optional<String> whyNotAgain(Plan.Node node, String storage, WriteMode mode) {
    // What was applied would be applied once more to its own result.
    boolean readsItself =
        graph.sources(node).stream().anyMatch(each -> each.step().reads().contains(storage));
    return storages
        .require(storage)
        .unrepeatable(mode, readsItself ? RowsOfRepeat.OWN_RESULT : RowsOfRepeat.SAME);
  }
}
