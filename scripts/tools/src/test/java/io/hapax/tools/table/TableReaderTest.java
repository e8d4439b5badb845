package io.hapax.tools.table;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.tools.table.TableLine.Malformed;
import io.hapax.tools.table.TableLine.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.apache.commons.csv.CSVFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableReaderTest {
    private static final Columns ACCOUNTS =
            new Columns(List.of("id", "currency"), List.of("balance"), Map.of(), Set.of("note"));

    @TempDir
    private Path folder;

    @Test
    void shouldRefuseARowWithMoreOrFewerCellsThanTheHeader() throws IOException {
        assertEquals(
                List.of(
                        new Malformed(2, "it has 4 cells, the header 3; a comma inside a value needs quotes around it"),
                        row(3, "t2", "EUR", "1,000.00"),
                        new Malformed(5, "it has 2 cells, the header 3"),
                        row(6, "t4", "EUR", "7")),
                csv("id,currency,balance\r\nt1,EUR,1,000.00\r\nt2,EUR,\"1,000.00\"\r\n\r\nt3,EUR\r\nt4, EUR ,7\r\n"));
    }

    @Test
    void shouldRefuseColumnsThatAreUnknownDoubledOrMissing() {
        assertRefused("line 1: unknown column \"balence\", did you mean \"balance\"?", "id,currency,balence\n");
        assertRefused("line 1: unknown column \"Balance\", did you mean \"balance\"?", "id,currency,Balance\n");
        assertRefused("line 1: unknown column \"remark\"; known are id, currency, balance", "id,currency,remark\n");
        assertRefused("line 1: column \"balance\" stands there twice", "id,currency,balance,balance\n");
        assertRefused("line 1: column \"currency\" is missing; known are", "id,balance\n");
        assertRefused("line 1: a column has no name", "id,currency,\n");
        assertRefused("Columns are separated by commas", "id;currency;balance\n");
        assertRefused("it is empty", "");
        assertRefused("it is empty", "\n\n");
    }

    @Test
    void shouldTakeFieldsFromTheColumnsThatTheMappingNamesAndNoOthers() throws IOException {
        Columns mapped =
                new Columns(List.of("id", "currency"), List.of("balance"), Map.of("id", "name"), Set.of("note"));
        assertEquals(
                List.of(row(2, "t1", "EUR", "5")),
                read("a.csv", "note,name,currency,balance,note\n,t1,EUR,5,x\n", mapped));
        assertRefused("unknown column \"id\"; known are name", "id,name,currency\n", mapped);
        assertRefused("column \"name\" is missing, which --columns names for id", "currency,balance\n", mapped);
    }

    @Test
    void shouldRefuseAFileWhoseQuotesDoNotTellWhereARowEnds() {
        assertRefused("line 3: a quote is not closed", "id,currency,balance\nt1,EUR,1\n\"t2,EUR,2\nt3,EUR,3\n");
        assertRefused("line 2: a quote is not closed", "id,currency,balance\n\"t1\"x,EUR,1\n");
    }

    @Test
    void shouldCountTheLinesOfAValueThatSpansThem() throws IOException {
        assertEquals(
                List.of(row(2, "a\nb,EUR,2.00", "EUR", "1"), new Malformed(4, "it has 1 cells, the header 3")),
                csv("id,currency,balance\n\"a\nb,EUR,2.00\",EUR,1\nshort\n"));
    }

    @Test
    void shouldUnderstandTheByteOrderMarksOfSpreadsheets() throws IOException {
        String content = "id,currency,balance\nJosé,EUR,5\n";
        for (byte[] bytes : List.of(
                ("\ufeff" + content).getBytes(UTF_8),
                content.getBytes(UTF_16),
                ("\ufeff" + content).getBytes(UTF_16LE),
                content.getBytes(UTF_8))) {
            assertEquals(List.of(row(2, "José", "EUR", "5")), read("a.csv", bytes, ACCOUNTS));
        }
        assertEquals(
                List.of(row(1, "José", "EUR", "5")),
                read(
                        "a.jsonl",
                        "\ufeff{\"id\":\"José\",\"currency\":\"EUR\",\"balance\":5}".getBytes(UTF_8),
                        ACCOUNTS));
    }

    @Test
    void shouldSayWhereAFileIsNotUtf8AndWhatItLooksLike() {
        String message = refusal("id,currency,balance\r\nt1,EUR,5\r\nJosé,EUR,5\r\n".getBytes(ISO_8859_1));
        assertTrue(
                message.contains("line 3, column 4: the byte e9 is not UTF-8. This looks like Latin-1 or Windows-1252,"
                        + " where it is \"é\": save the file as UTF-8"),
                message);
        byte[] cut = "id,currency\nJosé".getBytes(UTF_8);
        assertTrue(refusal(Arrays.copyOf(cut, cut.length - 1)).contains("line 2, column 4: the byte c3"));
        assertTrue(refusal("id,currency\n".getBytes(UTF_16LE))
                .contains("line 1, column 2: a character U+0000. Is it UTF-16?"));
        assertTrue(refusal(new byte[] {(byte) 0xfe, (byte) 0xff, 0, 'i', (byte) 0xdc, 0})
                .contains("is not UTF-16BE"));
    }

    /** The place is right wherever the buffers of the reading end. */
    @Test
    void shouldFindTheFirstWrongByteOfALongFile() {
        Random random = new Random(14);
        for (int i = 0; i < 15; i++) {
            int lines = random.nextInt(2_000);
            String pad = "é€\ud83d\ude00".repeat(random.nextInt(4));
            StringBuilder text = new StringBuilder("id,currency\n");
            for (int line = 0; line < lines; line++) {
                text.append(pad).append("x,EUR\n");
            }
            byte[] good = text.append(pad).toString().getBytes(UTF_8);
            byte[] bytes = Arrays.copyOf(good, good.length + 1);
            bytes[good.length] = (byte) 0xff;
            String message = refusal(bytes);
            assertTrue(
                    message.contains("line " + (lines + 2) + ", column " + (pad.length() + 1) + ": the byte ff"),
                    message);
        }
    }

    @Test
    void shouldReadNumbersOfJsonAsTheyAreWrittenAndRefuseWhatIsInDoubt() throws IOException {
        assertEquals(
                List.of(
                        row(1, "a", "EUR", "700000000000000.01"),
                        row(2, "b", "EUR", "1.0000000000000000001"),
                        row(3, "c", "EUR", "1e3"),
                        new Row(4, Map.of("id", "d", "currency", "EUR"))),
                read("a.jsonl", """
                        {"id":"a","currency":"EUR","balance":700000000000000.01}
                        {"id":"b","currency":"EUR","balance":1.0000000000000000001}
                        {"id":"c","currency":"EUR","balance":1e3}
                        {"id":"d","currency":"EUR","note":{"any":["thing"]}}
                        """, ACCOUNTS));
        for (String line : List.of(
                "{\"id\":\"a\",\"currency\":\"EUR\",\"balance\":1,\"balance\":2}",
                "{\"id\":\"a\",\"currency\":\"EUR\"} {\"id\":\"b\",\"currency\":\"EUR\"}",
                "{\"id\":\"a\",\"currency\":\"EUR\"} x",
                "{\"id\":\"a\",\"currency\":\"EUR\",\"Balance\":1}",
                "{\"id\":\"a\"}",
                "{\"id\":\"a\",\"currency\":\"EUR\",\"balance\":true}",
                "{\"id\":\"a\",\"currency\":\"EUR\",\"balance\":null}",
                "{\"id\":null,\"currency\":\"EUR\"}",
                "{\"id\":\"a\\ud800\",\"currency\":\"EUR\"}",
                "{\"id\":\"a\",\"currency\":\"EUR\",\"balance\":007}",
                "{\"id\":\"a\",\"currency\":\"EUR\",\"balance\":[1]}",
                "{\"id\":\"a\",\"currency\":\"EUR\",\"balance\":{\"a\":1}}",
                "{\"id\":\"a\",\"currency\":\"EUR\",\"balance\":NaN}",
                "{\"id\":\"a\",\"currency\":\"EUR\"",
                "[1]",
                "7",
                "not json")) {
            List<TableLine> read = read("a.jsonl", line + "\n", ACCOUNTS);
            assertEquals(1, read.size(), line);
            assertTrue(read.getFirst() instanceof Malformed, line + " is " + read);
        }
    }

    @Test
    void shouldSayInWordsWhatIsWrongWithALineOfJson() throws IOException {
        assertEquals(
                List.of(
                        new Malformed(1, "the JSON object does not end on its line; a line holds a whole one"),
                        new Malformed(2, "not a JSON object"),
                        new Malformed(3, "column \"balance\" stands there twice"),
                        new Malformed(4, "\"balance\" is null; leave it out, if its default is meant"),
                        new Malformed(5, "not JSON, at column 7")),
                read("a.jsonl", """
                        {"id":"a","currency":"EUR",
                        "balance":1}
                        {"id":"a","currency":"EUR","balance":1,"balance":2}
                        {"id":"a","currency":"EUR","balance":null}
                        {"id":nothing}
                        """, ACCOUNTS));
    }

    @Test
    void shouldNameAFolderThatIsGivenAsAFile() {
        String message = String.valueOf(
                assertThrows(TableRefusedException.class, () -> TableReader.read(folder, ACCOUNTS, line -> {}))
                        .getMessage());
        assertEquals(folder + ": it is a folder, not a file", message);
    }

    /** Every cell that the field's library writes is read back. */
    @Test
    void shouldReadBackWhateverAnotherProgramWrites() throws IOException {
        Random random = new Random(14);
        String alphabet = "ab,\"\n\r é€\ud83d\ude00';\t1.";
        for (int i = 0; i < 150; i++) {
            StringBuilder text = new StringBuilder();
            List<List<String>> rows = new ArrayList<>();
            try (var printer = CSVFormat.RFC4180.print(text)) {
                printer.printRecord("id", "currency", "balance");
                for (int n = random.nextInt(5); n > 0; n--) {
                    List<String> row = new ArrayList<>();
                    for (int cell = 0; cell < 3; cell++) {
                        row.add("x"
                                + random.ints(random.nextInt(6), 0, alphabet.codePointCount(0, alphabet.length()))
                                        .map(index -> alphabet.codePointAt(alphabet.offsetByCodePoints(0, index)))
                                        .collect(
                                                StringBuilder::new,
                                                StringBuilder::appendCodePoint,
                                                StringBuilder::append)
                                + "x");
                    }
                    rows.add(row);
                    printer.printRecord(row);
                }
            }
            List<List<String>> read = csv(text.toString()).stream()
                    .map(line -> ((Row) line).cells())
                    .map(cells -> List.of(
                            String.valueOf(cells.get("id")),
                            String.valueOf(cells.get("currency")),
                            String.valueOf(cells.get("balance"))))
                    .toList();
            assertEquals(rows, read, text.toString());
        }
    }

    /** Whatever bytes come: rows of three cells, malformed lines, or a refusal; nothing else is thrown. */
    @Test
    void shouldNeverThrowAnythingButARefusal() throws IOException {
        Random random = new Random(15);
        byte[] alphabet = "id,currency,balance\n\r\"{}:, 1.e\\\u00e9".getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i < 600; i++) {
            byte[] start = (i % 2 == 0 ? "id,currency,balance\n" : "").getBytes(UTF_8);
            byte[] bytes = Arrays.copyOf(start, start.length + random.nextInt(60));
            for (int at = start.length; at < bytes.length; at++) {
                bytes[at] = alphabet[random.nextInt(alphabet.length)];
            }
            try {
                read(i % 3 == 0 ? "f.jsonl" : "f.csv", bytes, ACCOUNTS);
            } catch (TableRefusedException expected) {
                assertTrue(String.valueOf(expected.getMessage()).contains("f."), expected::toString);
            }
        }
    }

    private static Row row(long number, String id, String currency, String balance) {
        return new Row(number, Map.of("id", id, "currency", currency, "balance", balance));
    }

    private List<TableLine> csv(String content) throws IOException {
        return read("accounts.csv", content, ACCOUNTS);
    }

    private List<TableLine> read(String name, String content, Columns columns) throws IOException {
        return read(name, content.getBytes(UTF_8), columns);
    }

    private List<TableLine> read(String name, byte[] content, Columns columns) throws IOException {
        List<TableLine> lines = new ArrayList<>();
        TableReader.read(Files.write(folder.resolve(name), content), columns, lines::add);
        return lines;
    }

    private String refusal(byte[] content) {
        return String.valueOf(assertThrows(TableRefusedException.class, () -> read("a.csv", content, ACCOUNTS))
                .getMessage());
    }

    private void assertRefused(String why, String content) {
        assertRefused(why, content, ACCOUNTS);
    }

    private void assertRefused(String why, String content, Columns columns) {
        String message = String.valueOf(assertThrows(TableRefusedException.class, () -> read("a.csv", content, columns))
                .getMessage());
        assertTrue(message.contains("a.csv: ") && message.contains(why), message);
    }
}
