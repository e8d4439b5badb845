package io.hapax.ledger.posting;

import static io.hapax.ledger.posting.GuardedPayments.NOON;
import static io.hapax.ledger.posting.GuardedPayments.WINDOW;
import static io.hapax.ledger.posting.GuardedPayments.coffee;
import static io.hapax.ledger.posting.GuardedPayments.confirming;
import static io.hapax.ledger.posting.GuardedPayments.pay;
import static io.hapax.ledger.posting.GuardedPayments.result;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.topics.LogPosition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Equal payments under other keys, of clients that asked to be told. */
class SuspectedDuplicatesTest {
    private static final Guard ON = new Guard(WINDOW, null);
    private static final String SUSPECTED = "SUSPECTED_DUPLICATE";

    private final LedgerInMemory ledger =
            new LedgerInMemory().with("alice", 1_000).with("bob", 0).with("carol", 0);

    @ParameterizedTest(name = "{0} ms after the window")
    @CsvSource({"-600000, SUSPECTED_DUPLICATE of a", "-1, SUSPECTED_DUPLICATE of a", "0, COMPLETED", "1, COMPLETED"})
    void shouldSuspectAnEqualPaymentUntilTheWindowIsOver(long beyondMs, String expected) {
        assertEquals("COMPLETED", post(pay("a", 1, NOON)));
        assertEquals(expected, post(pay("b", 2, NOON.plus(WINDOW).plusMillis(beyondMs))));
        assertEquals(expected.equals("COMPLETED") ? 4 : 2, ledger.entries.size());
    }

    /** The times of a partition go back and forth. Its clock does not. */
    @Test
    void shouldMeasureByTheClockOfThePartition() {
        post(other("later", NOON.plus(WINDOW), new PaymentContent("carol", "bob", 1, "EUR", null)));
        assertEquals("COMPLETED", post(pay("a", 1, NOON)), "posted when the clock stands at the end of the window");
        assertEquals(
                SUSPECTED + " of a",
                post(pay("b", 2, NOON.plus(WINDOW).plus(WINDOW).minusMillis(1))));
        assertEquals("COMPLETED", post(pay("c", 3, NOON.plus(WINDOW).plus(WINDOW))));
    }

    @ParameterizedTest(name = "original {0} min, this one {1} min, {2} min later")
    @CsvSource({
        "60, 10, 5, true",
        "60, 10, 10, false",
        "10, 60, 5, true",
        "10, 60, 10, false",
        "10, 0, 5, false",
        "0, 10, 5, false",
        "1440, 1440, 1439, true",
        "1440, 1440, 1440, false",
        "99999, 99999, 1440, false",
        "-5, 10, 1, false"
    })
    void shouldSuspectWithinBothWindowsAndForADayAtMost(long first, long second, long later, boolean suspected) {
        assertEquals("COMPLETED", post(guarded("shop", "a", coffee(), NOON, minutes(first))));
        assertEquals(
                suspected ? SUSPECTED + " of a" : "COMPLETED",
                post(guarded("shop", "b", coffee(), NOON.plus(Duration.ofMinutes(later)), minutes(second))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"debtor", "creditor", "amount", "reference", "no reference"})
    void shouldNotSuspectAPaymentThatDiffers(String field) {
        PaymentContent other = switch (field) {
            case "debtor" -> new PaymentContent("dave", "bob", 10, "EUR", "coffee");
            case "creditor" -> new PaymentContent("alice", "carol", 10, "EUR", "coffee");
            case "amount" -> new PaymentContent("alice", "bob", 11, "EUR", "coffee");
            case "reference" -> new PaymentContent("alice", "bob", 10, "EUR", "Coffee");
            default -> new PaymentContent("alice", "bob", 10, "EUR", null);
        };
        ledger.with("dave", 1_000);
        post(pay("a", 1, NOON));
        assertEquals("COMPLETED", post(guarded("shop", "b", other, NOON, ON)));
    }

    @Test
    void shouldLetAConfirmedPaymentPassAndNoOther() {
        post(pay("a", 1, NOON));
        assertEquals(SUSPECTED + " of a", post(confirming("b1", "x", 2, NOON)), "another key");
        assertEquals(SUSPECTED + " of a", post(confirming("b2", "A", 3, NOON)), "another case");
        assertEquals(SUSPECTED + " of a", post(confirming("b3", "b3", 4, NOON)), "itself");
        assertEquals(SUSPECTED + " of a", post(confirming("b4", "b1", 5, NOON)), "a suspected one");
        assertEquals("COMPLETED", post(confirming("b", "a", 6, NOON)));
    }

    /** Who confirms the latest one knows of all before it. */
    @Test
    void shouldSuspectTheLatestOfAChainOfConfirmedPayments() {
        post(pay("a", 1, NOON));
        assertEquals("COMPLETED", post(confirming("b", "a", 2, NOON.plusSeconds(1))));
        assertEquals(SUSPECTED + " of b", post(pay("c", 3, NOON.plusSeconds(2))));
        assertEquals(
                SUSPECTED + " of b", post(confirming("c1", "a", 4, NOON.plusSeconds(3))), "again under another key");
        assertEquals("COMPLETED", post(confirming("c2", "b", 5, NOON.plusSeconds(4))));
        assertEquals(SUSPECTED + " of c2", post(confirming("c3", "b", 6, NOON.plusSeconds(5))), "b was confirmed once");
    }

    @Test
    void shouldMeasureFromTheLatestOfAChain() {
        post(pay("a", 1, NOON));
        post(confirming("b", "a", 2, NOON.plus(WINDOW).minusMillis(1)));
        assertEquals(SUSPECTED + " of b", post(pay("c", 3, NOON.plus(WINDOW).plusMillis(1))));
    }

    @Test
    void shouldNotSuspectAgainstAPaymentThatFailed() {
        assertEquals("ACCOUNT_NOT_FOUND nobody", post(guarded("shop", "a", to("nobody"), NOON, ON)));
        ledger.with("nobody", 0);
        assertEquals("COMPLETED", post(guarded("shop", "b", to("nobody"), NOON, ON)));
        assertEquals(SUSPECTED + " of b", post(guarded("shop", "c", to("nobody"), NOON, ON)));
        assertEquals(SUSPECTED + " of b", post(guarded("shop", "d", to("nobody"), NOON, ON)), "c was not paid");
    }

    /** Another client's key is nobody's business, and confirms nothing. */
    @Test
    void shouldSuspectAgainstAnotherClientsPaymentWithoutNamingIt() {
        post(guarded("till", "a", coffee(), NOON, ON));
        assertEquals(SUSPECTED, post(pay("b", 2, NOON)));
        assertEquals(SUSPECTED, post(confirming("c", "a", 3, NOON)));
        assertEquals("COMPLETED", post(pay("d", 4, NOON.plus(WINDOW))));
    }

    @Test
    void shouldLeaveClientsAloneThatDidNotAsk() {
        post(guarded("shop", "a", coffee(), NOON, Guard.NONE));
        assertEquals("COMPLETED", post(guarded("shop", "b", coffee(), NOON, Guard.NONE)));
        assertEquals("COMPLETED", post(pay("c", 3, NOON)), "those before it did not ask");
        assertEquals("COMPLETED", post(guarded("till", "d", coffee(), NOON, Guard.NONE)), "this one did not ask");
        assertEquals("COMPLETED", post(guarded("till", "e", coffee(), NOON, new Guard(Duration.ZERO, "c"))));
        assertEquals(1, ledger.recent.size());
    }

    @Test
    void shouldNotCompareWhatIsOnAnotherPartition() {
        post(pay("a", 1, NOON));
        PostingRequest elsewhere = pay("b", 2, NOON);
        assertEquals(
                "COMPLETED",
                post(new PostingRequest(
                        elsewhere.kind(),
                        elsewhere.paymentId(),
                        elsewhere.clientId(),
                        elsewhere.idempotencyKey(),
                        elsewhere.content(),
                        1,
                        NOON,
                        elsewhere.command(),
                        new LogPosition(1, 2),
                        NOON,
                        ON)));
    }

    @Test
    void shouldGiveASuspectedPaymentItsAnswerForEver() {
        post(pay("a", 1, NOON));
        post(pay("b", 2, NOON));
        Instant later = NOON.plus(Duration.ofDays(30));
        assertEquals(SUSPECTED + " of a", post(pay("b", 3, later)));
        assertEquals(SUSPECTED + " of a", post(confirming("b", "a", 4, later)), "a confirmation takes a new key");
        assertEquals(2, ledger.entries.size());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "-10 EUR, INVALID_POSTING",
        "10 USD, CURRENCY_MISMATCH alice",
        "10 EUR, SUSPECTED_DUPLICATE of a",
    })
    void shouldCheckWhatIsWrongWithThePaymentFirst(String money, String expected) {
        post(pay("a", 1, NOON));
        String[] parts = money.split(" ");
        PaymentContent content = new PaymentContent("alice", "bob", Long.parseLong(parts[0]), parts[1], "coffee");
        seen(content);
        assertEquals(expected, post(guarded("shop", "b", content, NOON, ON)));
    }

    @Test
    void shouldTellAClosedAccountBeforeASuspicion() {
        post(pay("a", 1, NOON));
        ledger.close("bob");
        assertEquals("ACCOUNT_CLOSED bob", post(pay("b", 2, NOON)));
    }

    /** Who is told that money lacks may fetch some, and pay twice. */
    @Test
    void shouldTellASuspicionBeforeALackOfFunds() {
        PaymentContent all = new PaymentContent("alice", "bob", 1_000, "EUR", null);
        assertEquals("COMPLETED", post(guarded("shop", "a", all, NOON, ON)));
        assertEquals(SUSPECTED + " of a", post(guarded("shop", "b", all, NOON, ON)));
        assertEquals("INSUFFICIENT_FUNDS alice", post(guarded("shop", "c", all, NOON, new Guard(WINDOW, "a"))));
        assertEquals(SUSPECTED + " of a", post(guarded("shop", "d", all, NOON, ON)), "c was not paid");
    }

    /** However the log is cut into batches, the answers are the same. */
    @Test
    void shouldDecideTheSameInBatchesOfAnySize() {
        for (int seed = 0; seed < 20; seed++) {
            List<PostingRequest> log = log(new Random(seed));
            LedgerInMemory oneByOne = fresh();
            List<String> expected = log.stream()
                    .map(request -> result(oneByOne.post(List.of(request)).getFirst()))
                    .toList();
            for (int size : new int[] {2, 7, log.size()}) {
                LedgerInMemory inBatches = fresh();
                List<String> found = new ArrayList<>();
                for (int from = 0; from < log.size(); from += size) {
                    inBatches.post(log.subList(from, Math.min(log.size(), from + size))).stream()
                            .map(GuardedPayments::result)
                            .forEach(found::add);
                }
                assertEquals(expected, found, "seed " + seed + ", batches of " + size);
                assertEquals(oneByOne.recent, inBatches.recent);
            }
        }
    }

    /** Remembers an equal payment of that content, as if the account had once been kept in that currency. */
    private void seen(PaymentContent content) {
        ledger.recent.put(new Likeness(0, content), new Recent("shop", "a", NOON, NOON.plus(WINDOW)));
    }

    private static LedgerInMemory fresh() {
        return new LedgerInMemory().with("alice", 1_000).with("bob", 0);
    }

    private static List<PostingRequest> log(Random random) {
        List<PostingRequest> log = new ArrayList<>();
        for (int n = 0; n < 200; n++) {
            String key = "k" + random.nextInt(150);
            String confirms = random.nextInt(4) == 0 ? "k" + random.nextInt(150) : null;
            Duration window = Duration.ofMinutes(random.nextInt(3) * 5L);
            PaymentContent content =
                    new PaymentContent("alice", "bob", 1 + Math.floorMod(key.hashCode(), 3), "EUR", null);
            Instant at = NOON.plusSeconds(10L * n - random.nextInt(120));
            log.add(pay("c" + random.nextInt(2), key, content, n, at, new Guard(window, confirms)));
        }
        return log;
    }

    private static PaymentContent to(String creditor) {
        return new PaymentContent("alice", creditor, 10, "EUR", "coffee");
    }

    private static PostingRequest guarded(String client, String key, PaymentContent content, Instant at, Guard guard) {
        return pay(client, key, content, 1, at, guard);
    }

    private static PostingRequest other(String key, Instant at, PaymentContent content) {
        return pay("shop", key, content, 1, at, ON);
    }

    private static Guard minutes(long window) {
        return new Guard(Duration.ofMinutes(window), null);
    }

    private String post(PostingRequest request) {
        return result(ledger.post(List.of(request)).getFirst());
    }
}
