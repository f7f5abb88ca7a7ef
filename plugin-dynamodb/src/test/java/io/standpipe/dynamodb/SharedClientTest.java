package io.standpipe.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** Who shares a client, and how long it lives. Nothing is asked: no server is needed. */
class SharedClientTest {
  private static Service service(String accessKeyId) {
    return Service.of(
        Configs.fresh().endpoint("http://localhost:1").keys(accessKeyId, Configs.SECRET).build());
  }

  private static DynamoDbClient clientOf(Service service) {
    try (SharedClient.Lease lease = SharedClient.of(service)) {
      return lease.client();
    }
  }

  @Test
  void tables_ofOneService_shareAClient_thatOfOtherKeysIsAnother() {
    try (SharedClient.Lease one = SharedClient.of(service("AKIDSHARED"));
        SharedClient.Lease other = SharedClient.of(service("AKIDOTHER"))) {
      assertThat(clientOf(service("AKIDSHARED"))).isSameAs(one.client());
      assertThat(other.client()).isNotSameAs(one.client());
    }
  }

  @Test
  void client_isKeptForTheNextUser_untilItsStorageIsClosed() {
    Service service = service("AKIDKEPT");
    DynamoDbClient first = clientOf(service);
    assertThat(clientOf(service)).isSameAs(first);
    SharedClient.closeUnused(service);
    assertThat(clientOf(service)).isNotSameAs(first);
  }

  @Test
  void client_thatSomebodyUses_staysOpen_whoeverClosesAStorageOrALeaseTwice() {
    Service service = service("AKIDUSED");
    try (SharedClient.Lease used = SharedClient.of(service)) {
      SharedClient.Lease another = SharedClient.of(service);
      another.close();
      another.close();
      SharedClient.closeUnused(service);
      assertThat(clientOf(service)).isSameAs(used.client());
    }
  }

  @Test
  void client_thatNobodyHasUsedForSomeTime_isClosed() {
    Service service = service("AKIDIDLE");
    DynamoDbClient first = clientOf(service);
    // To ask for it is to use it.
    await()
        .pollDelay(SharedClient.KEPT.plusSeconds(1))
        .pollInterval(SharedClient.KEPT.plusSeconds(1))
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(clientOf(service)).isNotSameAs(first));
  }
}
