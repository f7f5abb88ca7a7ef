package io.standpipe.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.standpipe.spi.StandpipeException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The directions of imports: cli, core, spi, plug-ins. */
class ArchitectureTest {
  private static JavaClasses module(String name) {
    JavaClasses classes =
        new ClassFileImporter().importPath(Path.of("..", name, "target", "classes"));
    if (classes.isEmpty()) {
      throw new AssertionError("module " + name + " is not built");
    }
    return classes;
  }

  @Test
  void spi_dependsOn_sparkPf4jAndValidationOnly() {
    classes()
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "io.standpipe.spi..",
            "java..",
            "javax.validation..",
            "org.pf4j..",
            "org.apache.spark..",
            "scala..")
        .check(module("spi"));
  }

  @Test
  void core_namesNoTechnologyAndNoUpperLayer() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.standpipe.cli..",
            "io.standpipe.jdbc..",
            "io.standpipe.delta..",
            "io.standpipe.cassandra..",
            "io.standpipe.hudi..",
            "io.standpipe.kafka..",
            "org.postgresql..",
            "org.h2..",
            "io.delta..",
            "org.apache.hudi..",
            "com.datastax..",
            "org.apache.kafka..")
        .check(module("platform-core"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"spi", "platform-core", "cli"})
  void publicExceptions_haveOneRoot(String name) {
    classes()
        .that()
        .areAssignableTo(Throwable.class)
        .and()
        .arePublic()
        .should()
        .beAssignableTo(StandpipeException.class)
        .allowEmptyShould(true)
        .check(module(name));
  }

  /** Users get an exception that says what to do, and from which the exit code follows. */
  @Test
  void commandsAndRunFolders_throwNoBareExceptions() {
    DescribedPredicate<JavaAccess<?>> bare =
        JavaAccess.Predicates.targetOwner(
            JavaClass.Predicates.equivalentTo(IllegalArgumentException.class)
                .or(JavaClass.Predicates.equivalentTo(IllegalStateException.class))
                .or(JavaClass.Predicates.equivalentTo(UncheckedIOException.class)));
    noClasses().should().callConstructorWhere(bare).check(module("cli"));
    noClasses()
        .that()
        .haveSimpleNameStartingWith("Replay")
        .or()
        .haveSimpleNameStartingWith("RunJournal")
        .or()
        .haveSimpleNameStartingWith("RunFolder")
        .should()
        .callConstructorWhere(bare)
        .check(module("platform-core"));
  }

  @Test
  void core_packages_haveNoCycles() {
    slices()
        .matching("io.standpipe.(*)..")
        .should()
        .beFreeOfCycles()
        .check(module("platform-core"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"jdbc", "delta", "cassandra", "dynamodb", "hudi", "kafka"})
  void plugin_seesOfThePlatform_theSpiOnly(String name) {
    classes()
        .that()
        .resideInAPackage("io.standpipe." + name + "..")
        .should()
        .onlyDependOnClassesThat(
            com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage(
                    "io.standpipe..")
                .or(
                    com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage(
                        "io.standpipe.spi..", "io.standpipe." + name + "..")))
        .check(module("plugin-" + name));
  }
}
