package io.hapax.ledger.posting;

import static io.hapax.ledger.posting.Reservations.HOUR;
import static io.hapax.ledger.posting.Reservations.NOON;
import static io.hapax.ledger.posting.Reservations.capture;
import static io.hapax.ledger.posting.Reservations.event;
import static io.hapax.ledger.posting.Reservations.hold;
import static io.hapax.ledger.posting.Reservations.id;
import static io.hapax.ledger.posting.Reservations.release;
import static io.hapax.ledger.posting.Reservations.result;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The order in which steps of reservations are checked, by every pair of neighbours. */
class ReservationPrecedenceTest {
    private final LedgerInMemory ledger = new LedgerInMemory()
            .with("alice", 100)
            .with("bob", 0)
            .with("carol", 0)
            .with(new Account("dora", "USD", AccountKind.CUSTOMER, 0, true, 100));

    private long offset;
    private Instant now = NOON;

    @ParameterizedTest(name = "{0} on record, then {1} → {2}")
    @CsvSource(delimiter = '|', textBlock = """
            pay             | hold            | step
            hold            | pay             | step
            hold            | capture         | step
            hold            | void            | step
            capture         | void            | step
            void            | capture         | step
            hold            | hold longer     | holdMs
            hold            | hold multiple   | multiple
            hold            | hold more       | amountMinor
            hold            | hold for carol  | creditorAccount
            capture         | capture less    | amountMinor
            capture         | capture other   | reservationKey
            capture         | capture and on  | moreWillFollow
            void            | void other      | reservationKey
            """)
    void shouldAnswerConflictWhenAKeyComesWithAnotherStep(String recorded, String next, String differing) {
        post("first", hold("alice", "bob", 70));
        post("key", content(recorded));
        PostingResult result = ledger.post(List.of(event("key", content(next), ++offset, now)))
                .getFirst()
                .result();
        assertEquals(List.of(differing), ((PostingResult.Conflict) result).differingFields());
    }

    private static PaymentContent content(String words) {
        return switch (words) {
            case "pay" -> new PaymentContent("alice", "bob", 10, "EUR", null);
            case "hold" -> hold("alice", "bob", 10);
            case "hold longer" -> hold("alice", "bob", 10, HOUR.plusMillis(1), false);
            case "hold multiple" -> hold("alice", "bob", 10, HOUR, true);
            case "hold more" -> hold("alice", "bob", 11);
            case "hold for carol" -> hold("alice", "carol", 10);
            case "capture" -> capture("first", "alice", 10, false);
            case "capture less" -> capture("first", "alice", 9, false);
            case "capture other" -> capture("other", "alice", 10, false);
            case "capture and on" -> capture("first", "alice", 10, true);
            case "void" -> release("first", "alice");
            case "void other" -> release("other", "alice");
            default -> throw new IllegalArgumentException(words);
        };
    }

    /** Each row fails its own check and all that come after it in the table, as far as they can fail together. */
    @ParameterizedTest(name = "{0}: reserve {1}")
    @CsvSource(delimiter = '|', textBlock = """
            INVALID before NOT_FOUND       | 0 EUR none none 0      | INVALID_POSTING
            debtor before creditor         | 10 EUR none absent 0   | ACCOUNT_NOT_FOUND none
            NOT_FOUND before NOT_ALLOWED   | 10 EUR anothers none 0 | ACCOUNT_NOT_FOUND none
            NOT_ALLOWED before CLOSED      | 10 EUR anothers closed 0 | NOT_ALLOWED anothers
            NOT_FOUND before CLOSED        | 10 EUR closed none 0   | ACCOUNT_NOT_FOUND none
            CLOSED before MISMATCH         | 10 EUR dora closed 0   | ACCOUNT_CLOSED closed
            MISMATCH before EXPIRED        | 10 EUR alice dora 0    | CURRENCY_MISMATCH dora
            EXPIRED before FUNDS           | 101 EUR alice bob 0    | RESERVATION_EXPIRED
            FUNDS                          | 101 EUR alice bob 1    | INSUFFICIENT_FUNDS alice
            OVERFLOW                       | 10 EUR least bob 1     | BALANCE_OVERFLOW least
            """)
    void shouldCheckAReserveInThisOrder(String name, String reserve, String answer) {
        ledger.with(new Account("closed", "EUR", AccountKind.CUSTOMER, 0, false, 100))
                .with(new Account("least", "EUR", AccountKind.SYSTEM, 0, true, Long.MIN_VALUE + 9))
                .with(new Account(
                        "anothers", "USD", AccountKind.CUSTOMER, 0, false, 0, 0, Owners.named(List.of("other"))));
        String[] parts = reserve.split(" ");
        Duration hold = Duration.ofMillis(Long.parseLong(parts[4]));
        assertEquals(
                answer,
                post(
                        "hold",
                        new PaymentContent(
                                parts[2],
                                parts[3],
                                Long.parseLong(parts[0]),
                                parts[1],
                                null,
                                new Step.Reserve(hold, false))));
    }

    /** A hold of 70 EUR by alice, of the state that is named, to a creditor of the state that is named. */
    @ParameterizedTest(name = "{0}: capture {1} of {2} to {3}")
    @CsvSource(delimiter = '|', textBlock = """
            INVALID before NOT_FOUND       | 0 EUR          | none     | open   | INVALID_POSTING
            no money                       | 10 XAU         | none     | open   | INVALID_POSTING
            NOT_FOUND                      | 10 EUR         | none     | open   | RESERVATION_NOT_FOUND
            another debtor's               | 10 EUR by bob  | captured | open   | RESERVATION_NOT_FOUND
            FAILED before MISMATCH         | 10 USD         | failed   | closed | RESERVATION_FAILED
            CAPTURED before MISMATCH       | 71 USD         | captured | closed | RESERVATION_CAPTURED
            VOIDED before MISMATCH         | 71 USD         | voided   | closed | RESERVATION_VOIDED
            EXPIRED before MISMATCH        | 71 USD         | expired  | closed | RESERVATION_EXPIRED
            MISMATCH before NOT_MULTIPLE   | 71 USD and on  | held     | closed | CURRENCY_MISMATCH
            NOT_MULTIPLE before ABOVE      | 71 EUR and on  | held     | closed | RESERVATION_NOT_MULTIPLE
            ABOVE before CLOSED            | 71 EUR         | held     | closed | AMOUNT_ABOVE_RESERVATION
            CLOSED before OVERFLOW         | 70 EUR         | held     | closed and full | ACCOUNT_CLOSED payee
            OVERFLOW                       | 70 EUR         | held     | full   | BALANCE_OVERFLOW payee
            all of it                      | 70 EUR         | held     | open   | COMPLETED
            """)
    void shouldCheckACaptureInThisOrder(String name, String capture, String state, String creditor, String answer) {
        ledger.with("payee", creditor.contains("full") ? Long.MAX_VALUE - 5 : 0);
        prepare(state);
        if (creditor.contains("closed")) ledger.close("payee");
        String[] parts = capture.split(" ", 3);
        String rest = parts.length > 2 ? parts[2] : "";
        assertEquals(
                answer,
                post(
                        "capture",
                        capture(
                                id("hold"),
                                rest.equals("by bob") ? "bob" : "alice",
                                Long.parseLong(parts[0]),
                                parts[1],
                                rest.equals("and on"))));
    }

    @ParameterizedTest
    @CsvSource({
        "none, RESERVATION_NOT_FOUND",
        "failed, RESERVATION_FAILED",
        "captured, RESERVATION_CAPTURED",
        "voided, RESERVATION_VOIDED",
        "expired, RESERVATION_EXPIRED",
        "held, COMPLETED"
    })
    void shouldAnswerAReleaseByWhatTheReservationIs(String state, String answer) {
        ledger.with("payee", 0);
        prepare(state);
        assertEquals(answer, post("void", release("hold", "alice")));
        assertEquals("RESERVATION_NOT_FOUND", post("another debtor's", release("hold", "bob")));
        assertEquals(0, ledger.accounts.get("alice").heldMinor());
    }

    private void prepare(String state) {
        if (state.equals("none")) return;
        post("hold", hold("alice", "payee", state.equals("failed") ? 101 : 70));
        switch (state) {
            case "captured" -> post("first", capture("hold", "alice", 5, false));
            case "voided" -> post("first", release("hold", "alice"));
            case "expired" -> now = NOON.plus(HOUR);
            default -> {}
        }
    }

    private String post(String key, PaymentContent content) {
        return result(ledger.post(List.of(event(key, content, ++offset, now))).getFirst());
    }
}
