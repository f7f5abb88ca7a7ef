package io.standpipe.cassandra;

import io.standpipe.spi.Description;

/** How many replicas must have answered. */
public enum Consistency {
  @Description("One replica in any data center.")
  ONE,
  @Description("Two replicas.")
  TWO,
  @Description("Three replicas.")
  THREE,
  @Description("Most replicas of all data centers.")
  QUORUM,
  @Description("All replicas.")
  ALL,
  @Description("One replica in the local data center.")
  LOCAL_ONE,
  @Description("Most replicas in the local data center.")
  LOCAL_QUORUM,
  @Description("Most replicas in each data center; for writes only.")
  EACH_QUORUM
}
