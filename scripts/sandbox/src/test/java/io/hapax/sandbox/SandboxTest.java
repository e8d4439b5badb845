package io.hapax.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.kstream.Consumed;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxTest {
    @TempDir
    static Path folder;

    private static Sandbox sandbox;
    private static InUse use;

    @BeforeAll
    static void start() {
        sandbox = Sandbox.start(folder);
        use = new InUse(sandbox);
    }

    @AfterAll
    static void close() {
        sandbox.close();
    }

    @Test
    void shouldKeepRecordsAndPortWhenTheBrokerIsKilled() throws Exception {
        String before = sandbox.bootstrapServers();
        use.makeTopic("killed");
        use.send("killed", "first");

        sandbox.kill(Part.KAFKA);
        assertFalse(sandbox.isRunning(Part.KAFKA));
        sandbox.startAgain(Part.KAFKA);

        assertEquals(before, sandbox.bootstrapServers());
        use.send("killed", "second");
        assertEquals(List.of("first", "second"), use.received("killed"));
    }

    @Test
    void shouldKeepSchemasAndIdsWhenTheRegistryIsKilled() throws Exception {
        String url = sandbox.registryUrl();
        String first = use.register("first");
        String last = use.register("last");

        sandbox.kill(Part.REGISTRY);
        sandbox.startAgain(Part.REGISTRY);

        assertEquals(url, sandbox.registryUrl());
        assertEquals(first, use.register("first"));
        assertEquals(last, use.register("last"));
    }

    @Test
    void shouldKeepCommittedRowsHoweverPostgresEnds() throws Exception {
        String url = sandbox.jdbcUrl();
        use.execute("CREATE TABLE survivor (ended text)");

        use.execute("INSERT INTO survivor VALUES ('killed')");
        sandbox.kill(Part.POSTGRES);
        sandbox.startAgain(Part.POSTGRES);
        use.execute("INSERT INTO survivor VALUES ('stopped immediately')");
        sandbox.stopPostgresImmediately();
        sandbox.startAgain(Part.POSTGRES);
        use.execute("INSERT INTO survivor VALUES ('stopped')");
        sandbox.stop(Part.POSTGRES);
        sandbox.startAgain(Part.POSTGRES);

        assertEquals(url, sandbox.jdbcUrl());
        assertEquals(List.of("killed", "stopped immediately", "stopped"), use.query("SELECT ended FROM survivor"));
    }

    @Test
    void shouldBeTheSameSandboxWhenStartedAgainOnItsFolder() throws Exception {
        use.makeTopic("reopened");
        use.send("reopened", "sent");
        String schema = use.register("reopened");
        use.execute("CREATE TABLE reopened AS SELECT 'inserted'");
        List<String> places = List.of(sandbox.bootstrapServers(), sandbox.registryUrl(), sandbox.jdbcUrl());

        sandbox.close();
        start();

        assertEquals(places, List.of(sandbox.bootstrapServers(), sandbox.registryUrl(), sandbox.jdbcUrl()));
        assertEquals(List.of("sent"), use.received("reopened"));
        assertEquals(schema, use.register("reopened"));
        assertEquals(List.of("inserted"), use.query("SELECT * FROM reopened"));
    }

    @Test
    void shouldRefuseASecondSandboxOnTheSameFolder() {
        SandboxException refusal = assertThrows(SandboxException.class, () -> Sandbox.start(folder, Part.POSTGRES));

        assertEquals("another sandbox runs in " + folder, refusal.getMessage());
        assertTrue(sandbox.isRunning(Part.POSTGRES));
    }

    @Test
    void shouldNeverLetPostgresForgetWhatItConfirmed() throws Exception {
        // Embedded distributions switch these off for speed; ALTER SYSTEM must not do so either.
        use.execute("ALTER SYSTEM SET fsync = off");
        use.execute("SELECT pg_reload_conf()");

        for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            assertEquals(List.of("on"), use.query("SHOW " + setting), setting);
        }
        assertEquals(List.of("100"), use.query("SHOW max_connections"));
    }

    @Test
    void shouldGiveNoAnswerWhileTheBrokerIsPaused() throws Exception {
        try (Admin admin = use.admin()) {
            DescribeClusterOptions soon = new DescribeClusterOptions().timeoutMs(1_000);
            sandbox.pause(Part.KAFKA);
            ExecutionException silence = assertThrows(
                    ExecutionException.class,
                    () -> admin.describeCluster(soon).clusterId().get());
            assertEquals(TimeoutException.class, silence.getCause().getClass());

            sandbox.resume(Part.KAFKA);
            assertFalse(admin.describeCluster().nodes().get().isEmpty());
        }
    }

    @Test
    void shouldServeAStreamsGroup() throws Exception {
        use.makeTopic("streamed");
        use.send("streamed", "value");
        CountDownLatch seen = new CountDownLatch(1);
        StreamsBuilder topology = new StreamsBuilder();
        topology.stream("streamed", Consumed.with(Serdes.String(), Serdes.String()))
                .foreach((key, value) -> seen.countDown());
        Properties settings = new Properties();
        settings.put("bootstrap.servers", sandbox.bootstrapServers());
        settings.put("application.id", "sandbox-test");
        settings.put("group.protocol", "streams");
        settings.put("processing.guarantee", "exactly_once_v2");
        settings.put("auto.offset.reset", "earliest");
        settings.put("state.dir", folder.resolve("streams").toString());

        try (KafkaStreams streams = new KafkaStreams(topology.build(), settings)) {
            streams.start();
            assertTrue(seen.await(30, TimeUnit.SECONDS), "no record within 30 s");
            streams.close(Duration.ofSeconds(10));
        }
    }
}
