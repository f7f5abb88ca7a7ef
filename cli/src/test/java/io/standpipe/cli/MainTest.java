package io.standpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.config.ConfigurationException;
import io.standpipe.config.InvalidRequestException;
import io.standpipe.config.Problem;
import io.standpipe.config.SourcePosition;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What exit codes say. */
class MainTest {
  @Test
  void code_refusedBeforeAnythingRan_is2() {
    Problem problem = new Problem(SourcePosition.whole("standpipe.yaml"), "wrong. Correct it.");
    assertThat(Main.code(new ConfigurationException(List.of(problem)))).isEqualTo(2);
    assertThat(Main.code(new InvalidRequestException("no storage 'x'. Name one."))).isEqualTo(2);
  }

  @Test
  void code_anythingThatOthersThrowInTheMiddle_is1() {
    assertThat(Main.code(new IllegalArgumentException("of Spark"))).isEqualTo(1);
    assertThat(Main.code(new IllegalStateException("of Spark"))).isEqualTo(1);
  }
}
