package io.hapax.ledger.posting;

import static io.hapax.ledger.posting.Requests.payment;
import static io.hapax.ledger.posting.Reservations.HOUR;
import static io.hapax.ledger.posting.Reservations.NOON;
import static io.hapax.ledger.posting.Reservations.capture;
import static io.hapax.ledger.posting.Reservations.event;
import static io.hapax.ledger.posting.Reservations.hold;
import static io.hapax.ledger.posting.Reservations.id;
import static io.hapax.ledger.posting.Reservations.release;
import static io.hapax.ledger.posting.Reservations.result;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.topics.PaymentKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of reservations, captures and releases, in the order of the log. */
class ReservationTest {
    private final LedgerInMemory ledger = new LedgerInMemory()
            .with("alice", 100)
            .with("bob", 0)
            .with("carol", 0)
            .with(new Account("dora", "USD", AccountKind.CUSTOMER, 0, true, 100));

    private long offset;
    private Instant now = NOON;

    @Test
    void shouldHoldMoneyThatNobodyElseCanUse() {
        assertEquals("COMPLETED", post("hold", hold("alice", "bob", 70)));
        assertEquals("alice 100 held 70", show("alice"));
        assertEquals("INSUFFICIENT_FUNDS alice", post("rent", new PaymentContent("alice", "carol", 31, "EUR", null)));
        assertEquals("INSUFFICIENT_FUNDS alice", post("hold 2", hold("alice", "bob", 31)));
        assertEquals("COMPLETED", post("bread", new PaymentContent("alice", "carol", 30, "EUR", null)));
        assertEquals("alice 70 held 70", show("alice"));
    }

    @Test
    void shouldLetExactlyAsManyHoldsStandAsThereIsMoneyFor() {
        List<PostingRequest> race = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            race.add(event("hold " + i, hold("alice", "bob", 10), ++offset, now));
        }
        long standing = ledger.post(race).stream()
                .filter(answer -> result(answer).equals("COMPLETED"))
                .count();
        assertEquals(10, standing);
        assertEquals(10, ledger.open.size());
        assertEquals("alice 100 held 100", show("alice"));
    }

    @Test
    void shouldHoldNothingForAHoldThatFailed() {
        assertEquals("INSUFFICIENT_FUNDS alice", post("hold", hold("alice", "bob", 101)));
        assertEquals("alice 100 held 0", show("alice"));
        assertEquals("RESERVATION_FAILED", post("capture", capture("hold", "alice", 1, false)));
        assertEquals("RESERVATION_FAILED", post("void", release("hold", "alice")));
    }

    @Test
    void shouldMoveWhatIsCapturedAndFreeTheRest() {
        post("hold", hold("alice", "bob", 70));
        assertEquals("COMPLETED", post("capture", capture("hold", "alice", 50, false)));
        assertEquals("alice 50 held 0", show("alice"));
        assertEquals("bob 50 held 0", show("bob"));
        assertEquals(
                List.of(new ReservationEnd(id("hold"), ReservationEnd.How.CAPTURED, id("capture"), 20, now)),
                ledger.ends);
    }

    @Test
    void shouldCaptureOnceUnderTwoKeys() {
        post("hold", hold("alice", "bob", 70));
        List<PostingAnswer> answers = ledger.post(List.of(
                event("one", capture("hold", "alice", 50, false), ++offset, now),
                event("other", capture("hold", "alice", 50, false), ++offset, now)));
        assertEquals(
                List.of("COMPLETED", "RESERVATION_CAPTURED"),
                answers.stream().map(Reservations::result).toList());
        assertEquals("bob 50 held 0", show("bob"));
    }

    @Test
    void shouldAnswerARetriedCaptureAsTheFirstTime() {
        post("hold", hold("alice", "bob", 70));
        PostingRequest request = event("capture", capture("hold", "alice", 50, false), ++offset, now);
        PostingAnswer first = ledger.post(List.of(request)).getFirst();
        PostingAnswer again = ledger.post(List.of(request)).getFirst();
        assertEquals(
                new PostingResult.AlreadySettled(((PostingResult.Settled) first.result()).payment()), again.result());
        assertEquals("bob 50 held 0", show("bob"));
    }

    @Test
    void shouldCaptureSeveralTimesWithinTheHoldAndNotBeyond() {
        post("hold", hold("alice", "bob", 70, HOUR, true));
        assertEquals("COMPLETED", post("one", capture("hold", "alice", 30, true)));
        assertEquals("alice 70 held 40", show("alice"));
        assertEquals("AMOUNT_ABOVE_RESERVATION", post("beyond", capture("hold", "alice", 41, true)));
        assertEquals("COMPLETED", post("two", capture("hold", "alice", 40, true)));
        assertEquals("RESERVATION_CAPTURED", post("three", capture("hold", "alice", 1, true)));
        assertEquals("alice 30 held 0", show("alice"));
        assertEquals("bob 70 held 0", show("bob"));
    }

    /** In one batch, in which the rest takes the place of the whole. */
    @Test
    void shouldFreeOnlyTheRestWhenAHoldThatWasCapturedInPartIsOver() {
        List<PostingAnswer> answers = ledger.post(List.of(
                event("hold", hold("alice", "bob", 70, HOUR, true), ++offset, NOON),
                event("capture", capture("hold", "alice", 30, true), ++offset, NOON),
                event("rent", payment("alice", "carol", 70), ++offset, NOON.plus(HOUR))));
        assertEquals(
                List.of("COMPLETED", "COMPLETED", "COMPLETED"),
                answers.stream().map(Reservations::result).toList());
        assertEquals("alice 0 held 0", show("alice"));
        assertEquals(
                List.of(40L),
                ledger.ends.stream().map(ReservationEnd::releasedMinor).toList());
    }

    /** Such an event can only be an outsider's: all of a debtor lie on one partition. */
    @Test
    void shouldNotEndAHoldByTheClockOfAnotherPartition() {
        post("hold", hold("alice", "bob", 70));
        PostingRequest elsewhere = Requests.onAnotherPartition(
                event("rent", payment("alice", "carol", 31), ++offset, NOON.plus(HOUR.multipliedBy(2))));
        assertEquals(
                "INSUFFICIENT_FUNDS alice",
                result(ledger.post(List.of(elsewhere)).getFirst()));
        assertEquals("alice 100 held 70", show("alice"));
    }

    /** An id of entries is taken for what moves money, and for nothing else. */
    @Test
    void shouldMakeEntriesOfPaymentsAndCapturesAlone() {
        post("hold", hold("alice", "bob", 70, HOUR, true));
        post("capture", capture("hold", "alice", 30, true));
        post("void", release("hold", "alice"));
        post("rent", payment("alice", "carol", 10));
        Set<UUID> entered = ledger.entries.stream().map(Entry::paymentId).collect(Collectors.toSet());
        assertEquals(Set.of(id("capture"), id("rent")), entered);
        for (RecordedPayment payment : ledger.recorded.values()) {
            assertEquals(
                    entered.contains(payment.request().paymentId()),
                    payment.request().content().movesMoney(),
                    payment.request().idempotencyKey());
        }
    }

    @Test
    void shouldFreeMoneyOnce() {
        post("hold", hold("alice", "bob", 70));
        assertEquals("COMPLETED", post("void", release("hold", "alice")));
        assertEquals("RESERVATION_VOIDED", post("void again", release("hold", "alice")));
        assertEquals("RESERVATION_VOIDED", post("late", capture("hold", "alice", 1, false)));
        assertEquals("alice 100 held 0", show("alice"));
    }

    @ParameterizedTest(name = "{0} ms before the end: {1}")
    @CsvSource({"1, COMPLETED, CAPTURED", "0, RESERVATION_EXPIRED, EXPIRED", "-1, RESERVATION_EXPIRED, EXPIRED"})
    void shouldCaptureUntilTheTimeOfTheLogIsOver(long before, String answer, ReservationEnd.How how) {
        post("hold", hold("alice", "bob", 70));
        now = NOON.plus(HOUR).minusMillis(before);
        assertEquals(answer, post("capture", capture("hold", "alice", 70, false)));
        assertEquals(how, ledger.ends.getFirst().how());
        assertEquals(0, ledger.accounts.get("alice").heldMinor());
    }

    /** The times of a partition go back and forth: several tasks write to it. */
    @Test
    void shouldNotGoBackInTime() {
        post("hold", hold("alice", "bob", 70));
        now = NOON.plus(HOUR);
        post("of another account", new PaymentContent("dora", "bob", 1, "EUR", null));
        now = NOON.plusSeconds(1);
        assertEquals("RESERVATION_EXPIRED", post("capture", capture("hold", "alice", 70, false)));
    }

    @Test
    void shouldSeeMoneyFreeWhoseHoldIsOver() {
        post("hold", hold("alice", "bob", 70));
        now = NOON.plus(HOUR);
        assertEquals("COMPLETED", post("rent", new PaymentContent("alice", "carol", 100, "EUR", null)));
        assertEquals("alice 0 held 0", show("alice"));
    }

    @Test
    void shouldFreeWhatNobodyAsksAboutWhenTheTimeOfThePartitionIsTold() {
        post("hold", hold("alice", "bob", 70));
        ledger.post(List.of(new LedgerInput.TimePassed(1, NOON.plus(HOUR))));
        ledger.post(List.of(new LedgerInput.TimePassed(0, NOON.plus(HOUR).minusMillis(1))));
        assertEquals("alice 100 held 70", show("alice"));
        ledger.post(List.of(new LedgerInput.TimePassed(0, NOON.plus(HOUR))));
        assertEquals("alice 100 held 0", show("alice"));
        ledger.post(List.of(new LedgerInput.TimePassed(0, NOON.plus(HOUR))));
        assertEquals(1, ledger.ends.size());
    }

    @Test
    void shouldHoldNothingThatIsOverBeforeItIsRead() {
        now = NOON.plus(HOUR);
        post("later", new PaymentContent("dora", "bob", 1, "EUR", null));
        now = NOON;
        assertEquals("RESERVATION_EXPIRED", post("hold", hold("alice", "bob", 70)));
        assertEquals("alice 100 held 0", show("alice"));
    }

    /** Else an account could be closed to get out of what was promised. */
    @Test
    void shouldCaptureFromAnAccountThatWasClosedSince() {
        post("hold", hold("alice", "bob", 70));
        ledger.close("alice");
        assertEquals("COMPLETED", post("capture", capture("hold", "alice", 70, false)));
        assertEquals("alice 30 held 0", show("alice"));
    }

    @Test
    void shouldKeepHoldingWhenTheCreditorWasClosedSince() {
        post("hold", hold("alice", "bob", 70));
        ledger.close("bob");
        assertEquals("ACCOUNT_CLOSED bob", post("capture", capture("hold", "alice", 70, false)));
        assertEquals("alice 100 held 70", show("alice"));
        assertEquals("COMPLETED", post("void", release("hold", "alice")));
    }

    @Test
    void shouldNotKnowAnotherClientsReservation() {
        post("hold", hold("alice", "bob", 70));
        UUID others = new PaymentKey("another", "hold").paymentId();
        assertEquals("RESERVATION_NOT_FOUND", post("capture", capture(others, "alice", 70, "EUR", false)));
    }

    @Test
    void shouldTakeNoPaymentForAReservation() {
        post("rent", new PaymentContent("alice", "bob", 30, "EUR", null));
        assertEquals("RESERVATION_NOT_FOUND", post("capture", capture("rent", "alice", 30, false)));
        assertEquals("RESERVATION_NOT_FOUND", post("void", release("rent", "alice")));
    }

    private String post(String key, PaymentContent content) {
        return result(ledger.post(List.of(event(key, content, ++offset, now))).getFirst());
    }

    private String show(String id) {
        Account account = ledger.accounts.get(id);
        return id + " " + account.balanceMinor() + " held " + account.heldMinor();
    }
}
