package io.hapax.storm.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.hapax.storm.history.ClientEvent;
import io.hapax.storm.history.Fault;
import io.hapax.storm.history.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Checks that the check of a storm finds each lie that is put into a run, and nothing in a run that is right.
 *
 * <p>The run is a model's. The folder of a real run takes its place with {@code -Dstorm.run=FOLDER}. Lies that such a
 * run has no room for are skipped then.
 */
class StormCheckTest {
    private static final @Nullable String REAL = System.getProperty("storm.run");

    @TempDir
    private Path temporary;

    @Test
    void shouldFindNothingInARunThatIsRight() {
        StormVerdict verdict = check(run());
        assertEquals(List.of(), verdict.violations());
        assertTrue(verdict.held());
        verdict.lines().forEach(line -> assertTrue(line.looked() > 0, line.invariant() + " looked at nothing"));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void shouldFindALie(Doctoring doctoring) {
        RecordedRun run = run();
        try {
            doctoring.put().accept(run);
        } catch (NoSuchElementException e) {
            assumeTrue(REAL == null, doctoring + ": " + e.getMessage());
            throw e;
        }
        StormVerdict verdict = check(run);
        Set<Invariant> broken =
                verdict.violations().stream().map(Violation::invariant).collect(Collectors.toSet());
        assertTrue(broken.contains(doctoring.breaks()), doctoring + " breaks " + broken);
    }

    @Test
    void shouldBreakEachInvariantByALie() {
        Set<Invariant> broken = lies().stream().map(Doctoring::breaks).collect(Collectors.toSet());
        assertEquals(EnumSet.allOf(Invariant.class), broken);
    }

    @Test
    void shouldRefuseAFolderThatLacksAFileOrHasHalfOfOne() throws IOException {
        RunFolder whole = new RunFolder(temporary.resolve("whole"));
        run().write(whole);
        List<Path> files;
        try (Stream<Path> all = Files.walk(whole.path())) {
            files = all.filter(Files::isRegularFile).toList();
        }
        assertTrue(files.size() > 10, files.toString());
        for (Path file : files) {
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            assertThrows(RuntimeException.class, () -> StormCheck.of(whole), "without " + file);
            Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
            assertThrows(UncheckedIOException.class, () -> StormCheck.of(whole), "with half of " + file);
            Files.write(file, bytes);
        }
        assertTrue(StormCheck.of(whole).held());
    }

    /** Nothing is broken where nothing happened. */
    @Test
    void shouldNotHoldWhereNoFaultWasMade() {
        RecordedRun none = run();
        none.faults.clear();
        assertProvesNothing(check(none), "No fault was made.");
        RecordedRun failed = run();
        failed.faults.replaceAll(fault -> new Fault(
                fault.number(),
                fault.kind(),
                "failed: no such process",
                fault.beganMs(),
                fault.endedMs(),
                fault.recoversWithinMs(),
                fault.healthyMs()));
        assertProvesNothing(check(failed), "No fault was made.");
    }

    @Test
    void shouldNotHoldWhereNothingWasPaid() {
        RecordedRun run = run();
        ClientEvent asked = run.events.getFirst();
        run.events.clear();
        run.events.add(asked);
        run.topics.values().forEach(List::clear);
        run.lookUps.clear();
        StormVerdict verdict = check(run);
        assertFalse(verdict.held());
        assertTrue(
                verdict.lacks().contains("No payment was settled."),
                verdict.lacks().toString());
        assertTrue(
                verdict.lacks().contains("No request over HTTP got the end of a payment."),
                verdict.lacks().toString());
    }

    private static void assertProvesNothing(StormVerdict verdict, String lack) {
        assertEquals(List.of(lack), verdict.lacks());
        assertEquals(2, verdict.exitCode());
        assertFalse(verdict.held());
    }

    @Test
    void shouldRefuseATopicWhoseRecordsAreThereTwiceOrOutOfOrder() {
        for (String topic : RecordedRun.TOPICS) {
            RecordedRun twice = run();
            if (!twice.topic(topic).isEmpty()) {
                twice.topic(topic).add(twice.topic(topic).getLast());
                assertThrows(BrokenHistoryException.class, () -> check(twice), topic);
            }
        }
        RecordedRun mixed = run();
        Collections.reverse(mixed.topic("payment-decisions"));
        assertThrows(BrokenHistoryException.class, () -> check(mixed));
    }

    @Test
    void shouldRefuseARunOfWhichNobodyRemembersAnything() {
        RecordedRun run = run();
        run.events.clear();
        assertThrows(BrokenHistoryException.class, () -> check(run));
    }

    @Test
    void shouldRefuseAnOperationThatEndsTwiceOrBeforeItBegan() {
        RecordedRun twice = run();
        twice.events.add(twice.events.getLast());
        assertThrows(BrokenHistoryException.class, () -> check(twice));
        RecordedRun early = run();
        early.events.removeFirst();
        assertThrows(BrokenHistoryException.class, () -> check(early));
    }

    static List<Doctoring> lies() {
        return Stream.concat(Doctoring.ALL.stream(), SubtleLies.ALL.stream()).toList();
    }

    private static RecordedRun run() {
        return REAL == null ? ModelRun.make() : RecordedRun.read(new RunFolder(Path.of(REAL)));
    }

    private StormVerdict check(RecordedRun run) {
        RunFolder folder = new RunFolder(temporary.resolve("run"));
        run.write(folder);
        return StormCheck.of(folder);
    }
}
