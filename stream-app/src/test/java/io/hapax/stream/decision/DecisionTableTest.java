package io.hapax.stream.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The decision table, row by row, and every pair of neighbouring rows: a command that fails two checks gets the first.
 *
 * <p>Each row is held against each kind of command: a payment, a reservation, a capture and a voiding, as far as the
 * kind has the fields that the row speaks of.
 *
 * <p>Retention 1 h, allowed skew 1 min, lease 30 s. The first command was accepted at 12:00, sent at 12:00. Row 1 of
 * the table, unreadable bytes, never reaches the rule: see UnreadableInputTest.
 *
 * <p>More than 300 lines: the table, and what the words of its rows mean.
 */
class DecisionTableTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final RetentionSchedule POLICY =
            new RetentionSchedule(Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofSeconds(30));
    private static final PaymentKey KEY = new PaymentKey("acme", "order-1");
    private static final Pattern COMMA = Pattern.compile(", ");
    private static final Duration HOLD = Duration.ofDays(7);
    private static final LogPosition FIRST = new LogPosition(0, 100);

    /** All but cancels, which have a table of their own: CancelTableTest. */
    private static final List<Asked.Kind> KINDS =
            List.of(Asked.Kind.PAYMENT, Asked.Kind.RESERVE, Asked.Kind.CAPTURE, Asked.Kind.VOID);

    private static final LogPosition LATER = new LogPosition(0, 200);

    private final CommandCheck check = new CommandCheck(POLICY.allowedSkew(), SwitchedOn.ALL);
    private final DecisionRule rule = new DecisionRule(POLICY);

    @ParameterizedTest(name = "{0}: known {1}, at {2} comes {3} → {4}")
    @CsvSource(delimiter = '|', textBlock = """
            # each row of the table
            new key                          | nothing       | 12:00:00 | a command                 | ACCEPTED
            new key, no sentAt               | nothing       | 12:00:00 | no sentAt                 | ACCEPTED
            broken rule                      | nothing       | 12:00:00 | amount 0                  | INVALID AMOUNT_NOT_POSITIVE
            largest amount                   | nothing       | 12:00:00 | amount 9000000000000000   | ACCEPTED
            one more than the largest amount | nothing       | 12:00:00 | amount 9000000000000001   | INVALID AMOUNT_TOO_LARGE
            far more than the largest amount | nothing       | 12:00:00 | amount 9223372036854775807 | INVALID AMOUNT_TOO_LARGE
            no key                           | nothing       | 12:00:00 | no key                    | INVALID IDEMPOTENCY_KEY_MISSING
            every broken rule is named       | nothing       | 12:00:00 | amount 0, no key, no currency, same account | INVALID IDEMPOTENCY_KEY_MISSING SAME_ACCOUNT AMOUNT_NOT_POSITIVE CURRENCY_UNKNOWN
            clock of the client runs ahead   | nothing       | 12:00:00 | sent 12:01:01             | INVALID SENT_IN_FUTURE
            ahead within the skew            | nothing       | 12:00:00 | sent 12:01:00             | ACCEPTED
            # a time inside a key that can't be true is no time
            UUIDv7 ahead within the skew     | nothing       | 12:00:00 | no sentAt, UUIDv7 of 12:01:00 | ACCEPTED
            UUIDv7 from the future           | nothing       | 12:00:00 | no sentAt, UUIDv7 of 12:01:01 | ACCEPTED
            retry, still from the future     | completed     | 12:00:30 | no sentAt, UUIDv7 of 12:01:31 | REPLAYED COMPLETED
            reused, still from the future    | completed     | 12:00:30 | no sentAt, UUIDv7 of 12:01:31, amount 20 | CONFLICT amountMinor
            digest that looks like a UUIDv7  | nothing       | 12:00:00 | no sentAt, key 08daa910-6abd-7c7d-8371-2162f16457aa | ACCEPTED
            digest, the same after ages      | completed     | 18:00:00 | no sentAt, key 08daa910-6abd-7c7d-8371-2162f16457aa | ACCEPTED
            UUIDv7 of the epoch              | nothing       | 12:00:00 | no sentAt, key 00000000-0000-7000-8000-000000000000 | ACCEPTED
            last UUIDv7 before there were any | nothing      | 12:00:00 | no sentAt, key 017e12ef-9bff-7000-8000-000000000000 | ACCEPTED
            first UUIDv7                     | nothing       | 12:00:00 | no sentAt, key 017e12ef-9c00-7000-8000-000000000000 | EXPIRED
            first UUIDv7 in capitals         | nothing       | 12:00:00 | no sentAt, key 017E12EF-9C00-7000-8000-000000000000 | EXPIRED
            # once a time can be true it stays so: no way around EXPIRED
            from the future, in time         | nothing       | 13:01:00 | no sentAt, UUIDv7 of 12:02:01 | ACCEPTED
            from the future, too late        | nothing       | 13:01:01 | no sentAt, UUIDv7 of 12:02:01 | EXPIRED
            sentAt counts before the key     | nothing       | 13:00:00 | UUIDv7 of 12:59:59        | EXPIRED
            sentAt counts before a digest    | nothing       | 13:00:00 | key 08daa910-6abd-7c7d-8371-2162f16457aa | EXPIRED
            a false sentAt stays a mistake   | nothing       | 12:00:00 | sent 12:01:01, key 08daa910-6abd-7c7d-8371-2162f16457aa | INVALID SENT_IN_FUTURE
            retry while pending              | pending       | 12:00:10 | a retry                   | IN_FLIGHT
            retry after the lease            | pending       | 12:00:30 | a retry                   | IN_FLIGHT and INQUIRE
            retry days after, still pending  | pending       | 18:00:00 | a retry                   | IN_FLIGHT and INQUIRE
            retry of a completed payment     | completed     | 12:30:00 | a retry                   | REPLAYED COMPLETED
            retry of a failed payment        | failed        | 12:30:00 | a retry                   | REPLAYED FAILED INSUFFICIENT_FUNDS
            retry with a new sentAt          | completed     | 12:30:00 | sent 12:29:00             | REPLAYED COMPLETED
            last moment of the retention     | completed     | 12:59:59 | a retry                   | REPLAYED COMPLETED
            reused key                       | completed     | 12:30:00 | amount 20                 | CONFLICT amountMinor
            reused key, all fields           | completed     | 12:30:00 | amount 20, other debtor, other creditor, other currency, other reference | CONFLICT debtorAccount creditorAccount amountMinor currency reference
            reused key of a failed payment   | failed        | 12:30:00 | other debtor              | CONFLICT debtorAccount
            first moment after the retention | completed     | 13:00:00 | a retry                   | EXPIRED
            the same, hiding its age         | completed     | 13:00:00 | no sentAt                 | ACCEPTED
            forgotten key, other payload     | completed     | 13:00:00 | amount 20                 | EXPIRED
            retry after the retention        | completed     | 13:00:01 | a retry                   | EXPIRED
            first command, much too late     | nothing       | 13:00:00 | a command                 | EXPIRED
            too late by its UUIDv7           | nothing       | 13:00:00 | no sentAt, UUIDv7 of 12:00:00 | EXPIRED
            at the acceptance horizon        | nothing       | 13:00:00 | sent 12:01:00             | EXPIRED
            just within the horizon          | nothing       | 13:00:00 | sent 12:01:01             | ACCEPTED
            # a withdrawn currency: no new payments, and what was paid in it is still answered
            new key, withdrawn currency      | nothing       | 12:00:00 | withdrawn currency        | INVALID CURRENCY_WITHDRAWN
            the same, no sentAt              | nothing       | 12:00:00 | withdrawn currency, no sentAt | INVALID CURRENCY_WITHDRAWN
            amount 0, withdrawn currency     | nothing       | 12:00:00 | withdrawn currency, amount 0 | INVALID AMOUNT_NOT_POSITIVE
            paid in it, retry while pending  | pending in BGN | 12:00:10 | withdrawn currency       | IN_FLIGHT
            paid in it, retry                | completed in BGN | 12:30:00 | withdrawn currency     | REPLAYED COMPLETED
            paid in it, itself again         | pending in BGN | 12:00:10 | withdrawn currency, itself | POST again, no answer
            paid in it, another amount       | completed in BGN | 12:30:00 | withdrawn currency, amount 20 | CONFLICT amountMinor
            paid in it, perhaps forgotten    | completed in BGN | 13:00:00 | withdrawn currency     | EXPIRED
            reused key, withdrawn currency   | completed     | 12:30:00 | withdrawn currency        | CONFLICT currency
            the rarest currency              | nothing       | 12:00:00 | currency UYW              | ACCEPTED
            gold                             | nothing       | 12:00:00 | currency XAU              | INVALID CURRENCY_UNKNOWN
            # neighbouring rows: the earlier one wins
            INVALID before CONFLICT          | completed     | 12:30:00 | amount 0                  | INVALID AMOUNT_NOT_POSITIVE
            INVALID before IN_FLIGHT         | pending       | 12:00:10 | sent 12:02:00             | INVALID SENT_IN_FUTURE
            INVALID before REPLAYED          | completed     | 12:30:00 | no currency               | INVALID CURRENCY_UNKNOWN
            INVALID before EXPIRED           | nothing       | 13:00:00 | amount 0                  | INVALID AMOUNT_NOT_POSITIVE
            CONFLICT before IN_FLIGHT        | pending       | 12:00:30 | amount 20                 | CONFLICT amountMinor
            CONFLICT before REPLAYED         | completed     | 12:30:00 | other creditor            | CONFLICT creditorAccount
            CONFLICT before EXPIRED          | completed     | 12:30:00 | amount 20, sent 01:00:00  | CONFLICT amountMinor
            IN_FLIGHT before EXPIRED         | pending       | 12:00:10 | sent 01:00:00             | IN_FLIGHT
            REPLAYED before EXPIRED          | completed     | 12:30:00 | sent 01:00:00             | REPLAYED COMPLETED
            EXPIRED before ACCEPTED          | nothing       | 13:30:00 | sent 12:00:00             | EXPIRED
            # a command read again is recognised as itself
            itself while pending             | pending       | 12:00:10 | itself                    | POST again, no answer
            itself after the settlement      | completed     | 12:30:00 | itself                    | nothing
            itself before CONFLICT           | pending       | 12:00:10 | itself, amount 20         | POST again, no answer
            itself after the ledger refused  | refused       | 12:30:00 | itself                    | nothing
            # a key that the ledger refused to a stranger is unknown to everybody else
            owner after a refusal            | refused       | 12:30:00 | a retry                   | ACCEPTED
            """)
    void shouldDecide(String name, String known, String at, String command, String answer) {
        Now now = new Now(time(at), time(at));
        for (Asked.Kind kind : kindsWith(known, command)) {
            assertEquals(answer, show(answer(received(kind, command), known(kind, known), now)), kind.name());
        }
    }

    /** The same where unknown keys are looked up in the ledger for two hours. */
    @ParameterizedTest(name = "{0}: known {1}, at {2} comes {3} → {4}")
    @CsvSource(delimiter = '|', textBlock = """
            retry after the retention        | completed     | 13:00:00 | a retry                   | INQUIRE
            first command, much too late     | nothing       | 13:00:00 | a command                 | INQUIRE
            too late by its UUIDv7           | nothing       | 13:00:00 | no sentAt, UUIDv7 of 12:00:00 | INQUIRE
            forgotten key, other payload     | completed     | 13:00:00 | amount 20                 | INQUIRE
            owner after a refusal            | refused       | 13:30:00 | a retry                   | INQUIRE
            withdrawn currency: nothing new  | nothing       | 13:30:00 | withdrawn currency        | EXPIRED
            last moment of the recall        | nothing       | 13:59:59 | a command                 | INQUIRE
            older than the recall            | nothing       | 14:00:00 | a command                 | EXPIRED
            retry, older than the recall     | completed     | 14:00:00 | a retry                   | EXPIRED
            hiding its age                   | completed     | 13:00:00 | no sentAt                 | ACCEPTED
            at the acceptance horizon        | nothing       | 13:00:00 | sent 12:01:00             | INQUIRE
            just within the horizon          | nothing       | 13:00:00 | sent 12:01:01             | ACCEPTED
            still known                      | completed     | 12:59:59 | a retry                   | REPLAYED COMPLETED
            retry while it is looked up      | looked up     | 12:00:10 | a retry                   | IN_FLIGHT
            retry after the lease            | looked up     | 12:00:30 | a retry                   | IN_FLIGHT and INQUIRE
            other payload meanwhile          | looked up     | 12:00:10 | amount 20                 | CONFLICT amountMinor
            itself while it is looked up     | looked up     | 12:00:10 | itself                    | INQUIRE again, no answer
            itself, posted by now            | pending       | 12:00:10 | itself                    | POST again, no answer
            """)
    void shouldDecideWithARecall(String name, String known, String at, String command, String answer) {
        RetentionSchedule recalling = POLICY.withTerms(
                new RetentionSchedule.Terms(POLICY.retention(), Duration.ofHours(2)),
                PolicyScope.Kind.CLIENT,
                NOON.minus(Duration.ofDays(1)));
        Now now = new Now(time(at), time(at));
        for (Asked.Kind kind : kindsWith(known, command)) {
            assertEquals(
                    answer,
                    show(answer(new DecisionRule(recalling), received(kind, command), known(kind, known), now)),
                    kind.name());
        }
    }

    /** One key names one thing, whatever its kind. */
    @ParameterizedTest(name = "known {0}, and a {1} comes")
    @MethodSource("pairsOfKinds")
    void shouldAnswerConflictWhenAKeyComesWithAnotherKind(Asked.Kind known, Asked.Kind next) {
        Now now = new Now(NOON.plusSeconds(10), NOON.plusSeconds(10));
        for (String state : List.of("pending", "looked up", "completed", "failed")) {
            assertEquals("CONFLICT step", show(answer(received(next, "a command"), known(known, state), now)), state);
        }
        assertEquals("ACCEPTED", show(answer(received(next, "a command"), known(known, "refused"), now)));
        Now forgotten = new Now(time("13:00:00"), time("13:00:00"));
        assertEquals("EXPIRED", show(answer(received(next, "a command"), known(known, "completed"), forgotten)));
        assertEquals("ACCEPTED", show(answer(received(next, "no sentAt"), known(known, "completed"), forgotten)));
    }

    private static Stream<Arguments> pairsOfKinds() {
        return KINDS.stream()
                .flatMap(known -> KINDS.stream().filter(next -> next != known).map(next -> Arguments.of(known, next)));
    }

    /** The operator has not switched payments in two steps on, or has switched them off again. */
    @ParameterizedTest
    @EnumSource(
            names = {"PAYMENT", "CANCEL"},
            mode = EnumSource.Mode.EXCLUDE)
    void shouldRefuseNewStepsWhileTheyAreOffAndStillAnswerThoseThatAreKnown(Asked.Kind kind) {
        CommandCheck off = new CommandCheck(POLICY.allowedSkew());
        Now now = new Now(NOON.plusSeconds(10), NOON.plusSeconds(10));
        Map<String, String> answers = Map.of(
                "nothing", "INVALID TWO_STEPS_OFF",
                "refused", "INVALID TWO_STEPS_OFF",
                "pending", "IN_FLIGHT",
                "completed", "REPLAYED COMPLETED",
                "failed", "REPLAYED FAILED INSUFFICIENT_FUNDS");
        answers.forEach((known, answer) -> assertEquals(
                answer, show(answer(off, rule, received(kind, "a retry"), known(kind, known), now)), known));
        assertEquals(
                "CONFLICT step",
                show(answer(off, rule, received(kind, "a retry"), known(Asked.Kind.PAYMENT, "completed"), now)));
        Now late = new Now(time("13:00:00"), time("13:00:00"));
        assertEquals("EXPIRED", show(answer(off, rule, received(kind, "a retry"), null, late)));
        assertEquals("ACCEPTED", show(answer(off, rule, received(Asked.Kind.PAYMENT, "a command"), null, now)));
    }

    /** Money was promised before: the capture of it is no new payment. */
    @Test
    void shouldAcceptACaptureInACurrencyThatWasWithdrawnSinceAndNoReservation() {
        Now now = new Now(NOON, NOON);
        assertEquals("ACCEPTED", show(answer(received(Asked.Kind.CAPTURE, "withdrawn currency"), null, now)));
        assertEquals(
                "INVALID CURRENCY_WITHDRAWN",
                show(answer(received(Asked.Kind.RESERVE, "withdrawn currency"), null, now)));
    }

    private Object answer(ReceivedCommand received, @Nullable IdempotencyRecord known, Now now) {
        return answer(rule, received, known, now);
    }

    private Object answer(DecisionRule rule, ReceivedCommand received, @Nullable IdempotencyRecord known, Now now) {
        return answer(check, rule, received, known, now);
    }

    private static Object answer(
            CommandCheck check,
            DecisionRule rule,
            ReceivedCommand received,
            @Nullable IdempotencyRecord known,
            Now now) {
        return switch (check.check(received, now.streamTime())) {
            case CheckedCommand.Invalid invalid -> invalid;
            case CheckedCommand.Valid(var command) -> rule.decide(command, known, now);
        };
    }

    /** The kinds that have the fields that a row speaks of. */
    private static List<Asked.Kind> kindsWith(String known, String command) {
        String row = known + ", " + command;
        if (row.contains("creditor")
                || row.contains("same account")
                || row.contains("BGN")
                || row.contains("withdrawn")) {
            return List.of(Asked.Kind.PAYMENT, Asked.Kind.RESERVE);
        }
        if (row.contains("amount") || row.contains("currency") || row.contains("reference")) {
            return List.of(Asked.Kind.PAYMENT, Asked.Kind.RESERVE, Asked.Kind.CAPTURE);
        }
        return KINDS;
    }

    private static ReceivedCommand received(Asked.Kind kind, String words) {
        PaymentKey key = KEY;
        String debtor = "alice";
        String creditor = "bob";
        long amount = 10;
        String currency = "EUR";
        String reference = "invoice 7";
        Instant sentAt = NOON;
        LogPosition origin = LATER;
        for (String word : COMMA.split(words, -1)) {
            String last = word.substring(word.lastIndexOf(' ') + 1);
            switch (word.startsWith("key ") || word.startsWith("currency ")
                    ? word.substring(0, word.indexOf(' ')) + " #"
                    : word.replaceAll("[0-9:]+$", "#")) {
                case "a command", "a retry" -> {}
                case "itself" -> origin = FIRST;
                case "no key" -> key = new PaymentKey("acme", "");
                case "no sentAt" -> sentAt = null;
                case "no currency" -> currency = "";
                case "same account" -> creditor = debtor;
                case "other debtor" -> debtor = "carol";
                case "other creditor" -> creditor = "dave";
                case "other currency" -> currency = "USD";
                case "other reference" -> reference = null;
                case "amount #" -> amount = Long.parseLong(last);
                case "sent #" -> sentAt = time(last);
                case "UUIDv#" -> throw new IllegalArgumentException(word);
                case "withdrawn currency" -> currency = "BGN";
                case "currency #" -> currency = last;
                case "key #" -> key = new PaymentKey("acme", last);
                case "UUIDv7 of #" -> key = new PaymentKey("acme", uuidV7(time(last)));
                default -> throw new IllegalArgumentException("the table knows no \"" + word + "\"");
            }
        }
        return switch (kind) {
            case PAYMENT -> new ReceivedCommand.Pay(key, debtor, creditor, amount, currency, reference, sentAt, origin);
            case RESERVE ->
                new ReceivedCommand.Reserve(
                        key, debtor, creditor, amount, currency, reference, HOLD.toMillis(), true, sentAt, origin);
            case CAPTURE ->
                new ReceivedCommand.Capture(key, "hold-1", debtor, amount, currency, true, reference, sentAt, origin);
            case VOID -> new ReceivedCommand.Free(key, "hold-1", debtor, sentAt, origin);
            case CANCEL -> throw new IllegalArgumentException("a cancel has no such fields");
        };
    }

    private static Payload payload(Asked.Kind kind, String currency) {
        return switch (kind) {
            case PAYMENT -> new Payment("alice", "bob", 10, currency, "invoice 7");
            case RESERVE -> new Reservation("alice", "bob", 10, currency, "invoice 7", HOLD, true);
            case CAPTURE -> new Capture("hold-1", "alice", 10, currency, true, "invoice 7");
            case VOID -> new Voiding("hold-1", "alice");
            case CANCEL -> throw new IllegalArgumentException("a cancel has no such fields");
        };
    }

    private static @Nullable IdempotencyRecord known(Asked.Kind kind, String word) {
        Payload payment = payload(kind, word.endsWith(" in BGN") ? "BGN" : "EUR");
        var first = new IdempotencyRecord.AcceptedCommand(PayloadDigest.of(payment), NOON, FIRST, 1);
        return switch (word.replace(" in BGN", "")) {
            case "nothing" -> null;
            case "looked up" ->
                new Pending(
                        new IdempotencyRecord.AcceptedCommand(first.digest(), NOON, FIRST, 0),
                        KEY,
                        payment,
                        NOON.plusSeconds(30));
            case "pending" -> new Pending(first, KEY, payment, NOON.plusSeconds(30));
            case "completed" -> new Settled(first, NOON, 7, new Result.Completed());
            case "failed" -> new Settled(first, NOON, 7, new Result.Failed("INSUFFICIENT_FUNDS", "alice"));
            case "refused" -> new TakenKey(first, NOON, 7, List.of("amountMinor"));
            default -> throw new IllegalArgumentException("the table knows no \"" + word + "\"");
        };
    }

    private static String show(Object answer) {
        return switch (answer) {
            case CheckedCommand.Invalid(var violations) -> "INVALID " + words(violations);
            case Decision.Accepted accepted -> "ACCEPTED";
            case Decision.Conflict conflict ->
                "CONFLICT "
                        + words(conflict.differing().stream()
                                .map(PayloadField::wireName)
                                .toList());
            case Decision.InFlight inFlight -> inFlight.inquiry() == null ? "IN_FLIGHT" : "IN_FLIGHT and INQUIRE";
            case Decision.Replayed replayed ->
                switch (replayed.settled().result()) {
                    case Result.Completed completed -> "REPLAYED COMPLETED";
                    case Result.Failed failed -> "REPLAYED FAILED " + failed.reason();
                    case Result.DoneBefore before -> throw new IllegalStateException("only a cancel comes too late");
                };
            case Decision.Expired expired -> "EXPIRED";
            case Decision.Recalled recalled -> "INQUIRE";
            case Decision.Invalid(var violation) -> "INVALID " + violation;
            case Decision.Redelivered again ->
                (again.pending().first().isPosted() ? "POST" : "INQUIRE") + " again, no answer";
            case Decision.AlreadySettled settled -> "nothing";
            default -> throw new IllegalStateException("no answer: " + answer);
        };
    }

    private static String words(List<?> things) {
        return things.stream().map(Object::toString).collect(Collectors.joining(" "));
    }

    private static Instant time(String clock) {
        return Instant.parse("2026-01-01T" + clock + "Z");
    }

    private static String uuidV7(Instant time) {
        String hex = String.format("%012x", time.toEpochMilli());
        return hex.substring(0, 8) + "-" + hex.substring(8) + "-7abc-8def-0123456789ab";
    }
}
