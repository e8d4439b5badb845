package io.hapax.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sandbox as a program of its own, and what becomes of its parts when that program ends. */
class OrphansTest {
    private static final Duration SECONDS = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(50);

    @TempDir
    Path folder;

    private final List<Process> programs = new ArrayList<>();

    @AfterEach
    void endPrograms() {
        programs.forEach(Process::destroyForcibly);
    }

    @Test
    void shouldEndEveryPartWhenTheParentIsKilled() throws Exception {
        Process parent = startUntilPrinted();
        List<ProcessHandle> parts = parts(Part.values());

        parent.destroyForcibly();

        assertTrue(Wait.until(() -> parts.stream().noneMatch(ProcessHandle::isAlive), SECONDS, POLL));
        try (Sandbox sandbox = Sandbox.start(folder, Part.POSTGRES)) {
            assertEquals(List.of("1"), new InUse(sandbox).query("SELECT 1"));
        }
    }

    @Test
    void shouldEndAPausedPartWhenTheParentIsKilled() throws Exception {
        Process parent = startUntilPrinted("--parts", "postgres");
        ProcessHandle postgres = parts(Part.POSTGRES).getFirst();
        Signals.send("STOP", List.of(postgres.pid()));

        parent.destroyForcibly();

        assertTrue(Wait.until(() -> !postgres.isAlive(), SECONDS, POLL));
    }

    @Test
    void shouldStopEveryPartInOrderWhenTheParentIsAskedToEnd() throws Exception {
        Process parent = startUntilPrinted("--parts", "postgres");
        ProcessHandle postgres = parts(Part.POSTGRES).getFirst();

        parent.destroy();

        assertTrue(parent.waitFor(30, TimeUnit.SECONDS));
        assertFalse(postgres.isAlive());
        assertTrue(Files.readString(folder.resolve("postgres.log")).contains("received fast shutdown request"));
    }

    @Test
    void shouldLeaveADetachedSandboxRunningUntilItIsStopped() throws Exception {
        Process parent = start("start", "--folder", folder.toString(), "--parts", "postgres", "--detach");
        assertTrue(parent.waitFor(60, TimeUnit.SECONDS));
        ProcessHandle postgres = parts(Part.POSTGRES).getFirst();
        try {
            assertTrue(postgres.isAlive());
            assertThrows(SandboxException.class, () -> Sandbox.start(folder, Part.POSTGRES));
            assertTrue(postgres.isAlive());

            assertEquals(List.of(Part.POSTGRES), Sandbox.stopDetached(folder));
            assertFalse(postgres.isAlive());
            assertEquals(List.of(), Sandbox.stopDetached(folder));
        } finally {
            postgres.destroyForcibly();
        }
    }

    @Test
    void shouldLeaveAloneAProcessThatOnlyGotTheRecordedPid() throws Exception {
        Process stranger = new ProcessBuilder("sleep", "60").start();
        programs.add(stranger);
        Files.writeString(folder.resolve("postgres.pid"), Long.toString(stranger.pid()));

        try (Sandbox sandbox = Sandbox.start(folder, Part.POSTGRES)) {
            assertTrue(sandbox.isRunning(Part.POSTGRES));
        }

        assertTrue(stranger.isAlive());
    }

    private Process startUntilPrinted(String... options) throws IOException {
        Process parent = start(Stream.concat(Stream.of("start", "--folder", folder.toString()), Arrays.stream(options))
                .toArray(String[]::new));
        BufferedReader out = parent.inputReader();
        List<String> printed = new ArrayList<>();
        String line;
        while ((line = out.readLine()) != null && !line.startsWith("folder=")) {
            printed.add(line);
        }
        assertEquals("folder=" + folder, line, () -> "printed " + printed);
        return parent;
    }

    private Process start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Java.program(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SandboxMain.class.getName()));
        command.addAll(List.of(arguments));
        Process program = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        programs.add(program);
        return program;
    }

    private List<ProcessHandle> parts(Part... parts) throws IOException {
        List<ProcessHandle> running = new ArrayList<>();
        for (Part part : parts) {
            Path pidFile = folder.resolve(part.label() + ".pid");
            running.add(
                    ProcessHandle.of(Long.parseLong(Files.readString(pidFile))).orElseThrow());
        }
        return running;
    }
}
