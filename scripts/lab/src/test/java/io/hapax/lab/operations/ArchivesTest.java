package io.hapax.lab.operations;

import static io.hapax.lab.operations.OperatedWorld.await;
import static io.hapax.lab.operations.OperatedWorld.payment;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.GuardedProcess;
import io.hapax.sandbox.Sandbox;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The archives as an operator gets them: unpacked, configured by the environment, started by their scripts, stopped
 * by SIGTERM.
 */
class ArchivesTest {
    private static final Duration STOP_WITHIN = Duration.ofSeconds(25);

    @TempDir
    private Path folder;

    @Test
    void shouldStartBeReadySettleAndStop() throws Exception {
        Path stream = Archives.unpack("stream-app", folder);
        Path ledger = Archives.unpack("ledger-consumer", folder);
        int streamPort = Sandbox.freePort();
        int ledgerPort = Sandbox.freePort();
        int insightPort = Sandbox.freePort();
        try (OperatedWorld world = new OperatedWorld(folder)) {
            GuardedProcess streamApp = start(stream, "stream-app", world.streamSettings(streamPort));
            GuardedProcess ledgerConsumer = start(ledger, "ledger-consumer", world.ledgerSettings(ledgerPort));
            GuardedProcess insightApp = start(stream, "insight-app", world.insightSettings(insightPort));
            try {
                world.awaitHealth(streamPort, "200");
                world.awaitHealth(ledgerPort, "200");
                world.awaitHealth(insightPort, "200");
                assertEquals(0, health(stream, insightPort, "ready"));
                assertEquals(0, health(stream, streamPort, "ready"));
                assertEquals(0, health(ledger, ledgerPort, "live"));
                for (int number = 0; number < 50; number++) {
                    world.send(payment(number).build(), number);
                }
                world.awaitDecisions(50);
                await(() -> world.get(insightPort, "/metrics"), told -> told.contains("hapax_clients_watched 3.0"));
                // In the middle of work.
                for (int number = 50; number < 150; number++) {
                    world.send(payment(number).build(), number);
                }
                stop(streamApp, "stream-app");
                stop(ledgerConsumer, "ledger-consumer");
                stop(insightApp, "insight-app");
                assertTrue(health(stream, streamPort, "ready") != 0, "healthy, and nobody is there");

                streamApp = start(stream, "stream-app", world.streamSettings(streamPort));
                ledgerConsumer = start(ledger, "ledger-consumer", world.ledgerSettings(ledgerPort));
                world.awaitDecisions(150);
                ToolsArchive tools = new ToolsArchive(
                        Archives.unpack("scripts/tools", Files.createDirectory(folder.resolve("empty"))));
                verifyThatAnOperatorCanDoWithoutACheckout(tools, world);
                stop(streamApp, "stream-app");
                stop(ledgerConsumer, "ledger-consumer");
            } finally {
                streamApp.kill();
                ledgerConsumer.kill();
                insightApp.kill();
            }
        }
    }

    private static void verifyThatAnOperatorCanDoWithoutACheckout(ToolsArchive tools, OperatedWorld world)
            throws Exception {
        String brokers = world.sandbox().bootstrapServers();
        tools.run(
                0,
                "sound",
                "topics",
                "create",
                "--bootstrap-servers",
                brokers,
                "--partitions",
                "2",
                "--replication",
                "1");
        tools.configure(world);
        tools.run(0, "1 opened", "accounts", "open", "dora", "--currency", "EUR", "--balance", "12.50");
        tools.run(0, "12.50 EUR", "accounts", "statement", "dora");
        tools.run(0, "", "policies", "set", "--client", "client-1", "--retention", "12h");
        tools.run(0, "client-1", "policies", "list");
        tools.run(0, "SETTLED COMPLETED", "explain", "order-1");
        tools.run(0, "Topics and balances agree.", "reconcile");
        tools.run(0, "", "audit");
        tools.run(0, "", "dead-letters", "list");
        tools.run(2, "Unknown option", "--no-such-option");
    }

    private GuardedProcess start(Path home, String app, Map<String, String> settings) throws IOException {
        List<String> command = new ArrayList<>(List.of("env", "JAVA_HOME=" + System.getProperty("java.home")));
        // A collector of the operator's own, beside which no JVM starts with the one in bin/.
        command.add("HAPAX_JAVA_OPTIONS=-Xmx512m -XX:+UseSerialGC -XX:TieredStopAtLevel=1");
        new TreeMap<>(settings)
                .forEach((name, value) ->
                        command.add("HAPAX_" + name.toUpperCase(Locale.ROOT).replace('.', '_') + "=" + value));
        command.add(home.resolve("bin").resolve(app).toString());
        return GuardedProcess.start(command, folder, log(app), "TERM", false);
    }

    private void stop(GuardedProcess process, String app) throws IOException {
        process.signal("TERM");
        assertTrue(process.awaitEnd(STOP_WITHIN.plusSeconds(5)), () -> "still runs; " + text(log(app)));
        assertEquals(0, process.exitCode(), () -> text(log(app)));
        assertTrue(Files.readString(log(app)).contains("stopped exitCode=0"));
    }

    private static int health(Path home, int port, String what) throws Exception {
        ProcessBuilder health =
                new ProcessBuilder(home.resolve("bin/health").toString(), what).redirectErrorStream(true);
        health.environment().put("HAPAX_ADMIN_PORT", String.valueOf(port));
        Process asked = health.start();
        String said = new String(asked.getInputStream().readAllBytes(), UTF_8);
        int code = asked.waitFor();
        assertTrue(code != 0 || said.contains("\"status\":\"UP\""), said);
        return code;
    }

    private Path log(String app) {
        return folder.resolve(app + ".log");
    }

    private static String text(Path file) {
        return await(
                () -> {
                    try {
                        return Files.readString(file);
                    } catch (IOException e) {
                        return e.toString();
                    }
                },
                text -> true);
    }
}
