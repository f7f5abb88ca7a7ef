package io.standpipe.plugin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The class loaders of the plug-ins that were loaded in this process. Spark keeps classes of them
 * as long as the process lives, and technologies register themselves with Spark once per process:
 * who loads the same JAR again, or a copy of it, must get the same classes.
 */
final class KeptLoaders {
  /** Guarded by the lock of this class, which {@link PluginRuntime} holds while it loads. */
  private static final List<Kept> KEPT = new ArrayList<>();

  private KeptLoaders() {}

  /** A file as it was when it was looked at. */
  private record Version(Path file, long size, FileTime modified) {

    static Version of(Path file) {
      try {
        return new Version(file.toRealPath(), Files.size(file), Files.getLastModifiedTime(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    boolean isCurrent() {
      return Files.isRegularFile(file) && equals(of(file));
    }

    boolean hasContentOf(Version other) {
      if (equals(other)) {
        return true;
      }
      try {
        return size == other.size && isCurrent() && Files.mismatch(file, other.file) < 0;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private record Kept(Version jar, PluginClassLoader loader) {}

  /** The loader that was kept for a JAR of this content and for this platform. */
  static Optional<PluginClassLoader> find(
      Path jar, ClassLoader platform, PluginClassLoader.Order order) {
    Version wanted = Version.of(jar);
    return KEPT.stream()
        .filter(kept -> kept.loader().getParent() == platform && kept.loader().order() == order)
        .filter(kept -> kept.jar().hasContentOf(wanted))
        .map(Kept::loader)
        .findFirst();
  }

  /** Keeps the loader, which is in use from now on and cannot be closed any more. */
  static void keep(Path jar, PluginClassLoader loader) {
    loader.keepOpen();
    if (KEPT.stream().noneMatch(kept -> kept.loader() == loader)) {
      KEPT.add(new Kept(Version.of(jar), loader));
    }
  }
}
