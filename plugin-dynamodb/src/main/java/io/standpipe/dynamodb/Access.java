package io.standpipe.dynamodb;

import java.io.Serializable;
import java.time.Duration;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * How a table is reached, on the driver and in tasks.
 *
 * @param label how messages name the table
 * @param retryFor how long a request is repeated without progress
 */
record Access(Service service, String label, Duration retryFor) implements Serializable {

  static Access of(DynamoDbConfig config) {
    return new Access(Service.of(config), config.label(), config.retryFor());
  }

  /** The same, but a request waits and is repeated for no longer than this. */
  Access within(Duration timeout) {
    return new Access(service.within(timeout), label, Duration.ZERO);
  }

  /**
   * Gets hold of a client, which is opened if there is none.
   *
   * @throws RequestFailure without region or credentials
   */
  Calls open() {
    try {
      return new Calls(SharedClient.of(service), this);
    } catch (SdkException e) {
      throw RequestFailure.of("reach " + label, e);
    }
  }
}
