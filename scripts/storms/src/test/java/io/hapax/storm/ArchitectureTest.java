package io.hapax.storm;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.hapax.storm", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.hapax.storm.(*)..").should().beFreeOfCycles();

    /** A mistake of the apps, or of the driver, must not be the check's own. */
    @ArchTest
    static final ArchRule A_STORM_IS_CHECKED_BY_NOTHING_OF_OURS = classes()
            .that()
            .resideInAPackage("io.hapax.storm.check..")
            .should()
            .onlyDependOnClassesThat(resideOutsideOfPackage("io.hapax..")
                    .or(resideInAnyPackage("io.hapax.storm.check..", "io.hapax.storm.history..")));

    @ArchTest
    static final ArchRule A_HISTORY_KNOWS_NOBODY = classes()
            .that()
            .resideInAPackage("io.hapax.storm.history..")
            .should()
            .onlyDependOnClassesThat(
                    resideOutsideOfPackage("io.hapax..").or(resideInAPackage("io.hapax.storm.history..")));
}
