package io.hapax.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.app.settings.DurationText;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Tests of the command line before it connects to any part. */
class CommandLineTest {
    private static final String[] DATABASE = {
        "--jdbc-url", "jdbc:postgresql://127.0.0.1:1/none", "--jdbc-user", "nobody"
    };

    @TempDir
    private Path folder;

    @Test
    void shouldTakeAKeyThatBeginsWithAnAtSignAsAKey() throws IOException {
        Path file = Files.writeString(folder.resolve("pom.xml"), "--secret");
        LabRun run = LabRun.of(
                        "explain", "@" + file, "--bootstrap-servers", "127.0.0.1:1", "--registry", "http://127.0.0.1:1")
                .with(DATABASE);
        assertEquals(2, run.exitCode(), run.output());
        assertTrue(run.output().contains("Connection to 127.0.0.1:1 refused"), run.output());
        assertFalse(run.output().contains("--secret"), run.output());
    }

    @Test
    void shouldPointToTheHelpOfTheCommandThatWasAskedFor() {
        LabRun run = LabRun.of("accounts", "open", "alice").with(DATABASE);
        assertEquals(2, run.exitCode(), run.output());
        assertEquals("give either an ID with --currency, or --file\nSee: hapax accounts open --help\n", run.output());
        LabRun unknown = LabRun.of("accounts", "statement", "--currency").with(DATABASE);
        assertTrue(unknown.output().endsWith("See: hapax accounts statement --help\n"), unknown.output());
    }

    @Test
    void shouldListTheCommandsWhereNoneWasNamed() {
        LabRun run = LabRun.of("accounts").with(DATABASE);
        assertEquals(2, run.exitCode(), run.output());
        assertTrue(run.output().contains("statement"), run.output());
    }

    @Test
    void shouldShowWhatIsWrongWithAnArgumentWithoutObeyingIt() {
        LabRun run = LabRun.of("accounts", "open", "x\u001b[2Ky\nforged", "--currency", "EUR")
                .with(DATABASE);
        assertEquals(2, run.exitCode(), run.output());
        assertTrue(run.output().contains("x\\u001b[2Ky\\u000aforged"), run.output());
    }

    @Test
    void shouldRefuseANumberBelowZeroWhereverSomethingIsCounted() {
        int asked = 0;
        for (CommandLine command : commands(Lab.commandLine(new StringWriter(), new StringWriter()))) {
            for (OptionSpec option : command.getCommandSpec().options()) {
                if (option.type() != int.class && option.type() != Integer.class && option.type() != short.class) {
                    continue;
                }
                asked++;
                String[] words = command.getCommandSpec().qualifiedName().split(" ", -1);
                for (String wrong : new String[] {"-1"}) {
                    LabRun run = LabRun.of(Arrays.copyOfRange(words, 1, words.length))
                            .with(option.longestName() + "=" + wrong);
                    assertEquals(2, run.exitCode(), run.output());
                    assertTrue(run.output().contains("'" + option.longestName() + "'"), run.output());
                    assertTrue(run.output().contains("is no whole number"), run.output());
                }
            }
        }
        assertTrue(asked > 15, "only " + asked + " options were asked");
    }

    @Test
    void shouldTakeAndShowDurationsInOneSyntax() {
        int asked = 0;
        for (CommandLine command : commands(Lab.commandLine(new StringWriter(), new StringWriter()))) {
            for (OptionSpec option : command.getCommandSpec().options()) {
                assertFalse(
                        String.join(" ", option.description()).contains("ISO 8601") && option.type() != Instant.class,
                        option.longestName());
                if (option.type() == Duration.class) {
                    asked++;
                    if (option.defaultValue() != null) {
                        assertEquals(DurationText.of(DurationText.parse(option.defaultValue())), option.defaultValue());
                    }
                }
            }
        }
        assertTrue(asked >= 10, "only " + asked + " options were asked");
        LabRun run = LabRun.of("audit").with("--retention", "24");
        assertTrue(run.output().contains("\"24\" has no unit: write it as 24h"), run.output());
    }

    @Test
    void shouldRefuseASettingOfTheKafkaClientThatStandsTwice() throws IOException {
        Path file = Files.writeString(
                folder.resolve("client.properties"), "security.protocol=SSL\nsecurity.protocol=PLAINTEXT\n");
        LabRun run = LabRun.of("topics", "verify", "--bootstrap-servers", "127.0.0.1:1")
                .with("--command-config", file.toString());
        assertEquals(2, run.exitCode(), run.output());
        assertEquals("--command-config: security.protocol stands more than once in " + file + "\n", run.output());
    }

    private static List<CommandLine> commands(CommandLine command) {
        List<CommandLine> all = new ArrayList<>(List.of(command));
        command.getSubcommands().values().forEach(sub -> all.addAll(commands(sub)));
        return all;
    }
}
