package io.hapax.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;

/** A program of the machine's, such as {@code tar}, run to its end. */
public final class Program {
    private Program() {}

    /** Fails with what the program says unless its exit code is 0. */
    public static void run(String... command) throws IOException, InterruptedException {
        Process running = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(running.getInputStream().readAllBytes(), UTF_8);
        assertEquals(0, running.waitFor(), said);
    }
}
