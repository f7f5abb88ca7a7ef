package io.standpipe.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFileTest {
  private static final Behaviour MODES = Behaviour.of(29, "write mode");
  private static final Behaviour LIMIT = Behaviour.of(20, "limit");
  private static final Behaviour RUN = Behaviour.of(6, "pipeline");

  @TempDir Path folder;

  private static ResultFile file(Result... results) {
    return new ResultFile("mail", "mailbox", List.of("read"), List.of("append"), List.of(results));
  }

  @Test
  void text_results_areSortedALineEach() {
    ResultFile file =
        file(
            Result.refused(MODES.variant("ignore"), "cannot be written with mode \"ignore\"."),
            Result.supported(MODES.variant("append"), "Slowly."),
            Result.supported(LIMIT, ""));

    assertThat(file.text())
        .isEqualTo(
            """
            {
              "connector": "mail",
              "type": "mailbox",
              "abilities": ["read"],
              "writeModes": ["append"],
              "behaviours": [
                {"number":20,"behaviour":"limit","outcome":"supported"},
                {"number":29,"behaviour":"write mode","case":"append","outcome":"supported","note":"Slowly."},
                {"number":29,"behaviour":"write mode","case":"ignore","outcome":"refused","message":"cannot be written with mode \\"ignore\\"."}
              ]
            }
            """);
  }

  @Test
  void read_writtenFile_isTheSame() {
    ResultFile file =
        file(Result.refused(MODES.variant("ignore"), "No."), Result.supported(LIMIT, ""));

    file.write(folder.resolve("sub/mail.json"));

    assertThat(ResultFile.read(folder.resolve("sub/mail.json"))).isEqualTo(file);
  }

  @Test
  void completing_runOfOneTier_keepsOtherTierAndOtherNumbers() {
    ResultFile before =
        file(
            Result.supported(RUN.variant("local"), ""),
            Result.supported(RUN.variant("gone"), ""),
            Result.supported(RUN.variant("cluster"), ""),
            Result.supported(LIMIT, ""));

    ResultFile after =
        before.completing(file(Result.refused(RUN.variant("local"), "No.")), Tier.LOCAL);

    assertThat(after.results())
        .containsExactly(
            Result.supported(RUN.variant("cluster"), ""),
            Result.refused(RUN.variant("local"), "No."),
            Result.supported(LIMIT, ""));
  }

  @Test
  void requireAbout_deviationOfUnknownCase_fails() {
    Recorder recorder = new Recorder("mail");
    recorder.begin(MODES.variant("append"));

    recorder.requireAbout(Deviations.none().refuses(29, "append", "No."));
    assertThatThrownBy(() -> recorder.requireAbout(Deviations.none().refuses(29, "apend", "No.")))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("the kit has no such behaviour")
        .hasMessageContaining("apend");
  }

  @Test
  void pages_ofTwoResults_showWhatDiffers() throws IOException {
    Path pages = Files.createDirectory(folder.resolve("connectors"));
    String empty = "# Page\n\n<!-- conformance -->\nold\n<!-- /conformance -->\nrest\n";
    Files.writeString(folder.resolve("README.md"), empty);
    Files.writeString(pages.resolve("mailbox.md"), empty);
    file(Result.refused(MODES.variant("ignore"), "Not | so."), Result.supported(LIMIT, ""))
        .write(folder.resolve("mail.json"));

    Map<Path, String> made = ConformanceDocs.pages(folder, pages);

    assertThat(made.get(folder.resolve("README.md")))
        .isEqualTo(
            """
            # Page

            <!-- conformance -->
            | Behaviour | mail |
            |---|---|
            | 20 limit | yes |
            | 29 write mode: ignore | refused |
            <!-- /conformance -->
            rest
            """);
    assertThat(made.get(pages.resolve("mailbox.md")))
        .isEqualTo(
            """
            # Page

            <!-- conformance -->
            1 of 2 behaviours are supported as they are. The others:

            | Behaviour | mail |
            |---|---|
            | 29 write mode: ignore | refused: Not \\| so. |
            <!-- /conformance -->
            rest
            """);
  }
}
