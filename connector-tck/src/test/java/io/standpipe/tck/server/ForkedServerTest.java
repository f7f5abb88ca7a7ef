package io.standpipe.tck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ForkedServerTest {
  private final Path folder = ForkedServer.folder("greeter");
  private final int port = ForkedServer.freePorts(1).get(0);

  private ForkedServer.Launch launch(String... arguments) {
    List<String> program =
        List.of(
            ForkedServer.java(),
            "-cp",
            System.getProperty("java.class.path"),
            Greeter.class.getName());
    List<String> command =
        java.util.stream.Stream.concat(program.stream(), List.of(arguments).stream()).toList();
    return new ForkedServer.Launch("greeter", folder, command, port, Duration.ofSeconds(30));
  }

  private String answer(int timeoutMillis) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(timeoutMillis);
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void folder_isInMemoryOnlyWhereEnoughIsFree(@TempDir Path memory) throws IOException {
    assertThat(ForkedServer.folderInMemory("greeter", memory, 1)).hasParent(memory);
    Path elsewhere = ForkedServer.folderInMemory("greeter", memory, Long.MAX_VALUE);
    assertThat(elsewhere.getParent()).isNotEqualTo(memory);
    Files.delete(elsewhere);
  }

  @Test
  void kill_thenRestart_isAnotherProcessOnTheSameDataAndPort() throws IOException {
    try (ForkedServer server = ForkedServer.start(launch("" + port))) {
      assertThat(answer(5000)).isEqualTo("x");
      assertThatThrownBy(server::restart)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("greeter is running: kill it first");

      server.kill();
      assertThatThrownBy(() -> answer(5000)).isInstanceOf(ConnectException.class);

      server.restart();
      assertThat(answer(5000)).isEqualTo("xx");
    }
    assertThat(folder).doesNotExist();
  }

  @Test
  void freeze_untilThawed_acceptsButNeverAnswers() throws IOException {
    try (ForkedServer server = ForkedServer.start(launch("" + port))) {
      server.freeze();
      assertThatThrownBy(() -> answer(300)).isInstanceOf(SocketTimeoutException.class);
      server.thaw();
      assertThat(answer(5000)).isEqualTo("x");
    }
  }

  @Test
  void start_preparationFails_leavesNoFolder() {
    AtomicReference<Path> made = new AtomicReference<>();
    assertThatThrownBy(
            () ->
                ForkedServer.start(
                    "greeter",
                    folder -> {
                      made.set(Resource.write(folder.resolve("config"), "x").getParent());
                      throw new IllegalStateException("no class path");
                    }))
        .hasMessage("no class path");
    assertThat(made.get()).doesNotExist();
  }

  @Test
  void close_ofAFrozenServer_endsIt_andMayBeRepeated() {
    ForkedServer server = ForkedServer.start(launch("" + port));
    server.freeze();
    server.close();
    server.close();
    assertThat(folder).doesNotExist();
    assertThatThrownBy(() -> answer(300)).isInstanceOf(ConnectException.class);
    assertThatThrownBy(server::restart).hasMessage("greeter is closed");
  }

  @Test
  void start_ofAServerThatEnds_failsWithItsLog() {
    assertThatThrownBy(() -> ForkedServer.start(launch()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("greeter ended with code 1. The end of its log:\n")
        .hasMessageContaining("java.lang.IllegalArgumentException: a port, please");
    assertThat(folder).doesNotExist();
  }

  @Test
  void classPath_thatTheBuildDoesNotName_saysWhatToDo() {
    assertThatThrownBy(() -> ServerClassPath.of("nothing"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageMatching(
            "cannot find the class path of the server 'nothing': .*/servers/nothing/target/classpath"
                + " is no file \\(the system property standpipe.servers names its folder\\)\\. Build"
                + " the module servers/nothing before, or remove the property so that Maven is"
                + " asked\\.");
  }
}
