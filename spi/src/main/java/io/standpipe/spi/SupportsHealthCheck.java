package io.standpipe.spi;

import java.time.Duration;

/** A storage that can be asked whether it answers, without Spark. */
public interface SupportsHealthCheck extends Connector {

  /**
   * Returns a short description of what answered, for example {@code PostgreSQL 16.4, table
   * public.flights}.
   *
   * @param timeout how long to wait at most
   * @throws ConnectorException if nothing answers, the credentials are refused, or the configured
   *     object is missing
   */
  String ping(Duration timeout);
}
