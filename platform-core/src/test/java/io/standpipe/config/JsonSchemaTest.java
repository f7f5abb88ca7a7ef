package io.standpipe.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import io.standpipe.spi.DataSize;
import io.standpipe.spi.Default;
import io.standpipe.spi.Description;
import io.standpipe.spi.Location;
import io.standpipe.spi.Secret;
import io.standpipe.spi.WriteMode;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.validation.constraints.Max;
import javax.validation.constraints.Min;
import javax.validation.constraints.NotBlank;
import javax.validation.constraints.NotEmpty;
import javax.validation.constraints.Pattern;
import javax.validation.constraints.Positive;
import javax.validation.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemaTest {

  @Description("A database table.")
  record Database(
      @Description("JDBC URL.") @NotBlank @Pattern(regexp = "jdbc:.+") String url,
      Optional<Secret> password,
      @Default("5432") @Min(1) @Max(65535) int port,
      @Default("append") WriteMode mode,
      @Default("10s") Duration timeout,
      @Default("true") boolean tls,
      Optional<DataSize> buffer,
      Optional<Instant> since,
      @Positive Optional<BigDecimal> ratio,
      @Size(max = 2) List<@NotBlank String> keys,
      Map<String, Integer> weights,
      Optional<Pool> pool,
      SourcePosition position) {}

  record Pool(int size) {}

  record Files(@Description("Where the files are.") Location path, @NotEmpty List<String> names) {}

  private static final JsonSchema SCHEMA =
      JsonSchema.ofConfiguration(Map.of("jdbc", Database.class, "file", Files.class));

  @Test
  void ofConfiguration_goodConfiguration_passes() {
    assertThat(
            validate(
                """
                x-own: anything
                spark:
                  master: local[2]
                  conf: {spark.sql.shuffle.partitions: 8, spark.ui.enabled: false}
                plugins:
                  directories: [extra]
                  trusted: {jdbc: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}
                storages:
                  warehouse:
                    connector: jdbc
                    url: jdbc:postgresql://db/x
                    password: ${file:/run/secrets/pg}
                    port: 5433
                    mode: upsert
                    timeout: 500ms
                    tls: false
                    buffer: 64MB
                    since: "2024-01-31T12:00:00Z"
                    ratio: 0.5
                    keys: [a, b]
                    weights: {a: 1}
                    pool: {size: 4}
                  references:
                    connector: jdbc
                    url: ${env:URL}
                    port: ${env:PORT:-5432}
                    mode: ${env:MODE}
                    timeout: ${env:TIMEOUT}
                    tls: ${env:TLS}
                    weights: {a: "${env:WEIGHT}"}
                    pool: {size: "${env:SIZE}"}
                  elsewhere:
                    connector: ${env:TYPE}
                    url: x
                  flights:
                    connector: file
                    path: data/*.json
                    names: [1, x]
                """))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sparc: {}",
        "spark: {mastr: x}",
        "spark: {master: [x]}",
        "plugins: {trusted: {jdbc: abc}}",
        "storages: {a b: {connector: file, path: x, names: [x]}}",
        "storages: {a: {path: x, names: [x]}}",
        "storages: {a: {connector: fiel, path: x, names: [x]}}",
        "storages: {a: {connector: file, names: [x]}}",
        "storages: {a: {connector: file, path: x}}",
        "storages: {a: {connector: file, path: x, names: []}}",
        "storages: {a: {connector: file, path: x, names: [x], url: y}}",
        "storages: {a: {connector: file, path: 5, names: [x]}}",
        "storages: {a: {connector: jdbc, url: 'http:x'}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', port: 0}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', port: 70000}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', port: '5432'}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', port: 1.5}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', mode: apend}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', timeout: 10}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', timeout: 10x}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', tls: 'yes'}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', buffer: 64}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', ratio: 0}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', keys: [a, b, c]}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', keys: ['']}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', keys: a}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', weights: {a: b}}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', pool: {}}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', pool: {size: 1, sizes: 2}}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', password: {a: b}}}",
        "storages: {a: {connector: jdbc, url: 'jdbc:x', position: x}}",
      })
  void ofConfiguration_badConfiguration_fails(String yaml) {
    assertThat(validate(yaml)).isNotEmpty();
  }

  @Test
  void ofConfiguration_noConnectors_isStillASchema() {
    JsonSchema schema = JsonSchema.ofConfiguration(Map.of());

    assertThat(validate(schema, "spark: {appName: x}")).isEmpty();
  }

  @Test
  void of_record_describesItsOptions() throws IOException {
    JsonNode schema = new ObjectMapper().readTree(JsonSchema.of(Database.class).toJson());

    assertThat(schema.path("$schema").asText())
        .isEqualTo("https://json-schema.org/draft/2020-12/schema");
    assertThat(schema.path("description").asText()).isEqualTo("A database table.");
    assertThat(schema.path("required")).hasToString("[\"url\"]");
    assertThat(schema.path("additionalProperties").asBoolean(true)).isFalse();
    JsonNode properties = schema.path("properties");
    assertThat(properties.path("password"))
        .hasToString(
            "{\"type\":[\"string\",\"number\",\"boolean\"],\"format\":\"password\",\"writeOnly\":true}");
    assertThat(properties.path("port"))
        .hasToString(
            "{\"anyOf\":[{\"type\":\"integer\",\"minimum\":1,\"maximum\":65535},"
                + "{\"$ref\":\"#/$defs/reference\"}],\"default\":5432}");
    assertThat(properties.path("tls").path("default").isBoolean()).isTrue();
    assertThat(properties.path("timeout").path("default").asText()).isEqualTo("10s");
    assertThat(properties.path("url").path("description").asText()).isEqualTo("JDBC URL.");
    assertThat(properties.has("position")).isFalse();
  }

  @Test
  void of_record_validatesOnItsOwn() {
    JsonSchema schema = JsonSchema.of(Files.class);

    assertThat(validate(schema, "{path: x, names: [a]}")).isEmpty();
    assertThat(validate(schema, "{path: x, names: [a], more: 1}")).isNotEmpty();
  }

  @Test
  void ofConfiguration_schema_isValidItself() {
    Set<ValidationMessage> messages =
        JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
            .getSchema(
                com.networknt.schema.SchemaLocation.of(
                    "https://json-schema.org/draft/2020-12/schema"))
            .validate(SCHEMA.toJson(), InputFormat.JSON);

    assertThat(messages).isEmpty();
  }

  private static Set<ValidationMessage> validate(String yaml) {
    return validate(SCHEMA, yaml);
  }

  private static Set<ValidationMessage> validate(JsonSchema schema, String yaml) {
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(schema.toJson())
        .validate(yaml, InputFormat.YAML);
  }
}
