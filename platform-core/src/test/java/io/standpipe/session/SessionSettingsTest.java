package io.standpipe.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.standpipe.spi.SessionNeeds;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SessionSettingsTest {
  private static final String EXISTING = "org.apache.spark.sql.SparkSessionExtensions";

  private static SessionSettings merge(Map<String, String> user, Map<String, SessionNeeds> needs) {
    return SessionSettings.merge(
        "local[1]", "test", user, needs, List.of(), SessionSettingsTest.class.getClassLoader());
  }

  private static Map<String, SessionNeeds> needs(SessionNeeds first, SessionNeeds second) {
    Map<String, SessionNeeds> needs = new LinkedHashMap<>();
    needs.put("storage 'a' (delta)", first);
    needs.put("storage 'b' (hudi)", second);
    return needs;
  }

  @Test
  void merge_extensionsOfAll_joinedOnce() {
    SessionNeeds same = SessionNeeds.none().withExtension(EXISTING);

    SessionSettings settings =
        merge(
            Map.of("spark.sql.extensions", "users.Own"),
            needs(same, same.withConf("spark.x", "1")));

    assertThat(settings.conf())
        .containsEntry("spark.sql.extensions", "users.Own," + EXISTING)
        .containsEntry("spark.x", "1");
  }

  @Test
  void merge_twoStoragesSetOnePropertyDifferently_namesBoth() {
    assertThatThrownBy(
            () ->
                merge(
                    Map.of(),
                    needs(
                        SessionNeeds.none().withConf("spark.serializer", "A"),
                        SessionNeeds.none().withConf("spark.serializer", "B"))))
        .isInstanceOf(SessionException.class)
        .hasMessage(
            "The Spark session cannot be assembled:\n"
                + "  storage 'a' (delta) sets spark.serializer to 'A', but storage 'b' (hudi) needs 'B'. One Spark session can"
                + " have only one value: use the two storages in separate runs.");
  }

  @Test
  void merge_twoOwnersOfOneCatalog_refused() {
    assertThatThrownBy(
            () ->
                merge(
                    Map.of(),
                    needs(
                        SessionNeeds.none().withCatalog("spark_catalog", "java.lang.String"),
                        SessionNeeds.none().withCatalog("spark_catalog", "java.lang.Integer"))))
        .hasMessageContaining(
            "storage 'a' (delta) sets spark.sql.catalog.spark_catalog to 'java.lang.String'")
        .hasMessageContaining("storage 'b' (hudi) needs 'java.lang.Integer'");
  }

  @Test
  void merge_userAndStorageDiffer_tellsToChangeTheConfiguration() {
    assertThatThrownBy(
            () ->
                merge(
                    Map.of("spark.x", "1"),
                    needs(SessionNeeds.none().withConf("spark.x", "2"), SessionNeeds.none())))
        .hasMessageContaining(
            "'spark.conf' of the configuration sets spark.x to '1', but storage 'a' (delta) needs '2'. One Spark session can"
                + " have only one value: remove it from the configuration.");
  }

  @Test
  void merge_extensionClassMissing_refusedInsteadOfIgnored() {
    assertThatThrownBy(
            () ->
                merge(
                    Map.of(),
                    needs(
                        SessionNeeds.none().withExtension("no.such.Extension"),
                        SessionNeeds.none())))
        .hasMessageContaining(
            "storage 'a' (delta) needs the session extension no.such.Extension, which cannot be loaded");
  }
}
