package io.hapax.ledger.posting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Logs from a seed, in which everything collides: the books follow from the log alone, however it is cut. */
class ReservationLogTest {
    private static final int LOGS = 100;

    @Test
    void shouldLeaveTheSameBooksHoweverTheLogIsCut() {
        Map<String, Integer> seen = new TreeMap<>();
        for (int seed = 0; seed < LOGS; seed++) {
            Random random = new Random(seed);
            List<LedgerInput> log = ReservationLogs.log(random, "log " + seed);
            LedgerInMemory oneByOne = ledger();
            List<PostingAnswer> expected = new ArrayList<>();
            for (LedgerInput input : log) {
                expected.addAll(oneByOne.post(List.of(input)));
                requireSound(oneByOne, "seed " + seed);
            }
            LedgerInMemory inSets = ledger();
            List<PostingAnswer> answers = new ArrayList<>();
            for (int from = 0; from < log.size(); ) {
                int until = Math.min(log.size(), from + 1 + random.nextInt(30));
                answers.addAll(inSets.post(log.subList(from, until)));
                // Read again after a crash: nothing may come of it.
                if (random.nextInt(4) == 0) inSets.post(log.subList(from, until));
                from = until;
            }
            assertEquals(expected, answers, "seed " + seed);
            assertEquals(oneByOne.accounts, inSets.accounts, "seed " + seed);
            assertEquals(oneByOne.entries, inSets.entries, "seed " + seed);
            assertEquals(oneByOne.open, inSets.open, "seed " + seed);
            assertEquals(oneByOne.ends, inSets.ends, "seed " + seed);
            assertEquals(oneByOne.clocks, inSets.clocks, "seed " + seed);
            expected.forEach(answer -> seen.merge(kind(answer), 1, Integer::sum));
        }
        for (String kind : List.of(
                "COMPLETED",
                "INSUFFICIENT_FUNDS",
                "RESERVATION_NOT_FOUND",
                "RESERVATION_FAILED",
                "RESERVATION_CAPTURED",
                "RESERVATION_VOIDED",
                "RESERVATION_EXPIRED",
                "RESERVATION_NOT_MULTIPLE",
                "AMOUNT_ABOVE_RESERVATION",
                "Conflict",
                "AlreadySettled",
                "NotFound")) {
            assertTrue(seen.getOrDefault(kind, 0) > LOGS / 10, kind + " in " + seen);
        }
    }

    private static LedgerInMemory ledger() {
        LedgerInMemory ledger = new LedgerInMemory();
        ReservationLogs.ACCOUNTS.forEach(account -> ledger.with(account, 100));
        return ledger;
    }

    /** What must hold after each input, told by other means than the rule's. */
    private static void requireSound(LedgerInMemory ledger, String where) {
        assertEquals(0, ledger.entries.stream().mapToLong(Entry::amountMinor).sum(), where);
        Map<String, Long> held = new TreeMap<>();
        ReservationLogs.ACCOUNTS.forEach(account -> held.put(account, 0L));
        ledger.open.values().forEach(each -> held.merge(each.debtor(), each.remainingMinor(), Long::sum));
        ledger.accounts.forEach((id, account) -> {
            assertEquals(held.get(id), account.heldMinor(), where + ": held of " + id);
            assertTrue(account.balanceMinor() - account.heldMinor() >= 0, where + ": " + account);
        });
        Set<UUID> ended = new HashSet<>();
        ledger.ends.forEach(end -> assertTrue(ended.add(end.reservationId()), where + ": ended twice"));
        ledger.recorded.values().forEach(payment -> requireWithin(payment, ledger, where));
    }

    private static void requireWithin(RecordedPayment reserved, LedgerInMemory ledger, String where) {
        PaymentContent content = reserved.request().content();
        if (!(content.step() instanceof Step.Reserve reserve)
                || reserved.settlement() instanceof PaymentResult.Failed) {
            return;
        }
        UUID reservation = reserved.request().paymentId();
        long captured = ledger.recorded.values().stream()
                .filter(each -> each.settlement() instanceof PaymentResult.Completed
                        && each.request().content().step() instanceof Step.Capture capture
                        && capture.reservationId().equals(reservation))
                .mapToLong(each -> each.request().content().amountMinor())
                .sum();
        long remaining = ledger.open.containsKey(reservation)
                ? ledger.open.get(reservation).remainingMinor()
                : ledger.ends.stream()
                        .filter(end -> end.reservationId().equals(reservation))
                        .mapToLong(ReservationEnd::releasedMinor)
                        .sum();
        assertEquals(content.amountMinor(), captured + remaining, where + ": " + reserved);
        Instant expiresAt = reserved.request().acceptedAt().plus(reserve.hold());
        ledger.ends.stream()
                .filter(end -> end.reservationId().equals(reservation))
                .forEach(end -> assertEquals(
                        end.how() == ReservationEnd.How.EXPIRED,
                        !end.clock().isBefore(expiresAt),
                        where + ": " + end + " of " + reserved));
    }

    private static String kind(PostingAnswer answer) {
        return switch (answer.result()) {
            case PostingResult.Settled settled ->
                switch (settled.payment().settlement()) {
                    case PaymentResult.Completed completed -> "COMPLETED";
                    case PaymentResult.Failed failed -> failed.reason().name();
                };
            default -> answer.result().getClass().getSimpleName();
        };
    }
}
