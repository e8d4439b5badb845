package io.hapax.storm;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.ledger.LedgerConsumer;
import io.hapax.storm.faults.FaultKind;
import io.hapax.storm.history.RunFolder;
import io.hapax.storm.world.StormSettings;
import io.hapax.stream.StreamApp;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A short storm on one broker, with the date as its seed. The long forms are in docs/reliability.md. */
class StormTest {
    private static final Duration LASTS = Duration.ofSeconds(30);
    private static final int RATE = 20;

    @Test
    void shouldKeepEveryPromiseUnderLoadAndFaults(@TempDir Path folder) throws Exception {
        long seed = LocalDate.now(ZoneOffset.UTC).toEpochDay();
        List<String> told = new ArrayList<>();
        Storm storm = new Storm(
                new Storm.Options(
                        seed,
                        LASTS,
                        RATE,
                        new StormSettings(1, "classic", 0, false, StreamApp.class, LedgerConsumer.class),
                        EnumSet.of(
                                FaultKind.KILL_STREAM_APP,
                                FaultKind.KILL_LEDGER,
                                FaultKind.PAUSE_STREAM_APP,
                                FaultKind.DELETE_STATE,
                                FaultKind.CRASH_DATABASE,
                                FaultKind.CUT_DATABASE_CONNECTIONS)),
                new RunFolder(Files.createDirectories(folder.resolve("run"))),
                folder.resolve("world"),
                Map.of(),
                line -> {
                    System.out.println(line);
                    told.add(line);
                });
        assertTrue(storm.run().held(), () -> String.join("\n", told));
    }
}
