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
    return merge(user, Map.of(), needs);
  }

  private static SessionSettings merge(
      Map<String, String> user, Map<String, String> submitted, Map<String, SessionNeeds> needs) {
    return SessionSettings.merge(
        new SessionRequest("local[1]", "test", user, submitted),
        needs,
        List.of(),
        SessionSettingsTest.class.getClassLoader());
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

  @Test
  void merge_defaults_areNotRequired() {
    SessionSettings settings =
        merge(
            Map.of("spark.x", "user"),
            needs(
                SessionNeeds.none().withDefault("spark.x", "1").withDefault("spark.y", "1"),
                SessionNeeds.none().withDefault("spark.y", "2")));

    assertThat(settings.conf()).isEqualTo(Map.of("spark.x", "user"));
    assertThat(settings.defaults()).containsEntry("spark.y", "1");
  }

  @Test
  void merge_submittedProperty_winsOverADefault() {
    SessionSettings settings =
        merge(
            Map.of(),
            Map.of("spark.y", "submitted"),
            needs(SessionNeeds.none().withDefault("spark.y", "1"), SessionNeeds.none()));

    assertThat(settings.defaults()).containsOnlyKeys("spark.ui.enabled", "spark.scheduler.mode");
  }

  @Test
  void merge_submittedMaster_winsOverTheConfiguration() {
    SessionSettings settings =
        merge(Map.of(), Map.of("spark.master", "spark://host:7077"), Map.of());

    assertThat(settings.master()).isEqualTo("spark://host:7077");
    assertThat(settings.local()).isFalse();
    assertThat(merge(Map.of(), Map.of()).master()).isEqualTo("local[1]");
  }

  @Test
  void merge_submittedJars_comeBeforeThoseOfTheConfigurationAndOnce() {
    SessionSettings settings =
        merge(
            Map.of("spark.jars", "/own/b.jar, /own/a.jar"),
            Map.of("spark.jars", "file:///submitted/x.jar,/own/a.jar"),
            Map.of());

    assertThat(settings.conf())
        .containsEntry("spark.jars", "file:///submitted/x.jar,/own/a.jar,/own/b.jar");
  }

  @Test
  void merge_submittedExtensions_areKept() {
    SessionSettings settings =
        merge(
            Map.of("spark.sql.extensions", "users.Own"),
            Map.of("spark.sql.extensions", "submitted.One"),
            needs(SessionNeeds.none().withExtension(EXISTING), SessionNeeds.none()));

    assertThat(settings.conf())
        .containsEntry("spark.sql.extensions", "submitted.One,users.Own," + EXISTING);
  }

  @Test
  void merge_submittedPropertyThatNobodyNeeds_isLeftToSpark() {
    SessionSettings settings =
        merge(
            Map.of("spark.x", "configured"),
            Map.of("spark.x", "submitted", "spark.y", "submitted"),
            needs(SessionNeeds.none().withConf("spark.x", "configured"), SessionNeeds.none()));

    assertThat(settings.conf()).containsOnly(Map.entry("spark.x", "configured"));
  }

  @Test
  void merge_submittedPropertyAndStorageDiffer_tellsToChangeTheOptions() {
    assertThatThrownBy(
            () ->
                merge(
                    Map.of(),
                    Map.of("spark.x", "1"),
                    needs(SessionNeeds.none().withConf("spark.x", "2"), SessionNeeds.none())))
        .isInstanceOf(SessionException.class)
        .hasMessage(
            "The Spark session cannot be assembled:\n"
                + "  spark-submit (or a system property) sets spark.x to '1', but storage 'a' (delta) needs '2'. One"
                + " Spark session can have only one value: remove it from the options that the JVM is started with.");
  }

  @Test
  void merge_masterAmongTheProperties_refused() {
    assertThatThrownBy(() -> merge(Map.of("spark.master", "yarn"), Map.of()))
        .isInstanceOf(SessionException.class)
        .hasMessage(
            "The Spark session cannot be assembled:\n"
                + "  'spark.conf' of the configuration sets spark.master. Write it as 'master' of the section 'spark'.");
  }

  @Test
  void withSystemProperties_thoseOfSparkOnly_areTaken() {
    System.setProperty("spark.standpipe.test", "1");
    try {
      SessionRequest request =
          SessionRequest.of("local[1]", "test", Map.of()).withSystemProperties();
      assertThat(request.submitted())
          .containsEntry("spark.standpipe.test", "1")
          .allSatisfy((name, value) -> assertThat(name).startsWith("spark."));
    } finally {
      System.clearProperty("spark.standpipe.test");
    }
  }
}
