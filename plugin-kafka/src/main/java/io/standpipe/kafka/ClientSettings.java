package io.standpipe.kafka;

import io.standpipe.spi.Location;
import io.standpipe.spi.Secret;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;

/** The properties of Kafka's clients that follow from the configuration. */
final class ClientSettings {
  /** Properties that are not for {@code options}. */
  static final Set<String> TYPED =
      Set.of(
          "bootstrap.servers",
          "security.protocol",
          "sasl.mechanism",
          "sasl.jaas.config",
          "ssl.truststore.location",
          "ssl.truststore.password",
          "ssl.keystore.location",
          "ssl.keystore.password",
          "ssl.key.password",
          "acks",
          "enable.idempotence",
          "delivery.timeout.ms",
          "default.api.timeout.ms",
          "max.block.ms",
          "key.serializer",
          "value.serializer",
          "key.deserializer",
          "value.deserializer",
          "auto.offset.reset",
          "enable.auto.commit",
          "group.id",
          "interceptor.classes");

  /** Not one literal: the build renames those that begin so, together with the classes. */
  private static final String PUBLIC_PACKAGE = String.join(".", "org", "apache", "kafka", "");

  private static final String OWN_PACKAGE =
      PlainLoginModule.class.getName().replaceFirst("common\\.security\\.plain\\..*$", "");

  private ClientSettings() {}

  /** For every client: where the brokers are, and how to get in. */
  static Map<String, String> connection(KafkaConfig config) {
    Map<String, String> settings = new LinkedHashMap<>();
    settings.put("bootstrap.servers", config.bootstrapServers());
    boolean sasl = config.user().isPresent() || config.jaas().isPresent();
    settings.put("security.protocol", (sasl ? "SASL_" : "") + (config.tls() ? "SSL" : "PLAINTEXT"));
    settings.put("default.api.timeout.ms", "" + config.timeout().toMillis());
    settings.put("request.timeout.ms", "" + Math.min(30_000, config.timeout().toMillis()));
    config.options().forEach((key, value) -> settings.put(key, ownClasses(value)));
    if (sasl) {
      settings.put("sasl.mechanism", config.saslMechanism().orElse("PLAIN"));
      settings.put("sasl.jaas.config", jaas(config));
    }
    put(settings, "ssl.truststore.location", config.trustStore().map(ClientSettings::file));
    put(settings, "ssl.truststore.password", config.trustStorePassword().map(Secret::reveal));
    put(settings, "ssl.keystore.location", config.keyStore().map(ClientSettings::file));
    put(settings, "ssl.keystore.password", config.keyStorePassword().map(Secret::reveal));
    put(settings, "ssl.key.password", config.keyStorePassword().map(Secret::reveal));
    return settings;
  }

  /** For a producer, which waits for all replicas and adds nothing twice within one attempt. */
  static Map<String, String> producer(KafkaConfig config) {
    Map<String, String> settings = connection(config);
    settings.remove("default.api.timeout.ms");
    settings.put("acks", "all");
    settings.put("enable.idempotence", "true");
    settings.put("max.block.ms", "" + config.timeout().toMillis());
    // Kafka wants it to be at least linger.ms and request.timeout.ms together.
    long least =
        Long.parseLong(settings.get("request.timeout.ms"))
            + Long.parseLong(settings.getOrDefault("linger.ms", "0"));
    settings.put("delivery.timeout.ms", "" + Math.max(least, config.timeout().toMillis()));
    return settings;
  }

  /** Kafka's classes by the names that they have in the plug-in. */
  private static String ownClasses(String text) {
    return text.replace(PUBLIC_PACKAGE, OWN_PACKAGE);
  }

  private static String jaas(KafkaConfig config) {
    if (config.jaas().isPresent()) {
      return ownClasses(config.jaas().get().reveal());
    }
    Class<?> module =
        config.saslMechanism().orElse("PLAIN").startsWith("SCRAM")
            ? ScramLoginModule.class
            : PlainLoginModule.class;
    return module.getName()
        + " required username="
        + quoted(config.user().orElseThrow())
        + " password="
        + quoted(config.password().orElseThrow().reveal())
        + ";";
  }

  private static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static String file(Location location) {
    return location.uri().startsWith("file:")
        ? URI.create(location.uri()).getPath()
        : location.uri();
  }

  private static void put(Map<String, String> settings, String key, Optional<String> value) {
    value.ifPresent(present -> settings.put(key, present));
  }
}
