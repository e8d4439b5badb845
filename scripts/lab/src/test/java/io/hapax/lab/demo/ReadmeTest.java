package io.hapax.lab.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.lab.Lab;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands that the README prints for {@code scripts/demo --keep}, run as they stand there, with the output that
 * stands there.
 */
@Tag("long")
class ReadmeTest {
    private static final Pattern CONSOLE = Pattern.compile("```console\\n(.*?)```", Pattern.DOTALL);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /** One command of the README. */
    private record Shown(String command, String output) {}

    @Test
    void shouldPrintCommandsThatWorkAgainstTheDemo(@TempDir Path folder) throws Exception {
        StringWriter screen = new StringWriter();
        Thread demo = Thread.ofPlatform()
                .start(() -> Lab.commandLine(screen, screen)
                        .execute(
                                "demo",
                                "--keep",
                                "--count",
                                "20",
                                "--folder",
                                folder.resolve("demo").toString()));
        try {
            String exports = exports(demo, screen);
            List<Shown> commands = curlCommands();
            assertFalse(commands.isEmpty(), "the README shows no command");
            for (Shown shown : commands) {
                assertEquals(shown.output(), run(exports + shown.command(), folder), shown.command());
            }
            kill("ledger-consumer", screen);
            assertTrue(demo.join(PATIENCE), "the demo stays up though an app is gone");
            assertTrue(
                    screen.toString().contains("ledger-consumer ended by itself, with exit code 137"),
                    screen::toString);
        } finally {
            demo.interrupt();
            demo.join(PATIENCE);
        }
    }

    private static void kill(String app, StringWriter screen) {
        Matcher process =
                Pattern.compile("(?m)^" + app + " .*, process ([0-9]+)$").matcher(screen.toString());
        assertTrue(process.find(), screen::toString);
        ProcessHandle.of(Long.parseLong(process.group(1))).orElseThrow().destroyForcibly();
    }

    /** The lines that the demo tells a person to copy. */
    private static String exports(Thread demo, StringWriter screen) throws InterruptedException {
        Instant deadline = Instant.now().plus(PATIENCE);
        while (!screen.toString().contains("Everything stays up")) {
            assertTrue(demo.isAlive() && Instant.now().isBefore(deadline), screen::toString);
            Thread.sleep(200);
        }
        StringBuilder exports = new StringBuilder();
        screen.toString()
                .lines()
                .filter(line -> line.startsWith("  export "))
                .forEach(line -> exports.append(line).append('\n'));
        return exports.toString();
    }

    private static List<Shown> curlCommands() throws IOException {
        String readme = Files.readString(Path.of("..", "..", "README.md"));
        Matcher blocks = CONSOLE.matcher(readme);
        List<Shown> commands = new ArrayList<>();
        while (blocks.find()) {
            for (String part : blocks.group(1).split("(?m)^\\$ ", -1)) {
                if (part.startsWith("curl ")) {
                    commands.add(shown(part));
                }
            }
        }
        return commands;
    }

    /** The command ends with its first line that does not go on. */
    private static Shown shown(String part) {
        Matcher command = Pattern.compile("\\A(?:.*\\\\\\n)*.*\\n").matcher(part);
        assertTrue(command.find(), part);
        return new Shown(command.group(), part.substring(command.end()));
    }

    private static String run(String script, Path folder) throws IOException, InterruptedException {
        Path output = folder.resolve("output.txt");
        Process bash = new ProcessBuilder("bash", "-c", script)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        assertTrue(bash.waitFor(1, TimeUnit.MINUTES), script);
        String text = Files.readString(output, UTF_8);
        return text.endsWith("\n") ? text : text + "\n";
    }
}
