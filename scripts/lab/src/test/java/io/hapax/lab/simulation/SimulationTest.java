package io.hapax.lab.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** More seeds: {@code scripts/simulate --seeds N}. */
class SimulationTest {
    private static final int SEEDS = 4_000;

    /** Within so many each planted bug shows itself. */
    private static final int SEEDS_TO_FIND_A_BUG = 10_000;

    @Test
    void shouldKeepEveryPromiseWhateverHappens() {
        Simulations.Summary summary = Simulations.run(0, SEEDS, PlantedBug.NONE);
        assertEquals(Optional.empty(), summary.broken());
        assertEquals(SEEDS, summary.runs());
        // A simulation in which a kind of answer, or an end of a reservation, never comes checks nothing of it.
        summary.answers().forEach((kind, count) -> assertTrue(count > SEEDS / 10, kind + ": " + count));
        assertEquals(11 + 3, summary.answers().size(), summary.answers().toString());
    }

    @ParameterizedTest
    @EnumSource(value = PlantedBug.class, mode = EnumSource.Mode.MATCH_NONE, names = "NONE")
    void shouldFindEveryPlantedBug(PlantedBug bug) {
        assertTrue(Simulations.run(0, SEEDS_TO_FIND_A_BUG, bug).broken().isPresent());
    }

    @Test
    void shouldRunTheSameWayFromTheSameSeed() {
        assertEquals(Simulation.run(42, PlantedBug.NONE), Simulation.run(42, PlantedBug.NONE));
    }
}
