package io.hapax.lab.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.storm.broken.Broken;
import io.hapax.storm.check.Invariant;
import io.hapax.storm.faults.FaultKind;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that docs/reliability.md tells all that a storm does and checks, and all that can be broken in it. */
class ReliabilityPageTest {
    private static final String PAGE = Repository.text("docs/reliability.md");

    @Test
    void shouldTellEachPromise() {
        assertEquals(
                List.of(),
                Stream.of(Invariant.values())
                        .map(Invariant::promise)
                        .filter(promise -> !PAGE.contains("| " + promise + " |"))
                        .toList());
    }

    @Test
    void shouldTellWhatEachKindOfFaultDoes() {
        String faults = PAGE.substring(PAGE.indexOf("## Faults"), PAGE.indexOf("## Recovery times"));
        assertEquals(
                List.of(),
                Stream.of(FaultKind.values())
                        .filter(kind -> !faults.contains("`" + kind + "`"))
                        .toList());
    }

    @Test
    void shouldTellEachNegativeControl() {
        assertEquals(
                List.of(),
                Stream.of(Broken.values())
                        .filter(broken -> broken != Broken.NOTHING)
                        .filter(broken -> !PAGE.contains("| `" + broken + "` |"))
                        .toList());
    }
}
