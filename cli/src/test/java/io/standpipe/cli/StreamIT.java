package io.standpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A stream of the packaged distribution, as a process that is told to stop. */
class StreamIT {
  @TempDir Path folder;

  @Test
  void run_streamGetsSigterm_finishesItsBatchAndSucceeds() throws Exception {
    Launcher launcher = Launcher.in(folder);
    prepare();
    Path err = folder.resolve("err");
    Process process =
        launcher
            .builder("run", "pipeline.yaml", "--report", "report")
            .redirectErrorStream(true)
            .redirectOutput(err.toFile())
            .start();
    try {
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> Files.exists(folder.resolve("state/commits/0")) || !process.isAlive());

      process.toHandle().destroy();

      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(err)).isZero();
    assertThat(Files.readString(err))
        .contains("stopping after the current batch; once more to stop at once")
        .contains("succeeded in");
    assertThat(Files.readString(folder.resolve("report/report.json")))
        .contains("\"batches\" : 1")
        .contains("\"rowsOut\" : 2");
  }

  private void prepare() throws IOException {
    Files.createDirectories(folder.resolve("clicks"));
    Files.writeString(folder.resolve("clicks/1.csv"), "1,home\n2,cart\n");
    Files.writeString(
        folder.resolve("standpipe.yaml"),
        """
        spark: {master: "local[2]", conf: {spark.sql.shuffle.partitions: 2}}
        storages:
          clicks: {connector: file, format: csv, path: clicks, header: false, schema: "id INT, page STRING"}
          out: {connector: file, format: json, path: out}
        """);
    Files.writeString(
        folder.resolve("pipeline.yaml"),
        """
        steps:
          - {read: clicks, stream: true}
          - {write: out, from: clicks, mode: append, checkpoint: state, every: 100ms}
        """);
  }
}
