package io.standpipe.builtin;

import io.standpipe.spi.CommitToken;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * Adds files to a folder, all or none, once for each commit token.
 *
 * <p>Spark writes to {@code _standpipe/staging/ID}, which no reader looks into. Then a manifest
 * that lists the files is put at {@code _standpipe/commits/HASH.moving}: from that moment the
 * append is decided. The files are moved into place, and the manifest becomes {@code HASH.done}.
 * After a crash in between, whoever comes next moves the rest; file names are unique, so that
 * nothing comes twice.
 */
final class FolderAppend {
  private static final String MOVING = ".moving";
  private static final String DONE = ".done";
  private static final String NO_TOKEN = "once-";

  private final FileSystem files;
  private final Path folder;

  FolderAppend(FileSystem files, Path folder) {
    this.files = files;
    this.folder = folder;
  }

  /** Where the markers of a folder's appends are. */
  static Path markers(Path folder) {
    return new Path(folder, "_standpipe/commits");
  }

  private Path stagingRoot() {
    return new Path(folder, "_standpipe/staging");
  }

  /** A folder to write the new files to. */
  Path newStaging() {
    return new Path(stagingRoot(), UUID.randomUUID().toString());
  }

  /** What appends have staged, running ones and crashed ones. */
  List<FileStatus> stagings() throws IOException {
    return list(stagingRoot());
  }

  /** Whether an append with this token is committed. */
  boolean isDone(CommitToken token) throws IOException {
    return files.exists(marker(token));
  }

  private Path marker(CommitToken token) {
    return new Path(markers(folder), hash(token) + DONE);
  }

  /** Moves staged files into place. A repeat of a token that is done changes nothing. */
  void commit(Path staging, Optional<CommitToken> token) throws IOException {
    Optional<CommitToken> outlived = token.flatMap(CommitToken::outlived);
    if (outlived.isPresent()) {
      files.delete(marker(outlived.get()), false);
    }
    if (token.isPresent() && isDone(token.get())) {
      files.delete(staging, true);
      return;
    }
    // An append without a token needs the manifest as much, for the time of the move.
    String id = token.map(FolderAppend::hash).orElse(NO_TOKEN + staging.getName());
    List<String> lines = new ArrayList<>();
    lines.add(staging.getName());
    lines.addAll(FolderFiles.relative(files, staging));
    Path manifest = new Path(markers(folder), id + MOVING);
    Path draft = new Path(markers(folder), "." + id + "." + UUID.randomUUID());
    files.mkdirs(markers(folder));
    try (FSDataOutputStream out = files.create(draft, true)) {
      out.write(String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }
    DatasetFolder.rename(files, draft, manifest);
    finish(manifest);
  }

  /** Completes appends that were decided but not finished. */
  void finishPending() throws IOException {
    for (FileStatus marker : list(markers(folder))) {
      if (marker.getPath().getName().endsWith(MOVING)) {
        finish(marker.getPath());
      }
    }
  }

  private void finish(Path manifest) throws IOException {
    List<String> lines = read(manifest).lines().toList();
    Path staging = new Path(stagingRoot(), lines.get(0));
    for (String name : lines.subList(1, lines.size())) {
      Path target = new Path(folder, new Path(null, null, name));
      if (!files.exists(target)) {
        DatasetFolder.rename(files, new Path(staging, new Path(null, null, name)), target);
      }
    }
    String name = manifest.getName();
    Path done =
        new Path(manifest.getParent(), name.substring(0, name.length() - MOVING.length()) + DONE);
    if (name.startsWith(NO_TOKEN)) {
      files.delete(manifest, false);
    } else {
      DatasetFolder.rename(files, manifest, done);
    }
    files.delete(staging, true);
  }

  private String read(Path file) throws IOException {
    try (FSDataInputStream in = files.open(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private List<FileStatus> list(Path parent) throws IOException {
    try {
      return List.of(files.listStatus(parent));
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  /** The token as a file name. */
  static String hash(CommitToken token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(token.value().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
