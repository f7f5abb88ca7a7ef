package io.standpipe.config;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** Checking a configuration must be quick: nothing heavy may be on the way. */
class ConfigurationDependenciesTest {
  private static final JavaClasses CONFIG =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.standpipe.config");

  @Test
  void configuration_anyClass_doesNotTouchSpark() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "org.apache.hadoop..", "scala..")
        .check(CONFIG);
  }

  @Test
  void configuration_allButTheSchema_doesWithoutJackson() {
    noClasses()
        .that()
        .doNotHaveSimpleName("JsonSchema")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml..")
        .check(CONFIG);
  }
}
