package io.standpipe.builtin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Finds the data files of a folder, as Spark does. */
final class FolderFiles {

  private FolderFiles() {}

  /** Whether Spark's readers pass over a file or folder of this name. */
  static boolean isHidden(String name) {
    return (name.startsWith("_") && !name.contains("=")) || name.startsWith(".");
  }

  /** All data files in and below a folder, relative to it. */
  static List<String> relative(FileSystem files, Path folder) throws IOException {
    List<String> found = new ArrayList<>();
    collect(files, folder, "", found);
    return found;
  }

  private static void collect(FileSystem files, Path folder, String prefix, List<String> found)
      throws IOException {
    for (FileStatus status : files.listStatus(folder)) {
      String name = status.getPath().getName();
      if (isHidden(name)) {
        continue;
      }
      if (status.isDirectory()) {
        collect(files, status.getPath(), prefix + name + "/", found);
      } else {
        found.add(prefix + name);
      }
    }
  }

  /** Whether there is a data file, be it empty. Looks no further than the first. */
  static boolean any(FileSystem files, Path folder) throws IOException {
    return first(files, folder, 0).isPresent();
  }

  /** The first data file that is not empty; the path may be a file itself. */
  static Optional<FileStatus> firstWithBytes(FileSystem files, Path path) throws IOException {
    FileStatus own = files.getFileStatus(path);
    return own.isFile()
        ? Optional.of(own).filter(status -> status.getLen() > 0)
        : first(files, path, 1);
  }

  private static Optional<FileStatus> first(FileSystem files, Path folder, long bytes)
      throws IOException {
    List<Path> folders = new ArrayList<>();
    for (FileStatus status : files.listStatus(folder)) {
      if (isHidden(status.getPath().getName())) {
        continue;
      }
      if (status.isDirectory()) {
        folders.add(status.getPath());
      } else if (status.getLen() >= bytes) {
        return Optional.of(status);
      }
    }
    for (Path inner : folders) {
      Optional<FileStatus> found = first(files, inner, bytes);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }
}
