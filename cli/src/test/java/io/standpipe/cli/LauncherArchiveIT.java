package io.standpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The start-up archive that the launcher makes: whatever happens to it, commands work. */
class LauncherArchiveIT {
  private static final String PREPARING =
      "standpipe: preparing fast starts, once per installation ...\n";

  @TempDir Path folder;
  private Path cache;
  private Launcher launcher;

  @BeforeEach
  void emptyCache() {
    cache = folder.resolve("cache");
    launcher = Launcher.in(folder).with("STANDPIPE_CACHE", cache.toString());
  }

  @Test
  void start_preparationFails_saidOnceAndNotTriedAgain() throws IOException {
    Launcher failing = launcher.with("JAVA_HOME", javaWhoseWarmUp("echo no memory; exit 3"));

    Launcher.Result first = failing.run("--version");
    Launcher.Result second = failing.run("--version");

    Path log = only(cacheEntries());
    assertThat(log).content().isEqualTo("no memory\n");
    assertThat(first.err())
        .isEqualTo(
            PREPARING
                + "standpipe: could not prepare fast starts; this and later commands go on without."
                + " To try again, delete "
                + log
                + ", which says why.\n");
    assertThat(first.code()).isZero();
    assertThat(first.out()).startsWith("standpipe ");
    assertThat(second).isEqualTo(new Launcher.Result(0, first.out(), ""));
  }

  @Test
  void start_afterKilledPreparation_twoAtOnceMakeOneArchive() throws IOException {
    Path killing = folder.resolve("killing");
    Files.createFile(killing);
    Launcher killed =
        launcher.with(
            "JAVA_HOME", javaWhoseWarmUp("[ ! -e " + killing + " ] || { kill -9 $PPID; exit 1; }"));
    assertThat(killed.run("--version").code()).isEqualTo(137);
    assertThat(cacheEntries()).as("lock and folder of the killed one").hasSize(2);
    Files.delete(killing);

    CompletableFuture<Launcher.Result> one = start(killed);
    CompletableFuture<Launcher.Result> other = start(killed);

    assertThat(List.of(one.join(), other.join()))
        .allSatisfy(result -> assertThat(result.code()).as(result.err()).isZero())
        .allSatisfy(result -> assertThat(result.out()).startsWith("standpipe "));
    assertThat(one.join().err() + other.join().err()).contains(PREPARING);
    assertThat(only(cacheEntries()).toString()).endsWith(".jsa");
    assertThat(killed.run("--version").err()).as("the archive is there").isEmpty();
  }

  private static CompletableFuture<Launcher.Result> start(Launcher launcher) {
    return CompletableFuture.supplyAsync(() -> launcher.run("--version"));
  }

  @Test
  void start_terminatedWhilePreparing_leavesNothing() throws IOException {
    Launcher terminated =
        launcher.with("JAVA_HOME", javaWhoseWarmUp("kill -TERM $PPID; exec sleep 60"));

    Launcher.Result result = terminated.run("--version");

    assertThat(result).isEqualTo(new Launcher.Result(143, "", PREPARING));
    assertThat(cacheEntries()).isEmpty();
  }

  @Test
  void start_cacheCannotBeWritten_worksWithoutAWord() throws IOException {
    Files.createFile(cache);

    Launcher.Result result = launcher.run("--version");

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("standpipe ");
    assertThat(cache).isEmptyFile();
  }

  @Test
  void start_noHome_worksWithoutAWord() {
    Launcher.Result result =
        launcher
            .with("STANDPIPE_CACHE", "")
            .with("XDG_CACHE_HOME", "")
            .with("HOME", "")
            .run("--version");

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).startsWith("standpipe ");
  }

  /** A Java home whose java runs shell commands before a warm-up, and is the real one otherwise. */
  private String javaWhoseWarmUp(String commands) throws IOException {
    Path home = folder.resolve("jdk");
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(
        java,
        """
        #!/bin/sh
        case "$*" in *io.standpipe.cli.WarmUp*) %s ;; esac
        exec '%s' "$@"
        """
            .formatted(commands, Path.of(System.getProperty("java.home"), "bin", "java")));
    Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
    return home.toString();
  }

  private List<Path> cacheEntries() throws IOException {
    try (Stream<Path> entries = Files.list(cache)) {
      return entries.toList();
    }
  }

  private static Path only(List<Path> entries) {
    assertThat(entries).hasSize(1);
    return entries.get(0);
  }
}
