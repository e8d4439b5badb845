package io.hapax.tools.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.PaymentCommand;
import io.hapax.tools.demo.PaymentFile.MalformedLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaymentFileTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final PaymentFile.Defaults DEFAULTS = new PaymentFile.Defaults("acme", "EUR", 7, NOON);

    @TempDir
    private Path folder;

    @Test
    void shouldTakeFieldsFromTheColumnsThatTheMappingNames() throws IOException {
        PaymentFile file = read(
                "p.csv",
                "step,from,to,value\n1,alice,bob,12.5\n1,bob,alice,7\n",
                PaymentFile.columns("debtor=from,creditor=to,amount=value"));
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
                "alice
                """, Map.of());
        assertEquals(2, file.payments().size());
        assertEquals(100, file.payments().getLast().getAmountMinor());
        assertEquals(
                List.of(
                        new MalformedLine(3, "creditor is missing"),
                        new MalformedLine(4, "amount is no number: one"),
                        new MalformedLine(5, "amount does not fit the 2 decimals of EUR: 1.005"),
                        new MalformedLine(7, "sentAt is no ISO 8601 time: yesterday")),
                file.malformed().subList(0, 4));
        assertEquals(5, file.malformed().size(), file.malformed().toString());
    }

    @Test
    void shouldReadJsonLines() throws IOException {
        PaymentFile file = read("p.jsonl", """
                {"debtor": "alice", "creditor": "bob", "amount": 12.50, "key": "order-1", "client": "globex"}

                not json
                [1]
                {"debtor": "alice", "creditor": "bob"}
                """, Map.of());
        assertEquals(1, file.payments().size());
        assertEquals(1250, file.payments().getFirst().getAmountMinor());
        assertEquals("order-1", file.payments().getFirst().getIdempotencyKey());
        assertEquals(
                List.of(3L, 4L, 5L),
                file.malformed().stream().map(MalformedLine::number).toList());
    }

    @Test
    void shouldRefuseAFileWithoutTheColumnsItNeeds() {
        String message = assertThrows(IllegalArgumentException.class, () -> read("p.csv", "from,to\na,b\n", Map.of()))
                .getMessage();
        assertTrue(message.contains("--columns debtor=COLUMN"), message);
        assertThrows(IllegalArgumentException.class, () -> PaymentFile.columns("debitor=a"));
    }

    private PaymentFile read(String name, String content, Map<String, String> columns) throws IOException {
        return PaymentFile.read(Files.writeString(folder.resolve(name), content), columns, DEFAULTS);
    }
}
