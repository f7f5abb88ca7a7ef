package io.standpipe.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A file system of a few megabytes in memory, for a server that is to find its disk full. To mount
 * it takes root, be it in a namespace of its own: {@code unshare -Urm}.
 */
record SmallDisk(Path folder) implements AutoCloseable {
  private static final String FILLER = "filler";

  static SmallDisk mount(int megabytes) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("standpipe-small-disk");
    String options = "mode=700,size=" + megabytes + "m";
    run(List.of("mount", "-t", "tmpfs", "-o", options, "tmpfs", folder.toString()));
    return new SmallDisk(folder);
  }

  /** An empty folder on it. */
  Path newFolder(String name) throws IOException {
    return Files.createDirectory(folder.resolve(name));
  }

  /** Leaves only so many bytes. */
  void fill(long left) throws IOException {
    long usable = Files.getFileStore(folder).getUsableSpace();
    Files.write(folder.resolve(FILLER), new byte[Math.toIntExact(Math.max(0, usable - left))]);
  }

  /** Gives the space back. */
  void free() throws IOException {
    Files.deleteIfExists(folder.resolve(FILLER));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    run(List.of("umount", "--lazy", folder.toString()));
    Files.delete(folder);
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder(command)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    if (code != 0) {
      throw new IllegalStateException(
          String.join(" ", command)
              + " ended with exit code "
              + code
              + ". It takes root: run the benchmark in 'unshare -Urm'.");
    }
  }
}
