package io.hapax.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command line says before it reaches any part. */
class CommandLineTest {
    private static final String[] DATABASE = {
        "--jdbc-url", "jdbc:postgresql://127.0.0.1:1/none", "--jdbc-user", "nobody"
    };

    @TempDir
    private Path folder;

    @Test
    void shouldTakeAKeyThatBeginsWithAnAtSignAsAKey() throws IOException {
        Path file = Files.writeString(folder.resolve("pom.xml"), "--secret");
        HapaxRun run = HapaxRun.of(
                        "explain", "@" + file, "--bootstrap-servers", "127.0.0.1:1", "--registry", "http://127.0.0.1:1")
                .with(DATABASE);
        assertEquals(2, run.exitCode(), run.output());
        assertTrue(run.output().contains("Connection to 127.0.0.1:1 refused"), run.output());
        assertFalse(run.output().contains("--secret"), run.output());
    }

    @Test
    void shouldPointToTheHelpOfTheCommandThatWasAskedFor() {
        HapaxRun run = HapaxRun.of("accounts", "open", "alice").with(DATABASE);
        assertEquals(2, run.exitCode(), run.output());
        assertEquals("give either an ID with --currency, or --file\nSee: hapax accounts open --help\n", run.output());
        HapaxRun unknown = HapaxRun.of("accounts", "statement", "--currency").with(DATABASE);
        assertTrue(unknown.output().endsWith("See: hapax accounts statement --help\n"), unknown.output());
    }

    @Test
    void shouldListTheCommandsWhereNoneWasNamed() {
        HapaxRun run = HapaxRun.of("accounts").with(DATABASE);
        assertEquals(2, run.exitCode(), run.output());
        assertTrue(run.output().contains("statement"), run.output());
    }

    @Test
    void shouldShowWhatIsWrongWithAnArgumentWithoutObeyingIt() {
        HapaxRun run = HapaxRun.of("accounts", "open", "x\u001b[2Ky\nforged", "--currency", "EUR")
                .with(DATABASE);
        assertEquals(2, run.exitCode(), run.output());
        assertTrue(run.output().contains("x\\u001b[2Ky\\u000aforged"), run.output());
    }
}
