package io.hapax.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartupTest {
    @TempDir
    Path folder;

    @Test
    void shouldTakeAnotherPortWhenItsOwnIsTakenBeforeItEverRan() throws Exception {
        try (ServerSocket other = somebodyElse(0)) {
            rememberPort(other.getLocalPort());

            try (Sandbox sandbox = Sandbox.start(folder, Part.POSTGRES)) {
                assertNotEquals(other.getLocalPort(), port(sandbox));
                assertEquals(List.of("1"), new InUse(sandbox).query("SELECT 1"));
            }
        }
    }

    @Test
    void shouldNameThePortThatSomebodyTookWhileItWasDown() throws Exception {
        try (Sandbox sandbox = Sandbox.start(folder, Part.POSTGRES)) {
            sandbox.stop(Part.POSTGRES);

            try (ServerSocket other = somebodyElse(port(sandbox))) {
                SandboxException failure =
                        assertThrows(SandboxException.class, () -> sandbox.startAgain(Part.POSTGRES));

                assertTrue(failure.getMessage().contains("port " + other.getLocalPort() + ", "), failure.getMessage());
            }
            sandbox.startAgain(Part.POSTGRES);
        }
    }

    @Test
    void shouldShowTheLogOfAPartThatDoesNotStart() {
        SandboxException failure = assertThrows(
                SandboxException.class,
                () -> Sandbox.builder(folder)
                        .with(Part.KAFKA)
                        .brokerOptions(Map.of("num.partitions", "none"))
                        .start());

        String message = failure.getMessage();
        assertTrue(message.contains(folder.resolve("kafka.log").toString()), message);
        assertTrue(message.contains("Invalid value none for configuration num.partitions"), message);
    }

    @Test
    void shouldKeepTwoSandboxesApart() throws Exception {
        try (Sandbox one = Sandbox.start(folder.resolve("one"), Part.KAFKA, Part.POSTGRES);
                Sandbox two = Sandbox.start(folder.resolve("two"), Part.KAFKA, Part.POSTGRES)) {
            for (Sandbox each : List.of(one, two)) {
                InUse use = new InUse(each);
                String name = each.folder().getFileName().toString();
                use.makeTopic("mine");
                use.send("mine", name);
                use.execute("CREATE TABLE mine AS SELECT '" + name + "'");
            }

            assertNotEquals(one.bootstrapServers(), two.bootstrapServers());
            assertEquals(List.of("one"), new InUse(one).received("mine"));
            assertEquals(List.of("two"), new InUse(two).received("mine"));
            assertEquals(List.of("one"), new InUse(one).query("SELECT * FROM mine"));
            assertEquals(List.of("two"), new InUse(two).query("SELECT * FROM mine"));
        }
    }

    private static ServerSocket somebodyElse(int port) throws IOException {
        return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
    }

    private void rememberPort(int port) throws IOException {
        Files.writeString(folder.resolve("sandbox.properties"), "postgres.port=" + port);
    }

    private static int port(Sandbox sandbox) {
        return URI.create(sandbox.jdbcUrl().substring("jdbc:".length())).getPort();
    }
}
