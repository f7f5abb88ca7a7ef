package io.standpipe.kafka;

import io.standpipe.spi.Default;
import io.standpipe.tck.server.SecureKafkaServer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The Spark session and the broker of all tests, and configurations of topics in it. */
final class Spark {
  static final SparkSession SESSION = build();

  /** Each test has topics of its own. */
  static final SecureKafkaServer SERVER = SecureKafkaServer.start();

  private Spark() {}

  private static SparkSession build() {
    SparkSession session =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "Europe/Warsaw")
            .getOrCreate();
    session.sparkContext().setLogLevel("OFF");
    return session;
  }

  static Dataset<Row> sql(String text) {
    return SESSION.sql(text);
  }

  /** The rows as JSON, sorted. */
  static List<String> sorted(Dataset<Row> rows) {
    return rows.toJSON().collectAsList().stream().sorted().toList();
  }

  static String newTopic() {
    return "t-" + UUID.randomUUID();
  }

  /** Options by name, all others at their defaults; the plain listener of {@link #SERVER}. */
  static KafkaConfig config(Map<String, Object> options) {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("bootstrapServers", SERVER.bootstrapServers());
    all.putAll(options);
    return bare(all);
  }

  static KafkaConfig bare(Map<String, Object> options) {
    RecordComponent[] components = KafkaConfig.class.getRecordComponents();
    Object[] values =
        Arrays.stream(components).map(component -> value(component, options)).toArray();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    try {
      return KafkaConfig.class.getDeclaredConstructor(types).newInstance(values);
    } catch (InvocationTargetException e) {
      throw (RuntimeException) e.getCause();
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static Object value(RecordComponent component, Map<String, Object> options) {
    Object given = options.get(component.getName());
    Class<?> type = component.getType();
    if (type == Optional.class) {
      Class<?> inner =
          (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
      return Optional.ofNullable(given).map(inner::cast);
    }
    if (given != null) {
      return given;
    }
    if (type == List.class) {
      return List.of();
    }
    if (type == Map.class) {
      return Map.of();
    }
    Default fallback = component.getAnnotation(Default.class);
    return fallback == null ? null : parsed(fallback.value(), type);
  }

  private static Object parsed(String text, Class<?> type) {
    if (type == Format.class) {
      return Format.valueOf(text.toUpperCase(java.util.Locale.ROOT));
    } else if (type == Malformed.class) {
      return Malformed.valueOf(text.toUpperCase(java.util.Locale.ROOT));
    } else if (type == Duration.class) {
      return Duration.parse("PT" + text);
    } else if (type == int.class) {
      return Integer.valueOf(text);
    } else if (type == boolean.class) {
      return Boolean.valueOf(text);
    }
    return text;
  }
}
