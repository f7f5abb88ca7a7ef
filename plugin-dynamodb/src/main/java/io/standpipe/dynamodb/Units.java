package io.standpipe.dynamodb;

/** How many capacity units a read or write may use in a second, all its tasks together. */
final class Units {
  private Units() {}

  /** For a read on this way; 0 without limit. */
  static double ofRead(DynamoDbConfig config, TableInfo.Path path) {
    return config
        .readFraction()
        .map(share -> share * provisioned(config, "read", path.readUnits()))
        .orElseGet(() -> config.readUnits().orElse(0).doubleValue());
  }

  /** For a write; 0 without limit. */
  static double ofWrite(DynamoDbConfig config, TableInfo table) {
    return config
        .writeFraction()
        .map(share -> share * provisioned(config, "write", table.writeUnits()))
        .orElseGet(() -> config.writeUnits().orElse(0).doubleValue());
  }

  private static long provisioned(DynamoDbConfig config, String what, long units) {
    if (units == 0) {
      throw new Refusal(
          "cannot use '" + what + "Fraction' for " + config.label() + ": its capacity is on demand",
          "Set '" + what + "Units' instead.");
    }
    return units;
  }
}
