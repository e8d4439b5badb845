package io.hapax.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of an operator with options that are always the same; conf/hapax.properties is one. */
class OptionDefaultsTest {
    @TempDir
    private Path folder;

    @Test
    void shouldTakeFromTheFileWhatTheCommandLineDoesNotSay() throws IOException {
        HapaxRun run = with("jdbc-url=jdbc:postgresql://127.0.0.1:1/from-file\njdbc-user=nobody\n", "accounts", "list");
        assertEquals(2, run.exitCode(), run.output());
        assertTrue(run.output().contains("--jdbc-url jdbc:postgresql://127.0.0.1:1/from-file: "), run.output());
    }

    @Test
    void shouldLetTheCommandLineWin() throws IOException {
        HapaxRun run = with(
                "jdbc-url=jdbc:postgresql://127.0.0.1:1/from-file\njdbc-user=nobody\n",
                "accounts",
                "--jdbc-url",
                "jdbc:postgresql://127.0.0.1:1/said",
                "list");
        assertTrue(run.output().contains("--jdbc-url jdbc:postgresql://127.0.0.1:1/said: "), run.output());
    }

    @Test
    void shouldTakeALineForOneCommandInThatCommandAlone() throws IOException {
        String lines = "hapax.reconcile.limit=-1\nbootstrap-servers=127.0.0.1:1\nregistry=http://127.0.0.1:1\n"
                + "jdbc-url=jdbc:postgresql://127.0.0.1:1/none\njdbc-user=nobody\n";
        assertTrue(with(lines, "reconcile").output().contains("--limit"));
        HapaxRun audit = with(lines, "audit");
        assertTrue(!audit.output().contains("--limit"), audit.output());
    }

    @Test
    void shouldRefuseALineThatStandsForNothing() throws IOException {
        HapaxRun run = with("bootstrap.servers=a:1\njdbc-password=x\n", "topics", "verify");
        assertEquals(2, run.exitCode(), run.output());
        assertTrue(run.output().contains("bootstrap.servers in " + folder), run.output());
        assertTrue(run.output().contains("jdbc-password in " + folder), run.output());
    }

    @Test
    void shouldSayThatThereIsNoSuchFile() {
        HapaxRun run = run(folder.resolve("none"), "topics", "verify");
        assertEquals(2, run.exitCode(), run.output());
        assertTrue(run.output().contains("there is no such file"), run.output());
    }

    @Test
    void shouldKnowEveryLineThatTheArchiveShows() throws IOException {
        String shown =
                Files.readString(Path.of("src/main/dist/conf/hapax.properties")).replaceAll("(?m)^#(?=[a-z-]+=)", "");
        assertTrue(shown.contains("\nregistry="), shown);
        HapaxRun run = with(shown, "--version");
        assertEquals(0, run.exitCode(), run.output());
    }

    private HapaxRun with(String lines, String... arguments) throws IOException {
        return run(Files.writeString(folder.resolve("hapax.properties"), lines), arguments);
    }

    private static HapaxRun run(Path file, String... arguments) {
        StringWriter screen = new StringWriter();
        int exitCode = Hapax.run(Hapax.commandLine(screen, screen, hapax -> {}), file, arguments);
        return new HapaxRun(exitCode, screen.toString());
    }
}
