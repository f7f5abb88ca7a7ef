package io.standpipe.builtin;

import io.standpipe.spi.ConnectorException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * A folder of data files whose content changes as a whole.
 *
 * <p>To <b>replace</b> it, the new content is written to a hidden sibling {@code
 * .N.standpipe-new-ID} first. Then the folder is renamed to {@code .N.standpipe-old-ID}, the
 * sibling takes its name, and the old one is deleted. After a crash between the two renames there
 * is no folder, but an old one: whoever comes next, reader or writer, finishes the swap. Appends
 * are {@link FolderAppend}'s.
 *
 * <p>A rename is one step on local disks and HDFS. On object stores such as S3 it copies file by
 * file; there, a crash in mid-copy needs the same repair, but a reader can see a part meanwhile.
 *
 * <p>One process may write a folder at a time; threads of one process take turns.
 */
final class DatasetFolder {
  /** What is younger may belong to a write that is still running elsewhere. */
  static final Duration LEFTOVER_AGE = Duration.ofHours(24);

  private static final String NEW = ".standpipe-new-";
  private static final String OLD = ".standpipe-old-";
  private static final ConcurrentHashMap<Path, ReentrantLock> LOCKS = new ConcurrentHashMap<>();

  private final FileSystem files;
  private final Path path;
  private final Clock clock;
  private final FolderAppend append;

  private DatasetFolder(FileSystem files, Path path, Clock clock) {
    this.files = files;
    this.path = path;
    this.clock = clock;
    this.append = new FolderAppend(files, path);
  }

  /** The folder at a path without globs. */
  static DatasetFolder at(Path path, Configuration hadoop, Clock clock) throws IOException {
    FileSystem files = path.getFileSystem(hadoop);
    return new DatasetFolder(files, real(files, files.makeQualified(path)), clock);
  }

  /** A link to a folder stays one: what it points to is changed. */
  private static Path real(FileSystem files, Path path) throws IOException {
    if (!path.toUri().getScheme().equals("file")) {
      return path;
    }
    java.nio.file.Path local = java.nio.file.Path.of(path.toUri().getPath());
    return java.nio.file.Files.isSymbolicLink(local) && java.nio.file.Files.exists(local)
        ? files.makeQualified(new Path(local.toRealPath().toString()))
        : path;
  }

  /** Folders that a glob may mean and that are missing because a write crashed in its swap. */
  static List<Path> crashedSwaps(FileSystem files, Path glob) throws IOException {
    List<Path> found = new ArrayList<>();
    FileStatus[] old = files.globStatus(new Path(glob.getParent(), ".*" + OLD + "*"));
    for (FileStatus status : old == null ? new FileStatus[0] : old) {
      String name = status.getPath().getName();
      found.add(new Path(status.getPath().getParent(), name.substring(1, name.indexOf(OLD))));
    }
    return found;
  }

  FileSystem files() {
    return files;
  }

  Path path() {
    return path;
  }

  FolderAppend append() {
    return append;
  }

  /** Whether a file or folder with at least one data file, or a recorded schema, is there. */
  boolean exists() throws IOException {
    try {
      return files.getFileStatus(path).isFile()
          || files.exists(new Path(path, "_SUCCESS"))
          || files.exists(RecordedSchema.file(path))
          || FolderFiles.any(files, path);
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  /** Finishes what a crashed write left half done. Readers call it, too. */
  void recover() throws IOException {
    locked(
        () -> {
          if (!files.exists(path)) {
            finishSwap();
          } else {
            append.finishPending();
          }
        });
  }

  /** As {@link #recover}, and deletes what crashed writes left behind. Before each write. */
  void prepare() throws IOException {
    if (path.getParent() == null) {
      throw new ConnectorException(
          "cannot write to '" + path + "', the root of a file system",
          "Name a folder below it in 'path'.");
    }
    recover();
    locked(
        () -> {
          if (!files.exists(path)) {
            return;
          }
          if (files.getFileStatus(path).isFile()) {
            throw new ConnectorException(
                "cannot write to '" + path + "': it is a file, and a write makes a folder of files",
                "Name a folder in 'path', or remove the file.");
          }
          for (FileStatus old : siblings(OLD)) {
            retire(old.getPath());
          }
          deleteLeftovers(siblings(NEW));
          deleteLeftovers(append.stagings());
        });
  }

  private void deleteLeftovers(List<FileStatus> leftovers) throws IOException {
    long before = clock.millis() - LEFTOVER_AGE.toMillis();
    for (FileStatus leftover : leftovers) {
      if (leftover.getModificationTime() < before) {
        files.delete(leftover.getPath(), true);
      }
    }
  }

  /** A sibling to write new content to. */
  Path newContent() {
    return sibling(NEW, UUID.randomUUID().toString());
  }

  /** Makes {@code content}, a path from {@link #newContent}, the content of the folder. */
  void replaceWith(Path content) throws IOException {
    locked(
        () -> {
          String id = content.getName().substring(prefix(NEW).length());
          Path old = sibling(OLD, id);
          if (files.exists(path)) {
            rename(files, path, old);
          }
          rename(files, content, path);
          retire(old);
        });
  }

  /** Removes the folder in one step. */
  void drop() throws IOException {
    locked(
        () -> {
          Path gone = sibling(NEW, UUID.randomUUID().toString());
          rename(files, path, gone);
          files.delete(gone, true);
        });
  }

  private void finishSwap() throws IOException {
    List<FileStatus> old = siblings(OLD);
    if (old.isEmpty()) {
      return;
    }
    Path newest = old.get(0).getPath();
    Path content = sibling(NEW, newest.getName().substring(prefix(OLD).length()));
    if (files.exists(content)) {
      rename(files, content, path);
      retire(newest);
    } else {
      rename(files, newest, path);
    }
  }

  /** Deletes replaced content, but keeps its commit markers: a token stands for ever. */
  private void retire(Path old) throws IOException {
    Path markers = FolderAppend.markers(old);
    Path target = FolderAppend.markers(path);
    if (files.exists(markers) && !files.exists(target)) {
      files.mkdirs(target.getParent());
      rename(files, markers, target);
    }
    files.delete(old, true);
  }

  private String prefix(String kind) {
    return "." + path.getName() + kind;
  }

  private Path sibling(String kind, String id) {
    return new Path(path.getParent(), prefix(kind) + id);
  }

  /** Siblings of one kind, newest first. */
  private List<FileStatus> siblings(String kind) throws IOException {
    List<FileStatus> found = new ArrayList<>();
    try {
      for (FileStatus status : files.listStatus(path.getParent())) {
        if (status.getPath().getName().startsWith(prefix(kind))) {
          found.add(status);
        }
      }
    } catch (FileNotFoundException e) {
      return found;
    }
    found.sort(Comparator.comparingLong(FileStatus::getModificationTime).reversed());
    return found;
  }

  /** Renames to a name that must be free; file systems differ in what they do else. */
  static void rename(FileSystem files, Path from, Path to) throws IOException {
    if (files.exists(to)) {
      throw new IOException(
          "'" + to + "' has appeared meanwhile: another process writes here. Let only one write");
    }
    files.mkdirs(to.getParent());
    if (!files.rename(from, to)) {
      throw new IOException("cannot rename '" + from + "' to '" + to + "'");
    }
  }

  /** Something that needs the folder to itself. */
  @FunctionalInterface
  interface Exclusive {
    void run() throws IOException;
  }

  /** Runs with other threads of this process kept out of the folder. */
  void locked(Exclusive action) throws IOException {
    ReentrantLock lock = LOCKS.computeIfAbsent(path, key -> new ReentrantLock());
    lock.lock();
    try {
      action.run();
    } finally {
      lock.unlock();
    }
  }
}
