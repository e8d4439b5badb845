package io.hapax.lab.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.lab.LabRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Larger worlds: {@code scripts/simulate exhaustive}. */
class ExplorationTest {
    private static final Path DOCUMENT = Path.of("../../docs/simulation.md");

    /** A row of the table of mistakes: its name, and the options of a world in which it shows itself. */
    private static final Pattern ROW = Pattern.compile("\\| `([A-Z_]+)` \\|.*\\| `(--[^`]*)` \\|");

    private static final TinyWorldSize SMALL = new TinyWorldSize(2, 0, 2, 1, 1, 0, List.of(), 1, 0, false);

    /** A mistake and the options of the world that the document names for it. */
    record Shown(PlantedBug bug, String options) {
        @Override
        public String toString() {
            return bug.name();
        }
    }

    @Test
    void shouldKeepEveryPromiseInEveryStateOfATinyWorld() {
        Exploration.Result result = Exploration.of(SMALL, PlantedBug.NONE);
        assertEquals(Optional.empty(), result.violation());
        assertTrue(result.states() > 10_000, result.states() + " states");
        // A world in which a kind of answer never comes shows nothing of it.
        assertEquals(
                Set.of("CONFLICT", "EXPIRED", "IN_FLIGHT", "REPLAYED", "SETTLED"),
                result.answers().keySet());
    }

    @Test
    void shouldKeepEveryPromiseThoughAMessageIsLostOrThePolicyChanges() {
        assertEquals(Optional.empty(), violationIn(new TinyWorldSize(1, 1, 2, 0, 0, 1, List.of(), 1, 0, false)));
        assertEquals(
                Optional.empty(),
                violationIn(new TinyWorldSize(
                        1, 1, 2, 0, 0, 0, List.of(TinyPolicies.Choice.SHORTER_WITH_RECALL), 1, 0, false)));
        assertEquals(Optional.empty(), violationIn(new TinyWorldSize(1, 1, 1, 0, 0, 0, List.of(), 2, 0, true)));
    }

    /** One payment and one cancel under one key, in every order, with every crash. */
    @Test
    void shouldNeitherPayWhatWasCancelledNorCancelWhatWasPaidInAnyState() {
        Exploration.Result result =
                Exploration.of(new TinyWorldSize(1, 0, 1, 1, 1, 0, List.of(), 1, 1, false), PlantedBug.NONE);
        assertEquals(Optional.empty(), result.violation());
        assertTrue(result.states() > 100, result.states() + " states");
        assertEquals(Optional.empty(), violationIn(new TinyWorldSize(1, 0, 2, 0, 0, 0, List.of(), 1, 1, false)));
    }

    /**
     * The same across the retention, where both are forgotten here, and with retries and losses. With two partitions
     * the ledger reads the two from different ones.
     */
    @Tag("long")
    @Test
    void shouldKeepEveryPromiseOfCancelsInLargerWorlds() {
        for (TinyWorldSize size : List.of(
                new TinyWorldSize(1, 0, 2, 1, 2, 0, List.of(), 1, 1, false),
                new TinyWorldSize(1, 1, 2, 0, 0, 0, List.of(), 1, 1, false),
                new TinyWorldSize(1, 0, 1, 0, 0, 1, List.of(), 2, 1, false))) {
            assertEquals(Optional.empty(), violationIn(size));
        }
    }

    private static Optional<Exploration.Violation> violationIn(TinyWorldSize size) {
        return Exploration.of(size, PlantedBug.NONE).violation();
    }

    @Test
    void shouldComeToTheSameStatesEachTime() {
        TinyWorldSize size = new TinyWorldSize(1, 1, 2, 1, 1, 0, List.of(), 1, 0, false);
        assertEquals(Exploration.of(size, PlantedBug.NONE), Exploration.of(size, PlantedBug.NONE));
    }

    @ParameterizedTest
    @MethodSource("shownSoon")
    void shouldFindEveryPlantedBugInTheWorldThatTheDocumentNames(Shown shown) {
        assertFound(shown);
    }

    /** Its world has three ticks and a crash. */
    @Test
    @Tag("long")
    void shouldFindPoliciesThatACrashForgot() throws IOException {
        shown().filter(shown -> shown.bug == PlantedBug.POLICIES_FORGOTTEN_IN_A_CRASH)
                .forEach(ExplorationTest::assertFound);
    }

    private static void assertFound(Shown shown) {
        LabRun run = LabRun.of(("simulate exhaustive --bug " + shown.bug + " " + shown.options).split(" ", -1))
                .with();
        assertEquals(1, run.exitCode(), run.output());
        assertTrue(run.output().contains("BROKEN: "), run.output());
    }

    /** Without the mistake nothing is broken there: what was found is the mistake. */
    @Test
    @Tag("long")
    void shouldFindNothingInTheseWorldsWithoutTheBug() throws IOException {
        Set<String> options = shown().map(Shown::options).collect(Collectors.toSet());
        for (String each : options) {
            LabRun run =
                    LabRun.of(("simulate exhaustive " + each).split(" ", -1)).with();
            assertEquals(0, run.exitCode(), each + "\n" + run.output());
        }
    }

    @Test
    void shouldRefuseABugOfFoldersThatTinyWorldsDoNotHave() {
        LabRun run = LabRun.of("simulate", "exhaustive", "--bug", "STORE_KEEPS_WHAT_WAS_ABORTED")
                .with();
        assertEquals(2, run.exitCode(), run.output());
        assertTrue(run.output().contains("shows itself in random worlds alone"), run.output());
    }

    @Test
    void shouldNameAWorldForEveryPlantedBug() throws IOException {
        Set<PlantedBug> bugs = EnumSet.allOf(PlantedBug.class);
        bugs.remove(PlantedBug.NONE);
        bugs.removeIf(PlantedBug::isOfRandomWorldsAlone);
        assertEquals(bugs, shown().map(Shown::bug).collect(Collectors.toSet()));
    }

    /** The steps are as few as can be: accepted, crashed, read again and committed. */
    @Test
    void shouldTellTheStepsToABrokenPromise() {
        Exploration.Violation violation =
                Exploration.of(SMALL, PlantedBug.FORGOTTEN_OFFSET).violation().orElseThrow();
        assertTrue(violation.steps().size() <= 6, violation.toString());
        assertTrue(violation.steps().getFirst().startsWith("ReadCommand"), violation.toString());
    }

    static Stream<Shown> shownSoon() throws IOException {
        return shown().filter(shown -> shown.bug != PlantedBug.POLICIES_FORGOTTEN_IN_A_CRASH);
    }

    static Stream<Shown> shown() throws IOException {
        TreeMap<PlantedBug, String> found = new TreeMap<>();
        for (String line : Files.readAllLines(DOCUMENT)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                found.put(PlantedBug.valueOf(row.group(1)), row.group(2));
            }
        }
        return found.entrySet().stream().map(entry -> new Shown(entry.getKey(), entry.getValue()));
    }
}
