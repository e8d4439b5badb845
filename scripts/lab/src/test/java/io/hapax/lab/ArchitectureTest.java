package io.hapax.lab;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Set;

/** The rules of the lab. What a storm prints passes through its command line, so it is looked at, too. */
@AnalyzeClasses(
        packages = {"io.hapax.lab", "io.hapax.storm"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final Set<String> LINES = Set.of("println", "printf", "format", "flush");

    /** Lines printed in another class, or not as whole lines, would not pass through TerminalText. */
    @ArchTest
    static final ArchRule COMMANDS_PRINT_LINES_ON_THE_SCREEN = noClasses()
            .that()
            // A process of its own, whose output is its log.
            .doNotHaveSimpleName("MeasuredStreamApp")
            .should()
            .accessTargetWhere(describe("printing past the screen", ArchitectureTest::isPastTheScreen));

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.hapax.lab.(*)..").should().beFreeOfCycles();

    private static boolean isPastTheScreen(JavaAccess<?> access) {
        var owner = access.getTarget().getOwner();
        String name = access.getTarget().getName();
        return (owner.isEquivalentTo(System.class) && (name.equals("out") || name.equals("err")))
                || name.equals("printStackTrace")
                || owner.isAssignableTo(PrintStream.class)
                || (owner.isAssignableTo(PrintWriter.class) && !LINES.contains(name));
    }
}
