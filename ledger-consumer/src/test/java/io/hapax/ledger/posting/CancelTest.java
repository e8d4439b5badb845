package io.hapax.ledger.posting;

import static io.hapax.ledger.posting.Reservations.NOON;
import static io.hapax.ledger.posting.Reservations.capture;
import static io.hapax.ledger.posting.Reservations.event;
import static io.hapax.ledger.posting.Reservations.hold;
import static io.hapax.ledger.posting.Reservations.release;
import static io.hapax.ledger.posting.Reservations.result;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.hapax.ledger.posting.PostingRequest.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Cancels and what they meet under the same key, in both orders. */
class CancelTest {
    private final LedgerInMemory ledger =
            new LedgerInMemory().with("alice", 100).with("bob", 0);

    @Test
    void shouldPutACancelOnRecordThatNothingCameBefore() {
        assertEquals("CANCELLED", result(post("key", PaymentContent.cancel(), 1)));
        assertEquals(List.of(), ledger.entries);
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"payment", "hold", "capture", "release"})
    void shouldDoNothingUnderACancelledKeyWhateverItIs(String what) {
        post("reserved", hold("alice", "bob", 10), 1);
        post("key", PaymentContent.cancel(), 2);
        for (Kind kind : Kind.values()) {
            PostingAnswer answer = ledger.post(List.of(event(kind, "key", content(what), 3, NOON.plusSeconds(9))))
                    .getFirst();
            RecordedPayment found = assertInstanceOf(PostingResult.AlreadySettled.class, answer.result())
                    .payment();
            assertEquals(new PaymentResult.Failed(FailureReason.CANCELLED, null), found.settlement());
            assertEquals(NOON, found.request().acceptedAt(), "that of the cancel");
        }
        assertEquals(List.of(), ledger.entries);
        assertEquals(10, ledger.accounts.get("alice").heldMinor());
    }

    @ParameterizedTest(name = "{0} that is {1}")
    @CsvSource({
        "payment, COMPLETED",
        "hold, COMPLETED",
        "capture, COMPLETED",
        "release, COMPLETED",
        "payment, INSUFFICIENT_FUNDS alice",
        "hold, INSUFFICIENT_FUNDS alice",
        "capture, AMOUNT_ABOVE_RESERVATION"
    })
    void shouldAnswerACancelByWhatCameBefore(String what, String became) {
        post("reserved", hold("alice", "bob", 10), 1);
        PaymentContent content = became.equals("COMPLETED") ? content(what) : tooMuch(what);
        PostingAnswer before = post("key", content, 2);
        assertEquals(became, result(before));
        List<Entry> entries = List.copyOf(ledger.entries);
        PostingAnswer cancel = post("key", PaymentContent.cancel(), 3);
        assertEquals(
                ((PostingResult.Settled) before.result()).payment().settlement(),
                assertInstanceOf(PostingResult.AlreadySettled.class, cancel.result())
                        .payment()
                        .settlement());
        assertEquals(entries, ledger.entries);
    }

    @Test
    void shouldAnswerACancelTheSameHoweverOftenItIsRead() {
        PostingResult.Settled first =
                (PostingResult.Settled) post("key", PaymentContent.cancel(), 1).result();
        PostingAnswer again = post("key", PaymentContent.cancel(), 2);
        assertEquals(new PostingResult.AlreadySettled(first.payment()), again.result());
    }

    @Test
    void shouldSeeWithinABatchWhatCameFirst() {
        List<PostingAnswer> answers = ledger.post(List.of(
                event("cancelled", PaymentContent.cancel(), 1, NOON),
                event("cancelled", content("payment"), 2, NOON),
                event("paid", content("payment"), 3, NOON),
                event("paid", PaymentContent.cancel(), 4, NOON)));
        assertEquals(
                List.of("Settled", "AlreadySettled", "Settled", "AlreadySettled"),
                answers.stream()
                        .map(answer -> answer.result().getClass().getSimpleName())
                        .toList());
        assertEquals(2, ledger.entries.size());
    }

    @Test
    void shouldFindNoReservationUnderACancelledKey() {
        post("reserved", PaymentContent.cancel(), 1);
        assertEquals("RESERVATION_NOT_FOUND", result(post("capture", capture("reserved", "alice", 5, false), 2)));
        assertEquals("RESERVATION_NOT_FOUND", result(post("void", release("reserved", "alice"), 3)));
    }

    /** The key of a capture is its own: what it would have captured stays held. */
    @Test
    void shouldLeaveTheReservationAloneWhenACaptureIsCancelled() {
        post("reserved", hold("alice", "bob", 10), 1);
        post("capture", PaymentContent.cancel(), 2);
        assertEquals("COMPLETED", result(post("another capture", capture("reserved", "alice", 10, false), 3)));
    }

    private PostingAnswer post(String key, PaymentContent content, long offset) {
        return ledger.post(List.of(event(key, content, offset, NOON))).getFirst();
    }

    private static PaymentContent content(String what) {
        return content(what, 10);
    }

    private static PaymentContent tooMuch(String what) {
        return content(what, 1_000);
    }

    private static PaymentContent content(String what, long amountMinor) {
        return switch (what) {
            case "payment" -> Requests.payment("alice", "bob", amountMinor);
            case "hold" -> hold("alice", "bob", amountMinor);
            case "capture" -> capture("reserved", "alice", amountMinor, false);
            default -> release("reserved", "alice");
        };
    }
}
