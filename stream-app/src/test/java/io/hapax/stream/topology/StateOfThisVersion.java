package io.hapax.stream.topology;

import io.hapax.schemas.LedgerOutcomeStatus;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.internals.StreamTask;
import org.junit.jupiter.api.Test;

/**
 * The maker of a state folder with two ended and two pending payments, closed in order, for the tests of later
 * programs: {@code target/state.zip}. No test by itself, so it runs only when it is named:
 *
 * <pre>mvn -Pquick test -pl stream-app -am -Dtest=StateOfThisVersion -Dsurefire.failIfNoSpecifiedTests=false</pre>
 */
class StateOfThisVersion {
    @Test
    void write() throws Exception {
        Journey journey = new Journey();
        journey.complete(journey.command("completed").build());
        journey.send(journey.command("failed").setReference("rent").build());
        journey.ledgerAnswers(journey.events().getFirst(), LedgerOutcomeStatus.FAILED, "INSUFFICIENT_FUNDS");
        journey.after(Duration.ofSeconds(10));
        journey.send(journey.command("pending").setReference("gas").build());
        journey.send(journey.command("unanswered").setCurrency("JPY").build());
        Path folder = (Path) field(journey, "stateDir");
        // The driver deletes the folder when it closes.
        StreamTask task = (StreamTask) field((TopologyTestDriver) field(journey, "driver"), "task");
        task.suspend();
        task.prepareCommit(true);
        task.postCommit(true);
        task.closeClean();
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(Path.of("target", "state.zip")));
                Stream<Path> files = Files.walk(folder)) {
            List<Path> kept = files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith("LOCK") && !file.endsWith(".lock"))
                    .sorted()
                    .toList();
            for (Path file : kept) {
                ZipEntry entry = new ZipEntry(folder.relativize(file).toString());
                entry.setTime(0);
                zip.putNextEntry(entry);
                Files.copy(file, zip);
            }
        }
    }

    private static Object field(Object owner, String name) throws ReflectiveOperationException {
        Field field = owner.getClass().getDeclaredField(name);
        field.setAccessible(true);
        return field.get(owner);
    }
}
