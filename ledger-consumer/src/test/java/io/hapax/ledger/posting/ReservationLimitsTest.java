package io.hapax.ledger.posting;

import static io.hapax.ledger.posting.Reservations.HOUR;
import static io.hapax.ledger.posting.Reservations.NOON;
import static io.hapax.ledger.posting.Reservations.capture;
import static io.hapax.ledger.posting.Reservations.event;
import static io.hapax.ledger.posting.Reservations.hold;
import static io.hapax.ledger.posting.Reservations.id;
import static io.hapax.ledger.posting.Reservations.release;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.topics.LogPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reservations whose numbers, times or order nobody expects. */
class ReservationLimitsTest {
    private static final Account BANK = new Account("bank", "EUR", AccountKind.SYSTEM, 0, true, 0);

    private final LedgerInMemory ledger =
            new LedgerInMemory().with("alice", 100).with("bob", 0).with(BANK);

    private long offset;

    @Test
    void shouldHoldAllThatFitsIn64BitsAndNoMore() {
        assertEquals(List.of("COMPLETED"), post(step("most", hold("bank", "bob", Long.MAX_VALUE))));
        assertEquals(
                List.of("BALANCE_OVERFLOW bank", "BALANCE_OVERFLOW bank"),
                post(step("more", hold("bank", "bob", 2)), step("pay", pay("bank", "bob", 2))));
        assertEquals(List.of("COMPLETED"), post(step("capture", capture("most", "bank", Long.MAX_VALUE, false))));
        assertEquals(new Account("bank", "EUR", AccountKind.SYSTEM, 0, true, -Long.MAX_VALUE), bank());
    }

    /** What is held counts as much as the balance. */
    @Test
    void shouldHoldNoMoreThan64BitsOfAnAccountThatOwesMuch() {
        ledger.with(new Account("bank", "EUR", AccountKind.SYSTEM, 0, true, Long.MIN_VALUE + 5));
        assertEquals(
                List.of("BALANCE_OVERFLOW bank", "COMPLETED", "BALANCE_OVERFLOW bank"),
                post(
                        step("six", hold("bank", "bob", 6)),
                        step("five", hold("bank", "bob", 5)),
                        step("one", hold("bank", "bob", 1))));
    }

    @Test
    void shouldHoldNoMoreThan64BitsOfAnAccountThatOwnsMuch() {
        ledger.with(new Account("bank", "EUR", AccountKind.SYSTEM, 0, true, Long.MAX_VALUE));
        assertEquals(
                List.of("COMPLETED", "BALANCE_OVERFLOW bank"),
                post(step("most", hold("bank", "bob", Long.MAX_VALUE)), step("one", hold("bank", "bob", 1))));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void shouldHoldAndCaptureNoAmountThatIsNone(long amountMinor) {
        post(step("hold", hold("alice", "bob", 10)));
        assertEquals(
                List.of("INVALID_POSTING", "INVALID_POSTING"),
                post(
                        step("none", hold("alice", "bob", amountMinor)),
                        step("capture", capture("hold", "alice", amountMinor, false))));
        assertEquals(10, ledger.accounts.get("alice").heldMinor());
    }

    @ParameterizedTest
    @ValueSource(longs = {11, Long.MAX_VALUE})
    void shouldCaptureNoMoreThanIsHeld(long amountMinor) {
        post(step("hold", hold("alice", "bob", 10)));
        assertEquals(
                List.of("AMOUNT_ABOVE_RESERVATION"),
                post(step("capture", capture("hold", "alice", amountMinor, false))));
    }

    /** They would end the reservations of everybody. */
    @ParameterizedTest
    @ValueSource(longs = {Long.MAX_VALUE, 253_402_300_800_000L, -1, Long.MIN_VALUE})
    void shouldNotMoveTheClockToATimeThatNoCalendarHas(long ms) {
        Instant odd = Instant.ofEpochMilli(ms);
        post(step("hold", hold("alice", "bob", 10)));
        assertEquals(List.of("COMPLETED"), post(at(odd, "pay", pay("alice", "bob", 1))));
        ledger.post(List.of(new LedgerInput.TimePassed(0, odd)));
        assertEquals(NOON, ledger.clocks.get(0));
        assertEquals(List.of("COMPLETED"), post(step("capture", capture("hold", "alice", 10, false))));
    }

    @Test
    void shouldEndAllByTheLastTimeOfTheCalendar() {
        post(step("hold", hold("alice", "bob", 10)));
        ledger.post(List.of(new LedgerInput.TimePassed(0, Instant.ofEpochMilli(253_402_300_799_999L))));
        assertEquals(0, ledger.accounts.get("alice").heldMinor());
    }

    /** How late it is when it is over must be a number that the books can hold. */
    @ParameterizedTest(name = "accepted at {0}, for {1} ms: {2}")
    @CsvSource({
        "9223372036854775807, 1, INVALID_POSTING",
        "0, 9223372036854775807, INVALID_POSTING",
        "9223372036854775807, 9223372036854775807, INVALID_POSTING",
        "253402300799999, 1, INVALID_POSTING",
        "253402300799998, 1, COMPLETED",
        "-9223372036854775808, 1, RESERVATION_EXPIRED",
        "0, -9223372036854775808, RESERVATION_EXPIRED",
        "-9223372036854775808, -9223372036854775808, RESERVATION_EXPIRED",
        "1, 0, RESERVATION_EXPIRED"
    })
    void shouldHoldOnlyUntilATimeThatACalendarHas(long acceptedAtMs, long holdMs, String answer) {
        PostingRequest request = new PostingRequest(
                PostingRequest.Kind.POST,
                id("hold"),
                Reservations.CLIENT,
                "hold",
                hold("alice", "bob", 10, Duration.ofMillis(holdMs), false),
                1,
                Instant.ofEpochMilli(acceptedAtMs),
                new LogPosition(3, 1),
                new LogPosition(0, 1),
                Instant.ofEpochMilli(1));
        assertEquals(List.of(answer), post(request));
    }

    @Test
    void shouldHoldOnceWhatComesTwiceInABatch() {
        PostingRequest hold = step("hold", hold("alice", "bob", 70));
        List<PostingAnswer> answers = ledger.post(List.of(hold, hold));
        assertEquals(
                PostingResult.AlreadySettled.class, answers.getLast().result().getClass());
        assertEquals(70, ledger.accounts.get("alice").heldMinor());
    }

    @Test
    void shouldCaptureInTheBatchOfTheReservationAndNotBeforeIt() {
        assertEquals(
                List.of("RESERVATION_NOT_FOUND", "COMPLETED", "COMPLETED", "RESERVATION_CAPTURED"),
                post(
                        step("early", capture("hold", "alice", 10, false)),
                        step("hold", hold("alice", "bob", 10)),
                        step("capture", capture("hold", "alice", 10, false)),
                        step("void", release("hold", "alice"))));
        assertEquals(10, ledger.accounts.get("bob").balanceMinor());
    }

    @Test
    void shouldUseInOneBatchTheMoneyOfAHoldThatIsOverInIt() {
        assertEquals(
                List.of("COMPLETED", "INSUFFICIENT_FUNDS alice", "COMPLETED", "RESERVATION_EXPIRED"),
                post(
                        step("hold", hold("alice", "bob", 100)),
                        at(NOON.plus(HOUR).minusMillis(1), "too early", pay("alice", "bob", 1)),
                        at(NOON.plus(HOUR), "pay", pay("alice", "bob", 100)),
                        step("capture", capture("hold", "alice", 100, false))));
    }

    @Test
    void shouldFindNoReservationUnderTheKeyOfTheCaptureItself() {
        assertEquals(List.of("RESERVATION_NOT_FOUND"), post(step("capture", capture("capture", "alice", 10, false))));
    }

    private static PaymentContent pay(String debtor, String creditor, long amountMinor) {
        return new PaymentContent(debtor, creditor, amountMinor, "EUR", null);
    }

    private PostingRequest step(String key, PaymentContent content) {
        return at(NOON, key, content);
    }

    /** Accepted at noon, by an event of another time. */
    private PostingRequest at(Instant eventTime, String key, PaymentContent content) {
        PostingRequest event = event(key, content, ++offset, NOON);
        return new PostingRequest(
                event.kind(),
                event.paymentId(),
                event.clientId(),
                event.idempotencyKey(),
                event.content(),
                event.attempt(),
                event.acceptedAt(),
                event.command(),
                event.event(),
                eventTime);
    }

    private Account bank() {
        return ledger.accounts.get("bank");
    }

    private List<String> post(PostingRequest... requests) {
        return ledger.post(Arrays.asList(requests)).stream()
                .map(Reservations::result)
                .toList();
    }
}
