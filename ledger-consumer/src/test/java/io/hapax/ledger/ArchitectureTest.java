package io.hapax.ledger;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.hapax.topics.LogPosition;
import java.time.Instant;

@AnalyzeClasses(packages = "io.hapax.ledger", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule THE_POSTING_RULE_IS_PLAIN_JAVA = classes()
            .that()
            .resideInAPackage("..posting..")
            .should()
            .onlyDependOnClassesThat(resideInAnyPackage(
                            "",
                            "java.lang..",
                            "java.util..",
                            "java.time..",
                            "io.hapax.ledger.posting",
                            "io.hapax.money",
                            "org.jspecify..")
                    .or(equivalentTo(LogPosition.class)));

    @ArchTest
    static final ArchRule TIME_COMES_IN_THROUGH_PARAMETERS = noClasses()
            .that()
            .resideInAnyPackage("..posting..", "..book..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis");

    @ArchTest
    static final ArchRule THE_BOOK_KNOWS_NO_KAFKA = noClasses()
            .that()
            .resideInAPackage("..book..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "org.apache.avro..", "..consume..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.hapax.ledger.(*)..").should().beFreeOfCycles();
}
