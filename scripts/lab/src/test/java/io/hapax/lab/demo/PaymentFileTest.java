package io.hapax.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.lab.LabRun;
import io.hapax.schemas.PaymentCommand;
import io.hapax.tools.table.Columns;
import io.hapax.tools.table.TableLine.Malformed;
import io.hapax.tools.table.TableRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaymentFileTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final PaymentFile.Defaults DEFAULTS = new PaymentFile.Defaults("acme", "EUR", 7, NOON);

    private static final Columns PLAIN = PaymentFile.columns("", Set.of());

    @TempDir
    private Path folder;

    @Test
    void shouldTakeFieldsFromTheColumnsThatTheMappingNames() throws IOException {
        PaymentFile file = read(
                "p.csv",
                "step,from,to,value\n1,alice,bob,12.5\n1,bob,alice,7\n",
                PaymentFile.columns("debtor=from,creditor=to,amount=value", Set.of("step")));
        PaymentCommand first = file.payments().getFirst();
        assertEquals("alice", first.getDebtorAccount());
        assertEquals("bob", first.getCreditorAccount());
        assertEquals(1250, first.getAmountMinor());
        assertEquals("EUR", first.getCurrency());
        assertEquals("acme", first.getClientId());
        assertEquals("run-7-line-2", first.getIdempotencyKey());
        assertEquals(NOON, first.getSentAt());
        assertEquals(700, file.payments().getLast().getAmountMinor());
    }

    @Test
    void shouldTellMalformedLinesByTheirNumberAndReadTheRest() throws IOException {
        PaymentFile file = read("p.csv", """
                debtor,creditor,amount,currency,sentAt
                alice,bob,1.00,EUR,
                alice,,1.00,EUR,
                alice,bob,one,EUR,
                alice,bob,1.005,EUR,
                alice,bob,100,JPY,
                alice,bob,1.00,EUR,yesterday
                alice,bob,1,250.00,EUR,
                """, PLAIN);
        assertEquals(2, file.payments().size());
        assertEquals(100, file.payments().getLast().getAmountMinor());
        assertEquals(
                List.of(
                        new Malformed(3, "creditor is empty"),
                        new Malformed(
                                4,
                                "amount \"one\" is no amount: it must be digits, with a point before the decimals, such as"
                                        + " 1250.00"),
                        new Malformed(5, "amount \"1.005\" has more decimals than the 2 of EUR"),
                        new Malformed(7, "sentAt is no ISO 8601 time: yesterday"),
                        new Malformed(
                                8, "it has 6 cells, the header 5; a comma inside a value needs quotes around it")),
                file.malformed());
    }

    @Test
    void shouldReadJsonLines() throws IOException {
        PaymentFile file = read("p.jsonl", """
                {"debtor": "alice", "creditor": "bob", "amount": 12.50, "key": "order-1", "client": "globex"}

                not json
                [1]
                {"debtor": "alice", "creditor": "bob"}
                {"debtor": "alice", "creditor": "bob", "amount": 1, "amount": 2}
                {"debtor": "alice", "creditor": "bob", "amount": 700000000000000.01}
                """, PLAIN);
        assertEquals(2, file.payments().size());
        assertEquals(70_000_000_000_000_001L, file.payments().getLast().getAmountMinor());
        assertEquals(1250, file.payments().getFirst().getAmountMinor());
        assertEquals("order-1", file.payments().getFirst().getIdempotencyKey());
        assertEquals(
                List.of(3L, 4L, 5L, 6L),
                file.malformed().stream().map(Malformed::number).toList());
    }

    @Test
    void shouldRefuseAFileWithOtherColumnsThanItNeeds() {
        for (String header : List.of(
                "from,to", "debtor,creditor", "debtor,creditor,amount,curency", "debtor,creditor,amount,amount")) {
            assertThrows(TableRefusedException.class, () -> read("p.csv", header + "\n", PLAIN), header);
        }
    }

    @Test
    void shouldRefuseColumnsThatAreNamedWrongly() {
        for (String mapping :
                List.of("debitor=a", "debtor", "debtor=", "debtor=a,debtor=b", "debtor=a,creditor=a", "debtor=a=b")) {
            assertThrows(IllegalArgumentException.class, () -> PaymentFile.columns(mapping, Set.of()), mapping);
        }
    }

    @Test
    void shouldPayNothingAndLeaveNothingBehindWhenTheFileIsRefused() throws IOException {
        String file = Files.writeString(folder.resolve("p.csv"), "debtor,creditor,amount\nalice,bob,1,250.00\n")
                .toString();
        String demo = folder.resolve("demo").toString();
        for (String[] arguments : new String[][] {
            {"--payments", file},
            {"--payments", file, "--strict"},
            {"--payments", file, "--columns", "foo=bar"},
            {"--columns", "foo=bar"},
            {"--payments", file + ".none"},
            {"--payments", file, "--opening-balance", "9999999999999"},
            {"--count", "-1"}
        }) {
            LabRun named = LabRun.of("demo", "--folder", demo).with(arguments);
            assertEquals(2, named.exitCode(), named.output());
            assertFalse(Files.exists(Path.of(demo)), named.output());
            LabRun temporary = LabRun.of("demo").with(arguments);
            assertEquals(2, temporary.exitCode(), temporary.output());
            assertFalse(temporary.output().contains("Data and logs are in"), temporary.output());
        }
    }

    @Test
    void shouldCallALineRefusedWhereTheFileIsRefused() throws IOException {
        String file = Files.writeString(folder.resolve("p.csv"), "debtor,creditor,amount\nalice,bob,1,250.00\n")
                .toString();
        String strict = LabRun.of("demo").with("--payments", file, "--strict").output();
        assertTrue(strict.startsWith("line 2 refused: "), strict);
        assertFalse(strict.contains("skipped"), strict);
        String lenient = LabRun.of("demo").with("--payments", file).output();
        assertTrue(lenient.startsWith("line 2 skipped: "), lenient);
        String folderGiven =
                LabRun.of("demo").with("--payments", folder.toString()).output();
        assertTrue(folderGiven.startsWith(folder + ": it is a folder, not a file"), folderGiven);
    }

    private PaymentFile read(String name, String content, Columns columns) throws IOException {
        return PaymentFile.read(Files.writeString(folder.resolve(name), content), columns, DEFAULTS);
    }
}
