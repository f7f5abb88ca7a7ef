package io.standpipe.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.standpipe.Platform;
import io.standpipe.repository.ConditionContract;
import io.standpipe.repository.NestedTypesContract;
import io.standpipe.repository.RepositoryContract;
import io.standpipe.repository.StorageContract;
import io.standpipe.spi.SupportsTable;
import io.standpipe.spi.WriteRequest;
import io.standpipe.storage.Storage;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Property;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.codegen.CodeGenerator;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Repositories over the packaged plug-ins, all in one session. */
class RepositoryIT {
  private static final int TABLES = 100;
  private static final AtomicInteger NEXT = new AtomicInteger();
  @TempDir static Path folder;
  private static final Uncompiled UNCOMPILED = new Uncompiled();
  private static EmbeddedPostgres postgres;
  private static Platform platform;

  @BeforeAll
  static void open() throws IOException {
    UNCOMPILED.listen();
    postgres = LocalPostgres.start();
    StringBuilder yaml =
        new StringBuilder(
            """
            spark:
              master: local[2]
              conf: {spark.sql.shuffle.partitions: 2, spark.sql.session.timeZone: Asia/Kolkata}
            storages:
            """);
    for (int i = 0; i < TABLES; i++) {
      yaml.append(
          """
            postgres%1$d: {connector: jdbc, url: "jdbc:postgresql://localhost:%2$d/postgres", user: postgres, table: t%1$d}
            h2%1$d: {connector: jdbc, file: h2/db, table: t%1$d}
            delta%1$d: {connector: delta, path: delta/t%1$d}
          """
              .formatted(i, postgres.getPort()));
    }
    Path configuration = Files.writeString(folder.resolve("standpipe.yaml"), yaml);
    platform = Launcher.platform(configuration);
  }

  @AfterAll
  static void close() throws IOException {
    platform.close();
    postgres.close();
    UNCOMPILED.close();
    assertThat(UNCOMPILED.messages)
        .as("code of Spark that did not see the plug-ins and is interpreted instead")
        .isEmpty();
  }

  /** What Spark generated and could not compile; it only logs that. */
  private static final class Uncompiled extends AbstractAppender {
    private final List<String> messages = new CopyOnWriteArrayList<>();
    private final Logger logger = (Logger) LogManager.getLogger(CodeGenerator.class.getName());

    Uncompiled() {
      super("uncompiled", null, null, false, Property.EMPTY_ARRAY);
    }

    void listen() {
      start();
      logger.addAppender(this);
    }

    void close() {
      logger.removeAppender(this);
    }

    @Override
    public void append(LogEvent event) {
      messages.add(event.getMessage().getFormattedMessage());
    }
  }

  /** Tables of one technology; an upsert into a table that is missing makes it with its key. */
  private record PluginTables(String kind) implements StorageContract.Tables {
    @Override
    public SparkSession session() {
      return platform.withSpark(spark -> spark);
    }

    @Override
    public Storage create(StructType schema, List<String> keys) {
      Storage storage = platform.storages().require(kind + NEXT.getAndIncrement());
      if (keys.isEmpty()) {
        storage.use(
            SupportsTable.class,
            table -> {
              table.create(session(), schema);
              return storage;
            });
      } else {
        WriteRequest request = WriteRequest.upsert(keys.toArray(String[]::new));
        storage.write(session(), session().createDataFrame(List.of(), schema), request);
      }
      return storage;
    }
  }

  @Nested
  class PostgresRepository extends RepositoryContract {
    @Override
    protected Tables tables() {
      return new PluginTables("postgres");
    }
  }

  @Nested
  class PostgresCondition extends ConditionContract {
    @Override
    protected Tables tables() {
      return new PluginTables("postgres");
    }
  }

  @Nested
  class H2Repository extends RepositoryContract {
    @Override
    protected Tables tables() {
      return new PluginTables("h2");
    }
  }

  @Nested
  class H2Condition extends ConditionContract {
    @Override
    protected Tables tables() {
      return new PluginTables("h2");
    }
  }

  @Nested
  class DeltaRepository extends RepositoryContract {
    @Override
    protected Tables tables() {
      return new PluginTables("delta");
    }
  }

  @Nested
  class DeltaCondition extends ConditionContract {
    @Override
    protected Tables tables() {
      return new PluginTables("delta");
    }
  }

  @Nested
  class DeltaNestedTypes extends NestedTypesContract {
    @Override
    protected Tables tables() {
      return new PluginTables("delta");
    }
  }
}
