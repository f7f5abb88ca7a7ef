package io.standpipe.dynamodb;

import io.standpipe.spi.Secret;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.profiles.ProfileFile;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.auth.StsAssumeRoleCredentialsProvider;

/**
 * Where DynamoDB is, and who asks. All that a client depends on: who agrees in it shares one, see
 * {@link SharedClient}. Tasks get it with their code, so the secrets are plain here; they are in no
 * plan, and {@link #toString} hides them. An option that is not set is empty.
 */
record Service(
    String region,
    String endpoint,
    String profile,
    String accessKeyId,
    String secretAccessKey,
    String sessionToken,
    String roleArn,
    Duration requestTimeout)
    implements Serializable {

  static Service of(DynamoDbConfig config) {
    return new Service(
        config.region().orElse(""),
        config.endpoint().orElse(""),
        config.profile().orElse(""),
        config.accessKeyId().orElse(""),
        config.secretAccessKey().map(Secret::reveal).orElse(""),
        config.sessionToken().map(Secret::reveal).orElse(""),
        config.roleArn().orElse(""),
        config.requestTimeout());
  }

  /** The same, but a request waits no longer than this. */
  Service within(Duration timeout) {
    return new Service(
        region,
        endpoint,
        profile,
        accessKeyId,
        secretAccessKey,
        sessionToken,
        roleArn,
        timeout.compareTo(requestTimeout) < 0 ? timeout : requestTimeout);
  }

  /** A client, and what its credentials come from; closed together. */
  record Connection(DynamoDbClient client, Credentials credentials) implements AutoCloseable {
    @Override
    public void close() {
      client.close();
      credentials.close();
    }
  }

  /**
   * Opens a client. Its own retries are off: {@link Calls} repeats requests.
   *
   * @throws SdkException without region or credentials
   */
  Connection connect() {
    Credentials credentials = credentials();
    try {
      DynamoDbClient client =
          configured(DynamoDbClient.builder())
              .credentialsProvider(credentials.provider())
              .httpClientBuilder(http())
              .build();
      return new Connection(client, credentials);
    } catch (SdkException e) {
      credentials.close();
      throw e;
    }
  }

  /** Where credentials come from, and what has to be closed with it. */
  record Credentials(AwsCredentialsProvider provider, AutoCloseable owned)
      implements AutoCloseable {
    @Override
    public void close() {
      try {
        owned.close();
      } catch (Exception e) {
        throw new IllegalStateException("cannot close the credentials' client", e);
      }
    }
  }

  private Credentials credentials() {
    AwsCredentialsProvider own = ownCredentials();
    if (roleArn.isEmpty()) {
      return new Credentials(own, own instanceof AutoCloseable owned ? owned : () -> {});
    }
    StsClient sts =
        withRegion(StsClient.builder()).credentialsProvider(own).httpClientBuilder(http()).build();
    StsAssumeRoleCredentialsProvider role =
        StsAssumeRoleCredentialsProvider.builder()
            .stsClient(sts)
            .refreshRequest(request -> request.roleArn(roleArn).roleSessionName("standpipe"))
            .build();
    return new Credentials(
        role,
        () -> {
          role.close();
          sts.close();
          if (own instanceof AutoCloseable owned) {
            owned.close();
          }
        });
  }

  private AwsCredentialsProvider ownCredentials() {
    if (!accessKeyId.isEmpty()) {
      return StaticCredentialsProvider.create(
          sessionToken.isEmpty()
              ? AwsBasicCredentials.create(accessKeyId, secretAccessKey)
              : AwsSessionCredentials.create(accessKeyId, secretAccessKey, sessionToken));
    } else if (!profile.isEmpty()) {
      return ProfileCredentialsProvider.builder()
          .profileName(profile)
          .profileFile(ProfileFile.defaultProfileFile())
          .build();
    }
    return DefaultCredentialsProvider.builder().build();
  }

  /** Timeouts of the SDK itself would interrupt the task's thread: those of its sockets do not. */
  private UrlConnectionHttpClient.Builder http() {
    return UrlConnectionHttpClient.builder()
        .connectionTimeout(requestTimeout)
        .socketTimeout(requestTimeout);
  }

  private <B extends AwsClientBuilder<B, C>, C> B configured(B builder) {
    if (!endpoint.isEmpty()) {
      builder.endpointOverride(URI.create(endpoint));
    }
    return withRegion(builder);
  }

  private <B extends AwsClientBuilder<B, C>, C> B withRegion(B builder) {
    if (!region.isEmpty()) {
      builder.region(Region.of(region));
    } else if (!endpoint.isEmpty()) {
      // Another server needs a region for its signatures only.
      builder.region(Region.US_EAST_1);
    }
    return builder.overrideConfiguration(
        override -> {
          override.retryStrategy(DefaultRetryStrategy.doNotRetry());
          if (!profile.isEmpty()) {
            override.defaultProfileName(profile);
          }
        });
  }

  @Override
  public String toString() {
    return "Service[" + region + " " + endpoint + "]";
  }
}
