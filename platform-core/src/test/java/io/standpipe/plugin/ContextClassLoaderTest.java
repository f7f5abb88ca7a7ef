package io.standpipe.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class ContextClassLoaderTest {

  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  private final ClassLoader loader = new URLClassLoader(new URL[0], before);

  @Test
  void call_normal_setsAndRestores() {
    ClassLoader inside = ContextClassLoader.call(loader, ContextClassLoaderTest::current);

    assertThat(inside).isSameAs(loader);
    assertThat(current()).isSameAs(before);
  }

  @Test
  void call_checkedException_isThrownAsItIsAndRestores() {
    assertThatThrownBy(
            () ->
                ContextClassLoader.call(
                    loader,
                    () -> {
                      throw new IOException("seen by " + current().getClass().getSimpleName());
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("seen by URLClassLoader");
    assertThat(current()).isSameAs(before);
  }

  @Test
  void run_error_restores() {
    assertThatThrownBy(
            () ->
                ContextClassLoader.run(
                    loader,
                    () -> {
                      throw new NoClassDefFoundError("acme/Gone");
                    }))
        .isInstanceOf(NoClassDefFoundError.class);
    assertThat(current()).isSameAs(before);
  }

  @Test
  void run_nested_restoresTheOuterOne() {
    ClassLoader inner = new URLClassLoader(new URL[0], null);
    List<ClassLoader> seen = new ArrayList<>();

    ContextClassLoader.run(
        loader,
        () -> {
          ContextClassLoader.run(inner, () -> seen.add(current()));
          seen.add(current());
        });

    assertThat(seen).containsExactly(inner, loader);
  }

  @Test
  void threads_newThread_hasLoaderAndName() throws InterruptedException {
    List<String> names = new ArrayList<>();
    List<ClassLoader> seen = new ArrayList<>();
    Thread first =
        ContextClassLoader.threads(loader, "work")
            .newThread(
                () -> {
                  names.add(Thread.currentThread().getName());
                  seen.add(current());
                });

    first.start();
    first.join();

    assertThat(names).containsExactly("work-1");
    assertThat(seen).containsExactly(loader);
    assertThat(first.isDaemon()).isTrue();
  }

  @Test
  void executor_foreignThread_hasLoaderOnlyDuringTheTask() throws Exception {
    ExecutorService foreign = Executors.newSingleThreadExecutor();
    try {
      List<ClassLoader> seen = new ArrayList<>();

      ContextClassLoader.executor(loader, foreign).execute(() -> seen.add(current()));
      foreign.submit(() -> seen.add(current())).get();

      assertThat(seen).hasSize(2).first().isSameAs(loader);
      assertThat(seen).last().isNotSameAs(loader);
    } finally {
      foreign.shutdownNow();
    }
  }

  private static ClassLoader current() {
    return Thread.currentThread().getContextClassLoader();
  }
}
