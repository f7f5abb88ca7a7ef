package io.standpipe.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.Connector;
import io.standpipe.spi.ErrorClassifier;
import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.Verdict;
import io.standpipe.storage.Storage;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DiagnosisTest {
  private static Storage storage(String name, String matcher, Verdict verdict) {
    Connector connector = new Connector() {};
    ErrorClassifier classifier =
        ErrorClassifier.of(List.of(new ErrorRule(matcher, verdict, "Do this.", "test")));
    return new Storage(name, "test", connector, classifier, DiagnosisTest.class.getClassLoader());
  }

  private final Storage target = storage("target", "sqlstate:23505", Verdict.DATA);
  private final Storage source = storage("source", "message:file is gone", Verdict.PERMANENT);

  @Test
  void of_errorOfASourceDuringAWrite_chargedToTheSource() {
    RuntimeException error =
        new RuntimeException("Job aborted", new IllegalStateException("the FILE is gone"));

    Diagnosis diagnosis = Diagnosis.of(error, List.of(target, source));

    assertThat(diagnosis)
        .isEqualTo(
            new Diagnosis(Verdict.PERMANENT, false, java.util.Optional.of("source"), "Do this."));
  }

  @Test
  void of_chainedSqlException_found() {
    SQLException batch = new SQLException("batch", "HY000");
    batch.setNextException(new SQLException("duplicate", "23505"));

    assertThat(Diagnosis.of(new RuntimeException(batch), List.of(target, source)).storage())
        .hasValue("target");
  }

  @Test
  void of_suppressedAndCyclicCauses_endsAndIsUnknown() {
    RuntimeException first = new RuntimeException("first");
    RuntimeException second = new RuntimeException("second", first);
    first.addSuppressed(second);

    assertThat(Diagnosis.of(first, List.of(target, source)).verdict()).isEqualTo(Verdict.UNKNOWN);
  }
}
