package io.hapax.lab.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.lab.LabRun;
import io.hapax.ledger.LedgerConsumer;
import io.hapax.sandbox.AppProcess;
import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.sandbox.Part;
import io.hapax.sandbox.Sandbox;
import io.hapax.stream.StreamApp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A cluster on which a late request can end up in another transaction is refused, until its feature is raised. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TransactionVersionTest {
    private static final String PROBLEM =
            "the cluster: transaction.version is 1, must be at least 2; to mend: kafka-features.sh --bootstrap-server"
                    + " BROKER upgrade --feature transaction.version=2";
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(60);

    @TempDir
    static Path folder;

    private static Sandbox sandbox;
    private static InMemoryRegistry registry;

    @BeforeAll
    static void startAnOldCluster() {
        sandbox = Sandbox.builder(folder.resolve("sandbox"))
                .with(Part.KAFKA)
                .feature("transaction.version", 1)
                .start();
        registry = InMemoryRegistry.start();
    }

    @AfterAll
    static void stop() {
        registry.close();
        sandbox.close();
    }

    @Test
    @Order(1)
    void shouldNameTheOldVersionWhereTopicsAreCreatedAndVerified() {
        for (LabRun run : new LabRun[] {
            topics("create", "--partitions", "2", "--replication", "1"), topics("verify", "--replication", "1")
        }) {
            assertEquals(1, run.exitCode(), run.output());
            assertTrue(run.output().contains(PROBLEM + "\n"), run.output());
        }
    }

    @Test
    @Order(2)
    void shouldRefuseToStartBothApps() throws IOException {
        refuses(new AppProcess("stream-app", StreamApp.class, folder, settings()));
        Map<String, String> ledger = settings();
        ledger.remove("topics.replication");
        ledger.remove("state.dir");
        ledger.put("jdbc.url", "jdbc:postgresql://127.0.0.1:1/hapax");
        ledger.put("jdbc.user", "hapax_app");
        ledger.put("jdbc.password", "hapax_app");
        refuses(new AppProcess("ledger-consumer", LedgerConsumer.class, folder, ledger));
    }

    @Test
    @Order(3)
    void shouldFindTheClusterSoundOnceTheVersionIsRaised() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", sandbox.bootstrapServers()))) {
            admin.updateFeatures(
                            Map.of(
                                    "transaction.version",
                                    new FeatureUpdate((short) 2, FeatureUpdate.UpgradeType.UPGRADE)),
                            new UpdateFeaturesOptions())
                    .all()
                    .get();
        }
        LabRun sound = topics("verify", "--replication", "1");
        assertEquals(0, sound.exitCode(), sound.output());
    }

    private static void refuses(AppProcess app) throws IOException {
        app.start();
        OptionalInt code = app.awaitExit(ENDED_WITHIN);
        app.kill();
        String log = Files.readString(app.log());
        assertEquals(OptionalInt.of(1), code, log);
        assertTrue(log.contains(PROBLEM), log);
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>();
        settings.put("kafka.bootstrap.servers", sandbox.bootstrapServers());
        settings.put("schema.registry.url", registry.url());
        settings.put("topics.replication", "1");
        settings.put("state.dir", folder.resolve("state").toString());
        settings.put("admin.port", "off");
        return settings;
    }

    private static LabRun topics(String... words) {
        String[] command = new String[words.length + 1];
        command[0] = "topics";
        System.arraycopy(words, 0, command, 1, words.length);
        return LabRun.of(command).with("--bootstrap-servers", sandbox.bootstrapServers());
    }
}
