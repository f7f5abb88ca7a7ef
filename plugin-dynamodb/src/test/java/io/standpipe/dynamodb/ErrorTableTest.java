package io.standpipe.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.spi.ConnectorException;
import io.standpipe.spi.ErrorRule;
import io.standpipe.spi.Verdict;
import java.net.ConnectException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;

/** Every row of the error table, with the error as the service or the SDK makes it. */
class ErrorTableTest {

  private static Map<Throwable, Verdict> cases() {
    Map<Throwable, Verdict> cases = new LinkedHashMap<>();
    add(
        cases,
        Verdict.THROTTLED,
        "ProvisionedThroughputExceededException ThrottlingException Throttling ThrottledException"
            + " RequestThrottledException RequestThrottled TooManyRequestsException"
            + " RequestLimitExceeded BandwidthLimitExceeded SlowDown LimitExceededException"
            + " TransactionInProgressException");
    add(cases, Verdict.CONFLICT, "TransactionConflictException ReplicatedWriteConflictException");
    add(cases, Verdict.DATA, "ItemCollectionSizeLimitExceededException DuplicateItemException");
    add(
        cases,
        Verdict.PERMANENT,
        "ConditionalCheckFailedException ValidationException IdempotentParameterMismatchException"
            + " ResourceInUseException ResourceNotFoundException AccessDeniedException AccessDenied"
            + " IncompleteSignatureException MissingAuthenticationTokenException"
            + " MissingAuthenticationToken UnrecognizedClientException InvalidSignatureException"
            + " InvalidClientTokenId ExpiredTokenException ExpiredToken");
    add(
        cases,
        Verdict.TRANSIENT,
        "RequestTimeTooSkewed RequestExpired RequestInTheFuture InternalServerError"
            + " InternalServerErrorException ServiceUnavailable RequestTimeout"
            + " RequestTimeoutException PriorRequestNotComplete");
    for (int status : new int[] {500, 502, 503, 504}) {
      cases.put(service("Unheard", status, "x"), Verdict.TRANSIENT);
    }
    cases.put(cancelled("None, ConditionalCheckFailed"), Verdict.PERMANENT);
    cases.put(cancelled("None, ValidationError"), Verdict.DATA);
    cases.put(cancelled("ItemCollectionSizeLimitExceeded"), Verdict.DATA);
    cases.put(cancelled("None, TransactionConflict"), Verdict.CONFLICT);
    cases.put(cancelled("ProvisionedThroughputExceeded"), Verdict.THROTTLED);
    cases.put(cancelled("ThrottlingError"), Verdict.THROTTLED);
    cases.put(
        client("Unable to execute HTTP request", new ConnectException("no")), Verdict.TRANSIENT);
    cases.put(RequestFailure.of("x", ApiCallTimeoutException.create(10)), Verdict.TRANSIENT);
    cases.put(
        client("Unable to load credentials from any of the providers", null), Verdict.PERMANENT);
    cases.put(client("Unable to load region from any of the providers", null), Verdict.PERMANENT);
    cases.put(RequestFailure.unprocessed("write to x", 3), Verdict.THROTTLED);
    cases.put(new BadRow("no", "Do."), Verdict.DATA);
    cases.put(new Refusal("no", "Do."), Verdict.PERMANENT);
    cases.put(task(new BadRow("no", "Do.")), Verdict.DATA);
    cases.put(task(new Refusal("no", "Do.")), Verdict.PERMANENT);
    return cases;
  }

  private static void add(Map<Throwable, Verdict> cases, Verdict verdict, String codes) {
    for (String code : codes.split(" ")) {
      cases.put(service(code, 400, "x"), verdict);
    }
  }

  private static ConnectorException service(String code, int status, String message) {
    return RequestFailure.of(
        "read x",
        (DynamoDbException)
            DynamoDbException.builder()
                .statusCode(status)
                .awsErrorDetails(
                    AwsErrorDetails.builder().errorCode(code).errorMessage(message).build())
                .build());
  }

  private static ConnectorException cancelled(String reasons) {
    return service(
        "TransactionCanceledException",
        400,
        "Transaction cancelled, please refer cancellation reasons for specific reasons ["
            + reasons
            + "]");
  }

  private static ConnectorException client(String message, Throwable cause) {
    return RequestFailure.of("read x", SdkClientException.create(message, cause));
  }

  /** As a failure comes from a task whose exception could not be sent. */
  private static Throwable task(Throwable error) {
    return new SparkException("Job aborted due to stage failure: Lost task 0.0: " + error, null);
  }

  @TestFactory
  Stream<DynamicTest> error_ofEachRow_hasItsVerdict() {
    return cases().entrySet().stream()
        .map(
            entry ->
                DynamicTest.dynamicTest(
                    String.valueOf(entry.getKey().getMessage()),
                    () -> {
                      assertThat(rule(entry.getKey()).verdict()).isEqualTo(entry.getValue());
                      // The same as text from a task.
                      assertThat(rule(task(entry.getKey())).verdict()).isEqualTo(entry.getValue());
                    }));
  }

  private static ErrorRule rule(Throwable error) {
    return ErrorTable.CLASSIFIER.classify(error).orElseThrow();
  }

  @Test
  void rows_allHaveACaseAndASource() {
    Set<ErrorRule> unused = new HashSet<>(ErrorTable.RULES);
    cases().keySet().forEach(error -> unused.remove(rule(error)));
    assertThat(unused).isEmpty();
    assertThat(ErrorTable.RULES).noneMatch(rule -> rule.source().isBlank());
    List<String> matchers = ErrorTable.RULES.stream().map(ErrorRule::matcher).toList();
    assertThat(matchers).doesNotHaveDuplicates();
  }

  @Test
  void error_ofSomebodyElse_isNotClassified() {
    assertThat(ErrorTable.CLASSIFIER.classify(new IllegalStateException("code x"))).isEmpty();
  }
}
