package io.standpipe.tck.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Signals to processes that Java does not know. */
enum Signal {
  STOP,
  CONT;

  /** Sends it to all of these processes; one that has ended meanwhile is no error. */
  void to(List<ProcessHandle> processes) {
    List<String> command = new ArrayList<>(List.of("kill", "-" + name()));
    processes.forEach(process -> command.add(Long.toString(process.pid())));
    try {
      int code = new ProcessBuilder(command).start().waitFor();
      if (code != 0 && processes.stream().allMatch(ProcessHandle::isAlive)) {
        throw new IllegalStateException(command + " ended with code " + code);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted during " + command, e);
    }
  }
}
