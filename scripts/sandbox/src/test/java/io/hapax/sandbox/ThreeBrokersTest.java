package io.hapax.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three brokers go on without one of them, also when it is the leader, and take it back. */
class ThreeBrokersTest {
    private static final Duration IN_SYNC_WITHIN = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void shouldGoOnWithoutTheLeaderAndTakeItBack() throws Exception {
        try (Sandbox sandbox = Sandbox.builder(folder)
                .brokers(3)
                .brokerHeap("384m")
                .with(Part.KAFKA)
                .start()) {
            InUse use = new InUse(sandbox);
            use.makeTopic("kept");
            use.send("kept", "first");
            assertEquals(3, partition(use).replicas().size());
            PartProcess leader = sandbox.broker(partition(use).leader().id());

            leader.kill();
            assertTrue(leader.log().toFile().exists());
            use.send("kept", "second");
            assertEquals(List.of("first", "second"), use.received("kept"));
            leader.start();
            assertTrue(
                    Wait.until(() -> isInSync(use), IN_SYNC_WITHIN, Duration.ofMillis(200)), "not in sync: " + leader);
        }
        SandboxException other = assertThrows(
                SandboxException.class,
                () -> Sandbox.builder(folder).brokers(1).with(Part.KAFKA).start());
        assertEquals(folder + " is a sandbox of 3 brokers, not 1", other.getMessage());
        assertEquals(List.of(), Sandbox.stopDetached(folder));
    }

    private static boolean isInSync(InUse use) {
        try {
            return partition(use).isr().size() == 3;
        } catch (ExecutionException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static TopicPartitionInfo partition(InUse use) throws ExecutionException, InterruptedException {
        try (Admin admin = use.admin()) {
            return admin.describeTopics(List.of("kept"))
                    .allTopicNames()
                    .get()
                    .get("kept")
                    .partitions()
                    .getFirst();
        }
    }
}
