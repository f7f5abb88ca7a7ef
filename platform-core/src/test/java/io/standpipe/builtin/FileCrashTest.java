package io.standpipe.builtin;

import static io.standpipe.builtin.Spark.rows;
import static io.standpipe.builtin.Spark.session;
import static io.standpipe.builtin.Spark.sql;
import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.CommitToken;
import io.standpipe.spi.WriteMode;
import io.standpipe.spi.WriteRequest;
import io.standpipe.spi.WriteResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Puts the disk into the state that a crash between two steps of a write leaves. */
@ExtendWith(Spark.class)
class FileCrashTest {
  private static final WriteRequest APPEND = WriteRequest.of(WriteMode.APPEND);
  private static final WriteRequest OVERWRITE = WriteRequest.of(WriteMode.OVERWRITE);
  private static final CommitToken TOKEN = new CommitToken("run-1", "orders");
  private static final String ID = "0f0e0d0c";

  @TempDir Path folder;
  private Path dataset;
  private Path incoming;
  private Path outgoing;
  private Config config;

  @BeforeEach
  void writeOldRows() {
    dataset = folder.resolve("t");
    incoming = folder.resolve(".t.standpipe-new-" + ID);
    outgoing = folder.resolve(".t.standpipe-old-" + ID);
    config = partitioned(dataset);
    write(config, "SELECT 1 AS id, 2001 AS year", APPEND.withToken(TOKEN));
  }

  private static Config partitioned(Path path) {
    return Config.file("json", path).with("partitionBy", List.of("year"));
  }

  private static Outcome write(Config config, String query, WriteRequest request) {
    return config.connector().write(session(), sql(query), request).outcome();
  }

  private static List<String> read(Config config) {
    return rows(config.connector().read(session()));
  }

  private void assertOnlyTheDatasetIsLeft() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left).containsExactly(dataset);
    }
  }

  @Test
  void overwriteCrashed_beforeTheSwap_leavesTheOldRows() throws IOException {
    write(partitioned(incoming), "SELECT 2 AS id, 2002 AS year", OVERWRITE);

    assertThat(read(config)).containsExactly("[1,2001]");
    write(config, "SELECT 3 AS id, 2003 AS year", OVERWRITE);
    assertThat(read(config)).containsExactly("[3,2003]");
    assertThat(incoming).as("young enough to belong to a running write").exists();

    Files.setLastModifiedTime(incoming, FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
    write(config, "SELECT 4 AS id, 2004 AS year", OVERWRITE);
    assertOnlyTheDatasetIsLeft();
  }

  @Test
  void overwriteCrashed_betweenTheRenames_isCompletedByAReader() throws IOException {
    write(partitioned(incoming), "SELECT 2 AS id, 2002 AS year", OVERWRITE);
    Files.move(dataset, outgoing);

    assertThat(read(config)).containsExactly("[2,2002]");
    assertOnlyTheDatasetIsLeft();
    assertThat(write(config, "SELECT 1 AS id, 2001 AS year", APPEND.withToken(TOKEN)))
        .as("the token of the replaced rows is still known")
        .isEqualTo(Outcome.ALREADY_COMMITTED);
  }

  @Test
  void overwriteCrashed_betweenTheRenames_isCompletedByAWriter() throws IOException {
    write(partitioned(incoming), "SELECT 2 AS id, 2002 AS year", OVERWRITE);
    Files.move(dataset, outgoing);

    write(config, "SELECT 3 AS id, 2003 AS year", APPEND);

    assertThat(read(config)).containsExactly("[2,2002]", "[3,2003]");
    assertOnlyTheDatasetIsLeft();
  }

  @Test
  void overwriteCrashed_betweenTheRenames_isCompletedForAGlob() throws IOException {
    write(partitioned(incoming), "SELECT 2 AS id, 2002 AS year", OVERWRITE);
    Files.move(dataset, outgoing);

    assertThat(read(Config.file("json", folder + "/t*"))).containsExactly("[2,2002]");
  }

  @Test
  void overwriteCrashed_withItsNewRowsGone_bringsTheOldOnesBack() throws IOException {
    Files.move(dataset, outgoing);

    assertThat(config.connector().exists(session())).isTrue();
    assertThat(read(config)).containsExactly("[1,2001]");
    assertOnlyTheDatasetIsLeft();
  }

  @Test
  void overwriteCrashed_beforeTheOldRowsWereDeleted_isTidiedByTheNextWrite() throws IOException {
    write(partitioned(outgoing), "SELECT 0 AS id, 2000 AS year", APPEND.withToken(TOKEN));
    try (Stream<Path> markers = Files.list(dataset.resolve("_standpipe/commits"))) {
      for (Path marker : markers.toList()) {
        Files.delete(marker);
      }
    }
    Files.delete(dataset.resolve("_standpipe/commits"));

    assertThat(read(config)).containsExactly("[1,2001]");
    assertThat(write(config, "SELECT 1 AS id, 2001 AS year", APPEND.withToken(TOKEN)))
        .isEqualTo(Outcome.ALREADY_COMMITTED);
    assertOnlyTheDatasetIsLeft();
  }

  @Test
  void firstWriteCrashed_beforeTheRename_leavesNothing() {
    Path other = folder.resolve("u");
    write(
        partitioned(folder.resolve(".u.standpipe-new-" + ID)),
        "SELECT 2 AS id, 2002 AS year",
        OVERWRITE);

    assertThat(partitioned(other).connector().exists(session())).isFalse();
    write(partitioned(other), "SELECT 3 AS id, 2003 AS year", OVERWRITE);
    assertThat(read(partitioned(other))).containsExactly("[3,2003]");
  }

  /** Stages two files of an append as a crashed one has, and writes its manifest. */
  private List<Path> decideAppend(int alreadyMoved) throws IOException {
    Path staging = dataset.resolve("_standpipe/staging/" + ID);
    write(partitioned(staging), "SELECT 2 AS id, 2001 AS year UNION ALL SELECT 3, 2002", OVERWRITE);
    List<Path> staged = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(staging)) {
      walk.filter(file -> file.toString().endsWith(".json"))
          .map(staging::relativize)
          .forEach(staged::add);
    }
    assertThat(staged).hasSize(2);
    List<String> lines = new ArrayList<>(List.of(ID));
    staged.forEach(file -> lines.add(file.toString()));
    Files.writeString(
        dataset.resolve(
            "_standpipe/commits/" + FolderAppend.hash(new CommitToken("run-2", "n")) + ".moving"),
        String.join("\n", lines));
    for (Path file : staged.subList(0, alreadyMoved)) {
      Files.createDirectories(dataset.resolve(file).getParent());
      Files.move(staging.resolve(file), dataset.resolve(file));
    }
    return staged;
  }

  @Test
  void appendCrashed_beforeItWasDecided_leavesTheOldRows() throws IOException {
    Path staging = dataset.resolve("_standpipe/staging/" + ID);
    write(partitioned(staging), "SELECT 2 AS id, 2002 AS year", OVERWRITE);

    assertThat(read(config)).containsExactly("[1,2001]");
    Files.setLastModifiedTime(staging, FileTime.from(Instant.parse("2001-01-01T00:00:00Z")));
    Clock clock = Clock.fixed(Instant.parse("2001-01-01T23:00:00Z"), ZoneOffset.UTC);
    new FileConnector(config.file(), clock)
        .write(session(), sql("SELECT 3 AS id, 2003 AS year"), APPEND);
    assertThat(staging).exists();
    write(config, "SELECT 4 AS id, 2004 AS year", APPEND);
    assertThat(staging).doesNotExist();
    assertThat(read(config)).containsExactly("[1,2001]", "[3,2003]", "[4,2004]");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void appendCrashed_whileFilesWereMoved_isCompletedByAReader(int alreadyMoved) throws IOException {
    decideAppend(alreadyMoved);

    assertThat(read(config)).containsExactly("[1,2001]", "[2,2001]", "[3,2002]");
    assertThat(read(config)).containsExactly("[1,2001]", "[2,2001]", "[3,2002]");
    assertThat(dataset.resolve("_standpipe/staging/" + ID)).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void appendCrashed_whileFilesWereMoved_isCompletedByItsRepeat(int alreadyMoved)
      throws IOException {
    decideAppend(alreadyMoved);

    assertThat(
            write(
                config,
                "SELECT 2 AS id, 2001 AS year UNION ALL SELECT 3, 2002",
                APPEND.withToken(new CommitToken("run-2", "n"))))
        .isEqualTo(Outcome.ALREADY_COMMITTED);
    assertThat(read(config)).containsExactly("[1,2001]", "[2,2001]", "[3,2002]");
  }

  @Test
  void appendWithoutToken_leavesNoMarker() throws IOException {
    write(config, "SELECT 2 AS id, 2001 AS year", APPEND);

    try (Stream<Path> markers = Files.list(dataset.resolve("_standpipe/commits"))) {
      assertThat(markers.map(marker -> marker.getFileName().toString()))
          .containsExactlyInAnyOrder(
              FolderAppend.hash(TOKEN) + ".done", "." + FolderAppend.hash(TOKEN) + ".done.crc");
    }
  }
}
