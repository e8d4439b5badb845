package io.hapax.stream.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.Verdict;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.junit.jupiter.api.Test;

/**
 * A test that no number for other programs is beyond the range of JavaScript: its Avro library throws beyond 2^53 -
 * 2.
 */
class NumbersForOthersTest {
    private static final long LARGEST = (1L << 53) - 2;

    @Test
    void shouldWriteNoNumberIntoADecisionThatJavaScriptCannotHold() {
        Set<Verdict> seen = EnumSet.noneOf(Verdict.class);
        List<String> tooLarge = new ArrayList<>();
        try (Journey journey = new Journey()) {
            for (int i = 0; i < 50; i++) {
                PaymentCommand command =
                        journey.command("order-" + i).setAmountMinor(1 + i).build();
                journey.send(command);
                journey.send(command);
                journey.ledgerCompletes(journey.events());
                journey.send(command);
                journey.send(
                        PaymentCommand.newBuilder(command).setAmountMinor(2 + i).build());
                journey.send(
                        PaymentCommand.newBuilder(command).setAmountMinor(0).build());
                for (PaymentDecision decision : journey.decisions()) {
                    seen.add(decision.getVerdict());
                    findTooLarge(decision, tooLarge);
                }
            }
        }
        assertEquals(EnumSet.complementOf(EnumSet.of(Verdict.EXPIRED)), seen);
        assertEquals(List.of(), tooLarge);
    }

    @Test
    void shouldTellTheLedgerNoAmountThatJavaScriptCannotHold() {
        try (Journey journey = new Journey()) {
            for (long amount : new long[] {1, 9_000_000_000_000_000L, LARGEST, LARGEST + 1, Long.MAX_VALUE}) {
                journey.send(journey.command("order-" + amount)
                        .setAmountMinor(amount)
                        .build());
            }
            List<String> tooLarge = new ArrayList<>();
            List<LedgerEvent> events = journey.events();
            events.forEach(event -> findTooLarge(event, tooLarge));
            assertEquals(List.of(), tooLarge);
            assertEquals(2, events.size());
            journey.decisions().forEach(decision -> {
                assertEquals(List.of("AMOUNT_TOO_LARGE"), decision.getViolations());
                findTooLarge(decision, tooLarge);
            });
            assertEquals(List.of(), tooLarge);
        }
    }

    private static void findTooLarge(IndexedRecord wire, List<String> tooLarge) {
        for (Schema.Field field : wire.getSchema().getFields()) {
            switch (wire.get(field.pos())) {
                case Long number when Math.abs(number) > LARGEST -> tooLarge.add(field.name() + " " + number);
                case IndexedRecord inner -> findTooLarge(inner, tooLarge);
                case null, default -> {}
            }
        }
    }
}
