package io.hapax.tools.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.hapax.tools.Hapax;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class ScreenTest {
    private final StringWriter shown = new StringWriter();
    private final Screen screen = new Screen(shown);

    @Test
    void shouldShowAPaymentsControlCharactersInsteadOfObeyingThem() {
        screen.println("1 alice x\u001b[2K y\r\n2 mallory 9,999.99 EUR");
        assertEquals("1 alice x\\u001b[2K y\\u000d\\u000a2 mallory 9,999.99 EUR\n", shown.toString());
    }

    @Test
    void shouldShowWhatTurnsAPaymentsTextAroundOrHidesInIt() {
        for (int character : new int[] {
            0x00, 0x07, 0x08, 0x09, 0x1b, 0x7f, 0x80, 0x85, 0x9b, 0xad, 0x061c, 0x200b, 0x200d, 0x200e, 0x202e, 0x2028,
            0x2029, 0x2060, 0x2066, 0x2069, 0x3164, 0xfe0f, 0xfeff, 0xe000, 0xe0041
        }) {
            String text = TerminalText.of("a" + Character.toString(character) + "b");
            assertTrue(text.matches("a(\\\\u[0-9a-f]{4}){1,2}b"), Integer.toHexString(character) + ": " + text);
        }
        assertEquals("a\\ud800b", TerminalText.of("a\ud800b"), "half of a pair");
    }

    @Test
    void shouldLeaveAsItIsWhatAPersonCanRead() {
        String text = "Müller & Söhne, 東京 \\ \"x\" €12.50 \ud83d\ude00 Łódź";
        assertEquals(text, TerminalText.of(text));
    }

    @Test
    void shouldShowEachArgumentOfALineAndKeepTheLinesOfItsFormat() {
        screen.printf("%n%-8s|%,d%n", "x\ny", 1234567);
        assertEquals("\nx\\u000ay|1,234,567\n", shown.toString());
    }

    @Test
    void shouldNeverPrintMoreLinesThanAsked() {
        Random random = new Random(14);
        for (int i = 0; i < 20_000; i++) {
            int[] text = random.ints(8, 0, i % 2 == 0 ? 0x300 : 0x110000).toArray();
            screen.println(new String(text, 0, text.length));
        }
        assertEquals(20_000, shown.toString().lines().count());
        assertTrue(shown.toString()
                .chars()
                .allMatch(unit -> unit == '\n' || (unit >= ' ' && (unit < 0x7f || unit > 0x9f))));
    }

    @Test
    void shouldKeepJsonReadableForPrograms() throws IOException {
        String reference = "x\u009b2K \u202e \udb40\udc41 \u007f \"quoted\"\n";
        String json = new ObjectMapper().writeValueAsString(Map.of("reference", reference));
        screen.println(json);
        assertFalse(shown.toString().contains("\u009b"));
        assertEquals(
                reference,
                new ObjectMapper().readTree(shown.toString()).get("reference").asText());
    }

    @Test
    void shouldPrintOnAScreenWhateverTheCommandIs() {
        assertOnScreens(Hapax.commandLine(shown, shown, hapax -> {}));
    }

    private static void assertOnScreens(CommandLine command) {
        assertInstanceOf(Screen.class, command.getOut(), command.getCommandName());
        assertInstanceOf(Screen.class, command.getErr(), command.getCommandName());
        command.getSubcommands().values().forEach(ScreenTest::assertOnScreens);
    }
}
