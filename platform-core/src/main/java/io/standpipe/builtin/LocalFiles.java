package io.standpipe.builtin;

import io.standpipe.spi.ConnectorException;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Looks at local files without Spark. */
final class LocalFiles {

  private LocalFiles() {}

  /** The local file or folder of a storage, whether it is there or not; none for globs and URIs. */
  static Optional<java.nio.file.Path> path(FileConfig config) {
    String uri = config.path().uri();
    if (!isLocal(uri) || config.isGlob()) {
      return Optional.empty();
    }
    return Optional.of(
        uri.startsWith("file:")
            ? java.nio.file.Path.of(new Path(uri).toUri().getPath())
            : java.nio.file.Path.of(uri));
  }

  private static boolean isLocal(String uri) {
    return uri.startsWith("/") || uri.startsWith("file:");
  }

  /** Counts the files of a storage, and stops counting when the time is over. */
  static String describe(FileConfig config, Duration timeout) throws IOException {
    String uri = config.path().uri();
    if (!isLocal(uri)) {
      return uri + " is not checked: only a Spark session can open " + URI.create(uri).getScheme();
    }
    FileSystem files = FileSystem.getLocal(new Configuration(false));
    FileStatus[] matches = files.globStatus(new Path(uri));
    if (matches == null || matches.length == 0) {
      throw new ConnectorException(
          "'" + uri + "' is not there", "Check 'path', or write it first.");
    }
    return count(files, config, List.of(matches), System.nanoTime() + timeout.toNanos());
  }

  private static String count(
      FileSystem files, FileConfig config, List<FileStatus> matches, long deadline)
      throws IOException {
    Deque<FileStatus> open = new ArrayDeque<>(matches);
    long count = 0;
    long bytes = 0;
    while (!open.isEmpty() && System.nanoTime() - deadline < 0) {
      FileStatus next = open.poll();
      if (next.isFile()) {
        if (config.suffix().map(next.getPath().getName()::endsWith).orElse(true)) {
          count++;
          bytes += next.getLen();
        }
        continue;
      }
      for (FileStatus child : files.listStatus(next.getPath())) {
        if (!FolderFiles.isHidden(child.getPath().getName())) {
          open.add(child);
        }
      }
    }
    return (open.isEmpty() ? "" : "at least ")
        + count
        + (count == 1 ? " file, " : " files, ")
        + bytes
        + " bytes in "
        + config.path();
  }
}
