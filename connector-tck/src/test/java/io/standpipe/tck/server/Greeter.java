package io.standpipe.tck.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** The smallest server: counts its starts in a file and tells the count to whoever connects. */
final class Greeter {
  private Greeter() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0) {
      throw new IllegalArgumentException("a port, please");
    }
    Path starts = Path.of("starts");
    Files.writeString(starts, (Files.exists(starts) ? Files.readString(starts) : "") + "x");
    int port = Integer.parseInt(arguments[0]);
    try (ServerSocket server = new ServerSocket(port, 50, InetAddress.getLoopbackAddress())) {
      while (true) {
        try (Socket client = server.accept()) {
          client.getOutputStream().write(Files.readString(starts).getBytes(StandardCharsets.UTF_8));
        }
      }
    }
  }
}
