package io.standpipe.tck.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Signals to processes that Java does not know. */
enum Signal {
  STOP,
  CONT;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /**
   * Sends it to all of these processes; one that has ended meanwhile is no error. A process that is
   * told to stop has stopped when this returns, where the system tells: its threads go on for a
   * while after the signal, all the longer the busier the machine is.
   */
  void to(List<ProcessHandle> processes) {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name()));
    processes.forEach(process -> command.add(Long.toString(process.pid())));
    try {
      int code = new ProcessBuilder(command).start().waitFor();
      if (code != 0 && processes.stream().allMatch(ProcessHandle::isAlive)) {
        throw new IllegalStateException(command + " ended with code " + code);
      }
      if (this == STOP) {
        awaitStop(processes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during " + command, e);
    }
  }

  private static void awaitStop(List<ProcessHandle> processes)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (ProcessHandle process : processes) {
      while (runs(process)) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "process %d still runs %s after it was told to stop"
                  .formatted(process.pid(), PATIENCE));
        }
        Thread.sleep(5);
      }
    }
  }

  private static boolean runs(ProcessHandle process) throws IOException {
    Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
    if (Files.notExists(threads)) {
      return false;
    }
    try (Stream<Path> all = Files.list(threads)) {
      for (Path thread : all.toList()) {
        if (!"TtZX".contains(state(thread.resolve("stat")))) {
          return true;
        }
      }
      return false;
    } catch (IOException ended) {
      // The process, or one of its threads: looked at again.
      return Files.exists(threads);
    }
  }

  /** One letter, behind the thread's name in parentheses. */
  private static String state(Path stat) throws IOException {
    String text = Files.readString(stat);
    int name = text.lastIndexOf(')');
    return text.substring(name + 2, name + 3);
  }
}
