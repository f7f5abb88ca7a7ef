package io.standpipe.storage;

import io.standpipe.spi.Connector;
import io.standpipe.spi.SupportsChangeFeed;
import io.standpipe.spi.SupportsDelete;
import io.standpipe.spi.SupportsHealthCheck;
import io.standpipe.spi.SupportsHistory;
import io.standpipe.spi.SupportsIdempotentAppend;
import io.standpipe.spi.SupportsMaintenance;
import io.standpipe.spi.SupportsRead;
import io.standpipe.spi.SupportsReplaceWhere;
import io.standpipe.spi.SupportsRowIsolation;
import io.standpipe.spi.SupportsSchema;
import io.standpipe.spi.SupportsStreamRead;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.SupportsTimeTravel;
import io.standpipe.spi.SupportsUpdate;
import io.standpipe.spi.SupportsUpsert;
import io.standpipe.spi.SupportsWrite;
import java.util.EnumSet;
import java.util.Set;

/** Something that a storage can do, derived from the interfaces that its connector implements. */
public enum Ability {
  READ("read", SupportsRead.class),
  STREAM_READ("stream read", SupportsStreamRead.class),
  WRITE("write", SupportsWrite.class),
  IDEMPOTENT_APPEND("idempotent append", SupportsIdempotentAppend.class),
  REPLACE_WHERE("overwrite by condition", SupportsReplaceWhere.class),
  UPSERT("upsert", SupportsUpsert.class),
  DELETE("delete", SupportsDelete.class),
  UPDATE("update", SupportsUpdate.class),
  ROW_ISOLATION("row isolation", SupportsRowIsolation.class),
  TIME_TRAVEL("time travel", SupportsTimeTravel.class),
  CHANGE_FEED("change feed", SupportsChangeFeed.class),
  HISTORY("history", SupportsHistory.class),
  MAINTENANCE("maintenance", SupportsMaintenance.class),
  TABLE("create and drop", SupportsTable.class),
  SCHEMA("schema without Spark", SupportsSchema.class),
  HEALTH_CHECK("health check", SupportsHealthCheck.class);

  private final String label;
  private final Class<? extends Connector> type;

  Ability(String label, Class<? extends Connector> type) {
    this.label = label;
    this.type = type;
  }

  /** The name shown to people. */
  public String label() {
    return label;
  }

  /** The SPI interface that stands for the ability. */
  public Class<? extends Connector> type() {
    return type;
  }

  /** The ability that an SPI interface stands for. */
  static Ability of(Class<? extends Connector> type) {
    for (Ability ability : values()) {
      if (ability.type == type) {
        return ability;
      }
    }
    throw new IllegalArgumentException(type + " is no ability of the SPI");
  }

  /** The abilities of a connector class. */
  public static Set<Ability> ofType(Class<? extends Connector> connectorType) {
    EnumSet<Ability> abilities = EnumSet.noneOf(Ability.class);
    for (Ability ability : values()) {
      if (ability.type.isAssignableFrom(connectorType)) {
        abilities.add(ability);
      }
    }
    return abilities;
  }
}
