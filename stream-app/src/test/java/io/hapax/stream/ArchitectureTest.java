package io.hapax.stream;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.hapax.stream", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_RULE_IS_PLAIN_JAVA = classes()
            .that()
            .resideInAPackage("..decision..")
            .should()
            .onlyDependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                    "are Java's, the rule's own, a payment key, currencies or null marks",
                    type -> type.getPackageName().startsWith("java.")
                            || type.getPackageName().isEmpty()
                            || type.getPackageName().equals("io.hapax.stream.decision")
                            || type.getName().equals("io.hapax.topics.PaymentKey")
                            || type.getPackageName().equals("io.hapax.money")
                            || type.getPackageName().startsWith("org.jspecify")));

    @ArchTest
    static final ArchRule PAYMENTS_KNOW_NOTHING_OF_INSIGHT = noClasses()
            .that()
            .resideOutsideOfPackage("..alerting..")
            .and()
            .doNotHaveSimpleName("InsightApp")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.hapax.insight..", "..alerting..");

    @ArchTest
    static final ArchRule TIME_COMES_IN_THROUGH_PARAMETERS = noClasses()
            .that()
            .resideInAPackage("..decision..")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule WIRE_AND_STORE_KNOW_NO_TOPOLOGY = noClasses()
            .that()
            .resideInAnyPackage("..wire..", "..records..", "..metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..topology..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.hapax.stream.(*)..").should().beFreeOfCycles();
}
