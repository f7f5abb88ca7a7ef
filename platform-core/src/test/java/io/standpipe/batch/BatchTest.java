package io.standpipe.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BatchTest {

  private static int parse(String item) throws IOException {
    if (item.equals("gone")) {
      throw new IOException("no such file");
    }
    return Integer.parseInt(item);
  }

  @Test
  void everyItem_hasItsTurn() throws InterruptedException {
    Batch<String, Integer> batch = Batch.of(List.of("1", "x", "gone", "2"), BatchTest::parse);
    assertThat(batch.successes())
        .containsExactly(new Batch.Success<>("1", 1), new Batch.Success<>("2", 2));
    assertThat(batch.failures()).extracting(Batch.Failure::item).containsExactly("x", "gone");
    assertThat(batch.succeeded()).isFalse();
    assertThatThrownBy(batch::throwIfFailed)
        .isInstanceOf(BatchException.class)
        .hasMessage(
            "2 of 4 items failed (1 IOException, 1 NumberFormatException): x: For input string:"
                + " \"x\"; gone: no such file. Correct these items, and do them again:"
                + " failures() has them all.")
        .hasCauseInstanceOf(NumberFormatException.class)
        .satisfies(
            error ->
                assertThat(error.getSuppressed()).singleElement().isInstanceOf(IOException.class));
  }

  @Test
  void nothingFailed_nothingIsRaised() throws InterruptedException {
    Batch<String, Integer> batch = Batch.of(List.of("1"), BatchTest::parse);
    batch.throwIfFailed();
    assertThat(batch.summary()).isEqualTo("all 1 items were done");
  }

  @Test
  void manyFailures_areCounted() throws InterruptedException {
    List<Integer> items = IntStream.range(0, 25).boxed().toList();
    Batch<Integer, Integer> batch =
        Batch.of(
            items,
            item -> {
              throw new IllegalStateException();
            });
    assertThat(batch.summary())
        .startsWith("25 of 25 items failed (25 IllegalStateException): 0: java.lang.Illegal")
        .endsWith("; and 15 more");
  }

  @Test
  void interrupt_leavesTheRest() {
    List<Integer> seen = new ArrayList<>();
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Batch.of(List.of(1, 2), seen::add))
        .isInstanceOf(InterruptedException.class)
        .hasMessage("0 of 2 items were worked on");
    assertThat(seen).isEmpty();
  }
}
