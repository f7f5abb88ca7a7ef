package io.standpipe.pipeline;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A file of lines that one process at a time has. A line is on the disk when {@link #append}
 * returns; one that was cut off by a kill is dropped when the file is opened again. Not a channel:
 * the threads that write are interrupted when a run is cancelled, which would close it.
 */
final class JournalFile implements AutoCloseable {
  /**
   * A lock of the system is the process's, and is given up when any stream of the file is closed.
   */
  private static final Set<Path> OPEN = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final RandomAccessFile file;

  private JournalFile(Path path, RandomAccessFile file) {
    this.path = path;
    this.file = file;
  }

  /** Opens the file, which is made if it is not there; empty if somebody has it. */
  static Optional<JournalFile> open(Path file) throws IOException {
    Path path = file.toAbsolutePath().normalize();
    if (!OPEN.add(path)) {
      return Optional.empty();
    }
    RandomAccessFile opened = null;
    boolean locked = false;
    try {
      opened = new RandomAccessFile(path.toFile(), "rw");
      locked = opened.getChannel().tryLock() != null;
      return locked ? Optional.of(new JournalFile(path, opened)) : Optional.empty();
    } catch (OverlappingFileLockException e) {
      return Optional.empty();
    } finally {
      if (!locked) {
        OPEN.remove(path);
        if (opened != null) {
          opened.close();
        }
      }
    }
  }

  /** The whole lines; what comes after them is dropped. */
  synchronized List<String> lines() throws IOException {
    byte[] bytes = new byte[Math.toIntExact(file.length())];
    file.seek(0);
    file.readFully(bytes);
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    file.setLength(end);
    file.seek(end);
    return new String(bytes, 0, end, StandardCharsets.UTF_8).lines().toList();
  }

  /** Forgets everything. */
  synchronized void clear() throws IOException {
    file.setLength(0);
    file.seek(0);
  }

  /** Adds a line. */
  synchronized void append(String line) throws IOException {
    long end = file.getFilePointer();
    try {
      file.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      file.getFD().sync();
    } catch (IOException e) {
      // A part of a line would spoil the next one.
      file.setLength(end);
      file.seek(end);
      throw e;
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (file.getChannel().isOpen()) {
      file.close();
      OPEN.remove(path);
    }
  }
}
