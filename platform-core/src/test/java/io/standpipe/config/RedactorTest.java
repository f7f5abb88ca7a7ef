package io.standpipe.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedactorTest {
  private final Redactor redactor = new Redactor();

  @Test
  void redact_registeredSecret_isReplacedEverywhere() {
    redactor.register("hunter2");

    assertThat(redactor.redact("hunter2 and password=hunter2&x"))
        .isEqualTo("****** and password=******&x");
  }

  @Test
  void redact_urlEncodedSecret_isReplaced() {
    redactor.register("p@ss word/ü");

    assertThat(redactor.redact("a p@ss word/ü b p%40ss+word%2F%C3%BC c p%40ss%20word%2F%C3%BC d"))
        .isEqualTo("a ****** b ****** c ****** d");
  }

  @Test
  void redact_secretWithinAnother_leavesNoRest() {
    redactor.register("abc");
    redactor.register("abcdef");

    assertThat(redactor.redact("abcdef abc")).isEqualTo("****** ******");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "storages.a.password=x",
        "spark.conf={fs.azure.account.key.me.dfs.core.windows.net: x}",
        "spark.conf={fs.s3a.access.key: x}",
        "storages.a.apiKey=x"
      })
  void isSecretOverride_tellingName_isTrue(String override) {
    assertThat(redactor.isSecretOverride(override)).isTrue();
    assertThat(redactor.isSecretOverride("spark.master=local[2]")).isFalse();
  }

  @Test
  void redact_secretOfTwoCharacters_isLeft() {
    redactor.register("ab");
    redactor.register("");

    assertThat(redactor.redact("about")).isEqualTo("about");
  }

  @Test
  void redact_whileOthersRegister_knowsAllInTheEnd() throws InterruptedException {
    Thread[] threads = new Thread[4];
    for (int i = 0; i < threads.length; i++) {
      int number = i;
      threads[i] =
          new Thread(
              () -> {
                for (int j = 0; j < 100; j++) {
                  redactor.register("secret-" + number + "-" + j + ".");
                }
              });
      threads[i].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }

    for (int i = 0; i < threads.length; i++) {
      for (int j = 0; j < 100; j++) {
        assertThat(redactor.redact("secret-" + i + "-" + j + ".")).isEqualTo("******");
      }
    }
  }

  @Test
  void toString_registeredSecret_isNotShown() {
    redactor.register("hunter2");

    assertThat(redactor.toString()).doesNotContain("hunter2");
  }
}
