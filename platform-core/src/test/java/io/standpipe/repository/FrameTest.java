package io.standpipe.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameTest {

  @Test
  void ofText_repetitiveText_isMuchSmaller() {
    String text = "{\"airport\":\"ZRH\",\"delay\":5}\n".repeat(10_000);

    byte[] frame = Frame.ofText(text);

    assertThat(frame.length).isLessThan(text.length() / 100);
    assertThat(Frame.text(frame)).isEqualTo(text);
  }

  @Test
  void ofBytes_noise_costsOnlyTheHeader() {
    byte[] noise = new byte[100_000];
    new Random(1).nextBytes(noise);

    byte[] frame = Frame.ofBytes(noise);

    assertThat(frame).hasSize(noise.length + 13);
    assertThat(Frame.bytes(frame)).isEqualTo(noise);
  }

  @Test
  void ofText_shortText_hasTheDocumentedBytes() {
    byte[] today = Frame.ofText("abc");

    assertThat(HexFormat.of().formatHex(today)).isEqualTo("535001000100000003364b3fb7616263");
    assertThat(Frame.text(today)).isEqualTo("abc");
  }

  @Test
  void bytes_anyBitFlipped_areRefusedOrTheSame() {
    byte[] bytes = "again and again, ".repeat(9).getBytes(StandardCharsets.UTF_8);
    byte[] frame = Frame.ofBytes(bytes);
    int refused = 0;

    for (int bit = 0; bit < frame.length * 8; bit++) {
      byte[] damaged = frame.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      try {
        assertThat(Frame.bytes(damaged)).as("bit %s", bit).isEqualTo(bytes);
      } catch (BadValue e) {
        refused++;
      }
    }
    // The codec leaves a few bits unused.
    assertThat(refused).isGreaterThan(frame.length * 8 - 16);
  }

  @Test
  void bytes_anyLengthCutOff_isNoticed() {
    byte[] frame = Frame.ofBytes("abc".repeat(100).getBytes(StandardCharsets.UTF_8));

    for (int length = 0; length < frame.length; length++) {
      byte[] cut = Arrays.copyOf(frame, length);
      assertThatThrownBy(() -> Frame.bytes(cut)).as("%s", length).isInstanceOf(BadValue.class);
    }
  }

  @Test
  void text_otherBytes_saysWhatTheyAre() {
    byte[] newer = Frame.ofText("x");
    newer[2] = 2;
    byte[] otherCodec = Frame.ofText("x");
    otherCodec[3] = 9;

    assertThatThrownBy(() -> Frame.text("plain text of old".getBytes(StandardCharsets.UTF_8)))
        .hasMessage(
            "the value was not written with @Compressed. Read the column as byte[] to look at it,"
                + " and write the row again.");
    assertThatThrownBy(() -> Frame.text(newer))
        .hasMessageStartingWith("the value has format version 2, but this release reads 1.");
    assertThatThrownBy(() -> Frame.text(otherCodec))
        .hasMessageStartingWith("the value is compressed with the unknown codec 9.");
    assertThatThrownBy(() -> Frame.text(Frame.ofBytes(new byte[1])))
        .hasMessageStartingWith("the value holds bytes, not text.");
    assertThatThrownBy(() -> Frame.bytes(Frame.ofText("x")))
        .hasMessageStartingWith("the value holds text, not bytes.");
  }
}
