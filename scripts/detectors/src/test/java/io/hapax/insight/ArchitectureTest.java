package io.hapax.insight;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Instant;

@AnalyzeClasses(packages = "io.hapax.insight", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule INSIGHT_IS_PLAIN_JAVA_BUT_FOR_ITS_FOREST = classes()
            .that()
            .doNotHaveSimpleName("Forest")
            .should()
            .onlyDependOnClassesThat(describe(
                    "are Java's, its own or null marks",
                    type -> type.getPackageName().startsWith("java.")
                            || type.getPackageName().isEmpty()
                            || type.getPackageName().equals("io.hapax.insight")
                            || type.getPackageName().startsWith("org.jspecify")));

    @ArchTest
    static final ArchRule TIME_COMES_IN_THROUGH_PARAMETERS = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");
}
