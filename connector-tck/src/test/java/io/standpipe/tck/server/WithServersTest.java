package io.standpipe.tck.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

@WithServers
class WithServersTest {
  private static final AtomicInteger STARTS = new AtomicInteger();
  private static final AtomicInteger ATTEMPTS = new AtomicInteger();
  private static Counted first;

  /** A server of somebody else. */
  static final class Counted extends KindOfServer {
    Counted() {
      super(null);
    }

    public static Counted start() {
      STARTS.incrementAndGet();
      return new Counted();
    }
  }

  /** A server that cannot start. */
  static final class Broken extends KindOfServer {
    Broken() {
      super(null);
    }

    public static Broken start() {
      ATTEMPTS.incrementAndGet();
      throw new IllegalStateException("broken ended with code 1. The end of its log:\noops");
    }
  }

  /** No server at all. */
  static final class Unstartable extends KindOfServer {
    Unstartable() {
      super(null);
    }
  }

  @BeforeAll
  static void setUp(Counted server) {
    first = server;
  }

  @Test
  void parameter_thatIsAServer_isTheSharedOne(Counted server) {
    assertThat(server).isSameAs(first);
    assertThat(STARTS).hasValue(1);
  }

  @Test
  void server_thatDoesNotStart_failsEachTestWithTheSameReason() {
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> SharedServers.of(Broken.class))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("broken ended with code 1. The end of its log:\noops");
    }
    assertThat(ATTEMPTS).hasValue(1);
    assertThatThrownBy(() -> SharedServers.of(Unstartable.class))
        .hasMessage(
            Unstartable.class.getName()
                + " needs a public static method start() without parameters");
  }

  @Test
  void backEnd_thatDoesNotExist_isNamedWithThoseThatDo() {
    String before = System.getProperty("servers");
    try {
      System.setProperty("servers", "cloud");
      assertThatThrownBy(Backend::chosen)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "cannot start test servers with -Dservers=cloud. Choose one of [embedded,"
                  + " containers].");
      System.setProperty("servers", "embedded");
      assertThat(Backend.chosen()).isEqualTo(Backend.EMBEDDED);
    } finally {
      if (before == null) {
        System.clearProperty("servers");
      } else {
        System.setProperty("servers", before);
      }
    }
  }
}
