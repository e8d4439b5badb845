package io.hapax.storm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.tools.Hapax;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Checks that a storm refuses what it can't do before it starts anything. */
class StormCommandTest {
    @TempDir
    private Path temporary;

    @Test
    void shouldRefuseFaultsOfSeveralBrokersWhereThereIsOne() {
        assertRefused("need --brokers 3", "--faults", "KILL_LEDGER,KILL_TWO_BROKERS");
        assertRefused("need --brokers 3", "--faults", "STOP_BROKER");
    }

    @Test
    void shouldRefuseMoreStandbysThanThereAreOtherInstances() {
        assertRefused("--standbys must be 0 or 1", "--standbys", "2");
    }

    @Test
    void shouldRefuseMoreOperationsThanTheCheckHolds() {
        assertRefused("no check holds", "--minutes", "999999999", "--rate", "999999999");
        assertRefused("no check holds", "--minutes", "126", "--rate", "40");
    }

    @Test
    void shouldRefuseToCheckAFolderThatIsNoRun() {
        assertRefused("run.json can't be read", "--check", temporary.toString());
    }

    private void assertRefused(String why, String... options) {
        List<String> words = new ArrayList<>(
                List.of("storm", "--folder", temporary.resolve("new").toString()));
        words.addAll(List.of(options));
        StringWriter screen = new StringWriter();
        int exitCode = Hapax.commandLine(screen, screen, line -> line.addSubcommand(new StormCommand()))
                .execute(words.toArray(String[]::new));
        assertEquals(2, exitCode, screen.toString());
        assertTrue(screen.toString().contains(why), screen.toString());
    }
}
