package io.hapax.stream;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.haveRawParameterTypes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.PaymentTask;
import io.hapax.stream.decision.RetentionSchedule;
import java.time.Instant;
import java.util.List;

@AnalyzeClasses(packages = "io.hapax.stream", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_RULE_IS_PLAIN_JAVA = classes()
            .that()
            .resideInAPackage("..decision..")
            .should()
            .onlyDependOnClassesThat(describe(
                    "are Java's, the rule's own, a payment key, a position in the log, currencies or null marks",
                    type -> type.getPackageName().startsWith("java.")
                            || type.getPackageName().isEmpty()
                            || type.getPackageName().equals("io.hapax.stream.decision")
                            || type.getName().equals("io.hapax.topics.PaymentKey")
                            || type.getName().equals("io.hapax.topics.LogPosition")
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
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    /**
     * A rule that the domain keeps nothing between calls: inputs are parameters, and results are returned. A digest
     * is the exception: it is made when it is first asked for.
     */
    @ArchTest
    static final ArchRule NOTHING_IS_KEPT_BETWEEN_CALLS = fields().that()
            .areDeclaredInClassesThat()
            .resideInAPackage("..decision..")
            .and()
            .areNotDeclaredIn(PayloadDigest.class)
            .should()
            .beFinal();

    @ArchTest
    static final ArchRule THE_TASK_ASKS_FOR_POLICY_AND_TIME_AND_RETURNS_WHAT_FOLLOWS = methods()
            .that()
            .areDeclaredIn(PaymentTask.class)
            .and()
            .arePublic()
            .should(haveRawParameterTypes(describe(
                    "hold policy and time",
                    types -> types.stream()
                            .map(JavaClass::getName)
                            .toList()
                            .containsAll(List.of(RetentionSchedule.class.getName(), Now.class.getName())))))
            .andShould()
            .haveRawReturnType(List.class);

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
