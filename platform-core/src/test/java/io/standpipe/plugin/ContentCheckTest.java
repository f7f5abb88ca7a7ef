package io.standpipe.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a plug-in JAR may hold. */
class ContentCheckTest extends CatalogFixture {

  private static final String DATA_SOURCES = "org.apache.spark.sql.sources.DataSourceRegister";

  @ParameterizedTest
  @CsvSource({
    "io/standpipe/spi/Connector.class, the connector SPI",
    "io/standpipe/spi/internal/New.class, the connector SPI",
    "META-INF/versions/17/io/standpipe/spi/Connector.class, the connector SPI",
    "scala/Predef.class, the Scala library",
    "scala/Function1.class, the Scala library",
    "scala/collection/Seq.class, the Scala library",
    "org/apache/spark/SparkContext.class, Spark",
    "org/apache/spark/sql/SparkSession.class, Spark",
    "org/slf4j/Logger.class, slf4j",
    "org/slf4j/LoggerFactory.class, slf4j",
    "org/pf4j/Extension.class, pf4j",
    "org/apache/logging/log4j/core/Logger.class, Log4j",
  })
  void scan_bundledApi_isReported(String entry, String label) {
    bad().entry(entry, "x").writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): it bundles what the platform provides: "
            + label
            + " ("
            + entry
            + "). Give these dependencies the scope 'provided' and build the plug-in again.");
  }

  @Test
  void scan_severalBundledApis_areNamedTogether() {
    bad()
        .entry("scala/Option.class", "x")
        .entry("io/standpipe/spi/Connector.class", "x")
        .entry("io/standpipe/spi/ConnectorFactory.class", "x")
        .writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): it bundles what the platform provides: the connector SPI"
            + " (io/standpipe/spi/Connector.class), the Scala library (scala/Option.class). Give"
            + " these dependencies the scope 'provided' and build the plug-in again.");
  }

  @ParameterizedTest
  @CsvSource({
    "scala/compat/java8/FutureConverters.class",
    "org/apache/spark/sql/delta/DeltaLog.class",
    "org/apache/spark/sql/hudi/HoodieSparkSessionExtension.class",
    "org/slf4j/impl/Adapter.class",
    "acme/shaded/scala/Predef.class",
    "acme/shaded/io/standpipe/spi/Connector.class",
    "org/pf4j/notice.txt",
  })
  void scan_ownClassesInApiPackages_areUsable(String entry) {
    bad().entry(entry, "x").writeTo(folder.resolve("bad.jar"));

    assertThat(scan().problems()).isEmpty();
  }

  @Test
  void scan_dataSourceEntryWithoutItsClass_isReported() {
    // The platform has the class, but the plug-in has no business in registering it.
    bad()
        .service(DATA_SOURCES, "acme.Missing", "acme.bad.Factory", "java.lang.String")
        .writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): its service entry META-INF/services/"
            + DATA_SOURCES
            + " names acme.Missing, which is not in the JAR. Build the plug-in with this class, or"
            + " without this line: it would break every format look-up of the session.",
        "Plug-in bad.jar (bad): its service entry META-INF/services/"
            + DATA_SOURCES
            + " names java.lang.String, which is not in the JAR. Build the plug-in with this class,"
            + " or without this line: it would break every format look-up of the session.");
  }

  @Test
  void scan_serviceEntryWithoutItsClass_isReported() {
    bad()
        .service("java.sql.Driver", "acme.GoneDriver # comment")
        .writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): its service entry META-INF/services/java.sql.Driver names"
            + " acme.GoneDriver, which is neither in the JAR nor in the platform. Build the plug-in"
            + " with this class, or without this line.");
  }

  @Test
  void scan_goodServiceEntries_areUsable() {
    bad()
        .service("acme.Service", "# only a comment", "", "acme.bad.Factory  # and one more")
        .service("acme.Other", "java.lang.String", "org.apache.spark.sql.SparkSession")
        .service("acme.Properties", "moduleName=groovy-all", "moduleVersion=2.4")
        .entry("META-INF/services/folder/acme.Service", "acme.Gone")
        .service(DATA_SOURCES, "acme.bad.Multi")
        .manifest("Multi-Release", "true")
        .entry("META-INF/versions/11/acme/bad/Multi.class", "x")
        .writeTo(folder.resolve("bad.jar"));

    assertThat(scan().problems()).isEmpty();
  }

  @Test
  void scan_noExtensionIndex_isReported() {
    bad().without("META-INF/extensions.idx").writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): it has no META-INF/extensions.idx, the list of its extensions."
            + " Annotate the factory with @org.pf4j.Extension, put pf4j on the compiler's"
            + " annotation processor path and build the plug-in again.");
  }

  @Test
  void scan_emptyExtensionIndex_isReported() {
    bad().extensions().writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): its META-INF/extensions.idx, the list of its extensions, is empty."
            + " Annotate the factory with @org.pf4j.Extension, put pf4j on the compiler's"
            + " annotation processor path and build the plug-in again.");
  }

  @Test
  void scan_extensionThatIsNotInTheJar_isReported() {
    bad().extensions("acme.bad.Factory", "acme.bad.Gone").writeTo(folder.resolve("bad.jar"));

    assertRefused(
        "Plug-in bad.jar (bad): its META-INF/extensions.idx names acme.bad.Gone, which is not in"
            + " the JAR. Build the plug-in again from a clean state, with the class in it.");
  }
}
