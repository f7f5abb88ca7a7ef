package io.standpipe.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FileConfigTest {

  @Test
  void minimalConfig_hasDefaults() {
    FileConfig config = Config.file("csv", "/data/a.csv").file();

    assertThat(config.corruptRecords()).isEqualTo(CorruptRecords.FAIL);
    assertThat(config.corruptRecordColumn()).isEqualTo("_corrupt_record");
    assertThat(config.recursive()).isFalse();
    assertThat(config.hasHeader()).isTrue();
    assertThat(config.isGlob()).isFalse();
  }

  @Test
  void optionsThatDoNotGoWithTheFormat_areAllNamed() {
    Config config =
        Config.file("parquet", "/data/a")
            .with("delimiter", ";")
            .with("multiLine", "true")
            .with("corruptRecords", "drop");

    assertThatThrownBy(config::file)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "delimiter goes with csv only, not with parquet; multiLine goes with csv and json only,"
                + " not with parquet; corruptRecords: drop goes with csv and json only, not with"
                + " parquet");
    assertThatThrownBy(Config.file("csv", "/data/a").with("mergeSchema", "true")::file)
        .hasMessage("mergeSchema goes with parquet and orc only, not with csv");
  }

  @Test
  void valuesThatMakeNoSense_areRefused() {
    Config config =
        Config.file("csv", "/data/a")
            .with("files", 0)
            .with("delimiter", "")
            .with("partitionBy", List.of("a", "a"))
            .with("recursive", "true");

    assertThatThrownBy(config::file)
        .hasMessage(
            "recursive: true finds no partition columns, so it does not go with partitionBy; files"
                + " must be at least 1, got 0; delimiter must not be empty; partitionBy names a"
                + " column twice: [a, a]");
  }

  @Test
  void sparkOptionThatHasOneOfItsOwn_isRefused() {
    Config config =
        Config.file("csv", "/data/a").with("options", Map.of("Sep", ";", "mode", "PERMISSIVE"));

    assertThatThrownBy(config::file)
        .hasMessage(
            "options: 'Sep' has an option of its own, write 'delimiter'; options: 'mode' has an"
                + " option of its own, write 'corruptRecords'");
  }
}
