package io.standpipe.dynamodb;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The client of a {@link Service} in this JVM, on the driver as on an executor. Making one takes
 * milliseconds, and its connections, TLS sessions and temporary credentials are its own: so those
 * who reach DynamoDB in the same way share one. It is closed some seconds after the last of them
 * has gone, with the secrets that it holds. Thread-safe.
 */
final class SharedClient {
  /** How long a client without users is kept: from one call or task to the next. */
  static final Duration KEPT = Duration.ofSeconds(3);

  private static final Executor LATER =
      CompletableFuture.delayedExecutor(KEPT.toMillis(), TimeUnit.MILLISECONDS);

  /** Guards all fields of all clients. */
  private static final Map<Service, SharedClient> OPEN = new HashMap<>();

  /** A user's hold on a client. To close it a second time does nothing. */
  static final class Lease implements AutoCloseable {
    private final SharedClient shared;
    private final AtomicBoolean closed = new AtomicBoolean();

    private Lease(SharedClient shared) {
      this.shared = shared;
    }

    DynamoDbClient client() {
      return shared.connection.client();
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        shared.release();
      }
    }
  }

  private final Service service;
  private final Service.Connection connection;
  private int users;
  private long leases;

  private SharedClient(Service service) {
    this.service = service;
    this.connection = service.connect();
  }

  /**
   * A lease of the service's client, which is opened if there is none.
   *
   * @throws software.amazon.awssdk.core.exception.SdkException without region or credentials
   */
  static Lease of(Service service) {
    synchronized (OPEN) {
      SharedClient shared = OPEN.computeIfAbsent(service, SharedClient::new);
      shared.users++;
      shared.leases++;
      return new Lease(shared);
    }
  }

  /** Closes the service's client now, unless somebody uses it. */
  static void closeUnused(Service service) {
    synchronized (OPEN) {
      SharedClient shared = OPEN.get(service);
      if (shared != null) {
        shared.closeUnlessUsedAfter(shared.leases);
      }
    }
  }

  private void release() {
    synchronized (OPEN) {
      users--;
      if (users == 0) {
        long last = leases;
        LATER.execute(() -> closeUnlessUsedAfter(last));
      }
    }
  }

  private void closeUnlessUsedAfter(long lease) {
    synchronized (OPEN) {
      if (users == 0 && leases == lease && OPEN.remove(service, this)) {
        connection.close();
      }
    }
  }
}
