package io.standpipe.dynamodb;

import io.standpipe.spi.ConnectorException;
import java.io.IOException;
import java.util.Locale;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A request that DynamoDB refused, or that did not reach it. The message ends with {@code (code X,
 * status N)}, by which {@code errors.tsv} knows it: as text it survives the way from a task to the
 * driver and any class loader.
 */
final class RequestFailure extends ConnectorException {
  private static final long serialVersionUID = 1L;

  /** Codes of failures that are not answers of the service. */
  static final String NETWORK = "NetworkFailure";

  static final String NO_CREDENTIALS = "NoCredentials";
  static final String NO_REGION = "NoRegion";
  static final String CLIENT = "ClientFailure";

  private final String code;

  private RequestFailure(String problem, String remedy, String code, Throwable cause) {
    super(problem, remedy, cause);
    this.code = code;
  }

  /**
   * @param action what was tried, for example {@code read DynamoDB table 'orders'}
   */
  static RequestFailure of(String action, SdkException error) {
    String code = code(error);
    int status = error instanceof AwsServiceException service ? service.statusCode() : 0;
    String problem =
        "cannot " + action + ": " + reason(error) + " (code " + code + ", status " + status + ")";
    String hint = ErrorTable.hint(problem);
    return new RequestFailure(
        problem,
        hint.isEmpty() ? "Repair what the message names, then run again." : hint,
        code,
        root(error) instanceof IOException network ? network : null);
  }

  /** A request that was repeated for as long as allowed and answered with leftovers each time. */
  static RequestFailure unprocessed(String action, int items) {
    String problem =
        "cannot "
            + action
            + ": "
            + items
            + " items of a batch stayed unprocessed (code UnprocessedItems, status 200)";
    return new RequestFailure(problem, ErrorTable.hint(problem), "UnprocessedItems", null);
  }

  String code() {
    return code;
  }

  private static String code(SdkException error) {
    if (error instanceof AwsServiceException service) {
      boolean named =
          service.awsErrorDetails() != null && service.awsErrorDetails().errorCode() != null;
      return named ? service.awsErrorDetails().errorCode() : "HttpError";
    }
    String message = String.valueOf(error.getMessage()).toLowerCase(Locale.ROOT);
    if (message.contains("credential") || message.contains("profile file contained no")) {
      return NO_CREDENTIALS;
    } else if (message.contains("unable to load region")) {
      return NO_REGION;
    } else if (error instanceof ApiCallTimeoutException
        || error instanceof ApiCallAttemptTimeoutException
        || root(error) instanceof IOException) {
      return NETWORK;
    }
    return CLIENT;
  }

  private static String reason(SdkException error) {
    String text =
        error instanceof AwsServiceException service && service.awsErrorDetails() != null
            ? service.awsErrorDetails().errorMessage()
            : error.getMessage();
    Throwable root = root(error);
    if (root instanceof IOException) {
      text = root.getClass().getSimpleName() + ": " + root.getMessage();
    }
    String line = String.valueOf(text == null ? error.getClass().getSimpleName() : text);
    // The SDK goes on with all providers that it has asked, and with the files that it has read.
    return line.strip()
        .replaceFirst("(?s)(:? ProfileFile| AwsCredentialsProviderChain)\\(.*", "")
        .replaceFirst("\\.$", "");
  }

  private static Throwable root(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
    }
    return root;
  }
}
