package io.hapax.tools;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.hapax.tools.cli.Screen;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.util.Set;

@AnalyzeClasses(packages = "io.hapax.tools", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final Set<String> SHARED = Set.of("books", "cli", "history", "log", "table", "trail");
    private static final Set<String> LINES = Set.of("println", "printf", "format", "flush");

    /** Lines printed in another class, or not as whole lines, would not pass through TerminalText. */
    @ArchTest
    static final ArchRule COMMANDS_PRINT_LINES_ON_THE_SCREEN = noClasses()
            .that()
            .doNotBelongToAnyOf(Screen.class, Hapax.class)
            .should()
            .accessTargetWhere(describe("printing past the screen", ArchitectureTest::isPastTheScreen));

    /** An operator has the tools without what proves them. */
    @ArchTest
    static final ArchRule TOOLS_KNOW_NO_SANDBOX_NO_STORM_AND_NO_LAB = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.hapax.sandbox..", "io.hapax.storm..", "io.hapax.lab..");

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching("io.hapax.tools.(*)..").should().beFreeOfCycles();

    /** The parts that several commands share lie in packages of their own. */
    @ArchTest
    static final ArchRule COMMANDS_DO_NOT_KNOW_EACH_OTHER = slices().matching("io.hapax.tools.(*)..")
            .that(describe("hold a command", slice -> !SHARED.contains(slice.getNamePart(1))))
            .should()
            .notDependOnEachOther();

    private static boolean isPastTheScreen(JavaAccess<?> access) {
        var owner = access.getTarget().getOwner();
        String name = access.getTarget().getName();
        return (owner.isEquivalentTo(System.class) && (name.equals("out") || name.equals("err")))
                || name.equals("printStackTrace")
                || owner.isAssignableTo(PrintStream.class)
                || (owner.isAssignableTo(PrintWriter.class) && !LINES.contains(name));
    }
}
