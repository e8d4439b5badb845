package io.hapax.stream.decision;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.IdempotencyRecord.Settled;
import io.hapax.stream.decision.IdempotencyRecord.TakenKey;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The decision table where a cancel is known, or comes: every pair of what is known under the key and what comes.
 *
 * <p>Retention 1 h, recall 2 h, lease 30 s. What is known was accepted at 12:00, and settled then if it is settled.
 * Commands that tell a time were sent at 12:00. The key is a UUIDv7 of 12:00: a cancel has no age all the same.
 */
class CancelTableTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final RetentionSchedule POLICY =
            new RetentionSchedule(Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofSeconds(30));
    private static final RetentionSchedule RECALLING = POLICY.withTerms(
            new RetentionSchedule.Terms(POLICY.retention(), Duration.ofHours(2)),
            PolicyScope.Kind.CLIENT,
            NOON.minus(Duration.ofDays(1)));
    private static final PaymentKey KEY = new PaymentKey(
            "acme",
            String.format("%012x", NOON.toEpochMilli()).replaceFirst("(.{8})", "$1-") + "-7abc-8def-0123456789ab");
    private static final LogPosition FIRST = new LogPosition(0, 100);
    private static final LogPosition LATER = new LogPosition(0, 200);
    private static final Duration HOLD = Duration.ofDays(7);
    private static final List<Asked.Kind> OTHERS =
            List.of(Asked.Kind.PAYMENT, Asked.Kind.RESERVE, Asked.Kind.CAPTURE, Asked.Kind.VOID);

    @ParameterizedTest(name = "known {0}, at {1} comes a cancel → {2}")
    @CsvSource(delimiter = '|', textBlock = """
            nothing              | 12:00:10 | ACCEPTED
            nothing              | 23:59:59 | ACCEPTED
            pending              | 12:00:10 | IN_FLIGHT
            pending              | 12:00:30 | IN_FLIGHT and INQUIRE
            pending              | 18:00:00 | IN_FLIGHT and INQUIRE
            looked up            | 12:00:10 | IN_FLIGHT
            looked up            | 12:00:30 | IN_FLIGHT and INQUIRE
            completed            | 12:30:00 | REPLAYED Completed
            completed            | 12:59:59 | REPLAYED Completed
            completed            | 13:00:00 | ACCEPTED
            completed            | 18:00:00 | ACCEPTED
            failed               | 12:30:00 | REPLAYED INSUFFICIENT_FUNDS
            failed               | 13:00:00 | ACCEPTED
            failed as cancelled  | 12:30:00 | REPLAYED CANCELLED
            refused              | 12:30:00 | ACCEPTED
            cancel pending       | 12:00:10 | IN_FLIGHT
            cancel pending       | 12:00:30 | IN_FLIGHT and INQUIRE
            cancelled            | 12:30:00 | REPLAYED CANCELLED
            cancelled            | 13:00:00 | ACCEPTED
            cancel too late      | 12:30:00 | REPLAYED done before: CAPTURE
            cancel too late      | 13:00:00 | ACCEPTED
            cancel of a failed   | 12:30:00 | REPLAYED ACCOUNT_CLOSED
            """)
    void shouldDecideOnACancel(String known, String at, String answer) {
        for (Asked.Kind kind : known.startsWith("cancel") ? List.of(Asked.Kind.CANCEL) : OTHERS) {
            for (RetentionSchedule policy : List.of(POLICY, RECALLING)) {
                assertEquals(
                        answer,
                        decide(policy, SwitchedOn.ALL, Asked.Kind.CANCEL, LATER, known(kind, known), at),
                        kind.name());
            }
        }
    }

    @ParameterizedTest(name = "known {0}, at {1} comes something else → {2}")
    @CsvSource(delimiter = '|', textBlock = """
            cancel pending       | 12:00:10 | IN_FLIGHT
            cancel pending       | 12:00:30 | IN_FLIGHT and INQUIRE
            cancel pending       | 18:00:00 | IN_FLIGHT and INQUIRE
            cancelled            | 12:30:00 | REPLAYED CANCELLED
            cancelled            | 12:59:59 | REPLAYED CANCELLED
            cancelled            | 13:00:00 | EXPIRED
            cancel too late      | 12:30:00 | ACCEPTED
            cancel too late      | 13:00:00 | EXPIRED
            cancel of a failed   | 12:30:00 | ACCEPTED
            cancel of a failed   | 13:00:00 | EXPIRED
            """)
    void shouldDecideOnWhateverElseComesWhereACancelIsKnown(String known, String at, String answer) {
        for (Asked.Kind kind : OTHERS) {
            assertEquals(
                    answer,
                    decide(POLICY, SwitchedOn.ALL, kind, LATER, known(Asked.Kind.CANCEL, known), at),
                    kind.name());
            assertEquals(
                    answer.replace("EXPIRED", "INQUIRE"),
                    decide(RECALLING, SwitchedOn.ALL, kind, LATER, known(Asked.Kind.CANCEL, known), at),
                    kind.name());
        }
    }

    @Test
    void shouldRecogniseACancelThatIsReadAgain() {
        for (Asked.Kind kind : Asked.Kind.values()) {
            assertEquals(
                    "again",
                    decide(
                            POLICY,
                            SwitchedOn.ALL,
                            kind,
                            FIRST,
                            known(Asked.Kind.CANCEL, "cancel pending"),
                            "12:00:10"));
            for (String settled : List.of("cancelled", "cancel too late", "cancel of a failed")) {
                assertEquals(
                        "nothing",
                        decide(POLICY, SwitchedOn.ALL, kind, FIRST, known(Asked.Kind.CANCEL, settled), "12:30:00"));
            }
        }
    }

    @ParameterizedTest(name = "known {0}, a cancel comes while they are off → {1}")
    @CsvSource(delimiter = '|', textBlock = """
            nothing              | INVALID GUARDS_OFF
            refused              | INVALID GUARDS_OFF
            pending              | IN_FLIGHT
            completed            | REPLAYED Completed
            failed               | REPLAYED INSUFFICIENT_FUNDS
            cancel pending       | IN_FLIGHT
            cancelled            | REPLAYED CANCELLED
            cancel too late      | REPLAYED done before: CAPTURE
            """)
    void shouldRefuseNewCancelsWhileTheyAreOffAndStillAnswerThoseOfKnownKeys(String known, String answer) {
        SwitchedOn off = new SwitchedOn(true, false);
        assertEquals(
                answer, decide(POLICY, off, Asked.Kind.CANCEL, LATER, known(Asked.Kind.PAYMENT, known), "12:00:10"));
    }

    /** What was cancelled stays cancelled, whatever is off. */
    @Test
    void shouldAnswerByACancelWhileStepsAndGuardsAreOff() {
        for (Asked.Kind kind : OTHERS) {
            assertEquals(
                    "REPLAYED CANCELLED",
                    decide(POLICY, SwitchedOn.NOTHING, kind, LATER, known(Asked.Kind.CANCEL, "cancelled"), "12:30:00"));
        }
    }

    /** The key of a cancel is checked like any other. */
    @Test
    void shouldRefuseACancelOfWhatIsNoKey() {
        CommandCheck check = new CommandCheck(POLICY.allowedSkew(), SwitchedOn.ALL);
        for (String key : List.of("", "k".repeat(256), "two words", "ä")) {
            assertEquals(
                    new CheckedCommand.Invalid(List.of(
                            key.isEmpty() ? Violation.IDEMPOTENCY_KEY_MISSING : Violation.IDEMPOTENCY_KEY_MALFORMED)),
                    check.check(new ReceivedCommand.Cancel(new PaymentKey("acme", key), LATER), NOON));
        }
        assertEquals(
                "Valid",
                check.check(new ReceivedCommand.Cancel(new PaymentKey("acme", "k".repeat(255)), LATER), NOON)
                        .getClass()
                        .getSimpleName());
    }

    private static String decide(
            RetentionSchedule policy,
            SwitchedOn switchedOn,
            Asked.Kind kind,
            LogPosition origin,
            @Nullable IdempotencyRecord known,
            String at) {
        Instant time = Instant.parse("2026-01-01T" + at + "Z");
        CheckedCommand checked = new CommandCheck(policy.allowedSkew(), switchedOn).check(received(kind, origin), time);
        return switch (checked) {
            case CheckedCommand.Invalid(var violations) -> "INVALID " + violations;
            case CheckedCommand.Valid(var command) ->
                show(new DecisionRule(policy).decide(command, known, new Now(time, time)));
        };
    }

    private static ReceivedCommand received(Asked.Kind kind, LogPosition origin) {
        return switch (kind) {
            case PAYMENT -> new ReceivedCommand.Pay(KEY, "alice", "bob", 10, "EUR", null, NOON, origin);
            case RESERVE ->
                new ReceivedCommand.Reserve(KEY, "alice", "bob", 10, "EUR", null, HOLD.toMillis(), true, NOON, origin);
            case CAPTURE -> new ReceivedCommand.Capture(KEY, "hold-1", "alice", 10, "EUR", true, null, NOON, origin);
            case VOID -> new ReceivedCommand.Free(KEY, "hold-1", "alice", NOON, origin);
            case CANCEL -> new ReceivedCommand.Cancel(KEY, origin);
        };
    }

    private static @Nullable IdempotencyRecord known(Asked.Kind kind, String word) {
        Payload payload = CommandCheck.payload(received(word.startsWith("cancel") ? Asked.Kind.CANCEL : kind, FIRST));
        AcceptedCommand first = new AcceptedCommand(PayloadDigest.of(payload), NOON, FIRST, 1);
        return switch (word) {
            case "nothing" -> null;
            case "pending", "cancel pending" -> new Pending(first, KEY, payload, NOON.plusSeconds(30));
            case "looked up" ->
                new Pending(new AcceptedCommand(first.digest(), NOON, FIRST, 0), KEY, payload, NOON.plusSeconds(30));
            case "completed" -> new Settled(first, NOON, 7, new Result.Completed());
            case "failed" -> new Settled(first, NOON, 7, new Result.Failed("INSUFFICIENT_FUNDS", "alice"));
            case "failed as cancelled", "cancelled" ->
                new Settled(first, NOON, 7, new Result.Failed(Result.CANCELLED, null));
            case "refused" -> new TakenKey(first, NOON, 7, List.of("amountMinor"));
            case "cancel too late" -> new Settled(first, NOON, 7, new Result.DoneBefore(Asked.Kind.CAPTURE));
            case "cancel of a failed" -> new Settled(first, NOON, 7, new Result.Failed("ACCOUNT_CLOSED", "bob"));
            default -> throw new IllegalArgumentException("the table knows no \"" + word + "\"");
        };
    }

    private static String show(Decision decision) {
        return switch (decision) {
            case Decision.Accepted accepted -> "ACCEPTED";
            case Decision.Recalled recalled -> "INQUIRE";
            case Decision.Expired expired -> "EXPIRED";
            case Decision.Conflict conflict -> "CONFLICT";
            case Decision.InFlight inFlight -> inFlight.inquiry() == null ? "IN_FLIGHT" : "IN_FLIGHT and INQUIRE";
            case Decision.Invalid(var violation) -> "INVALID " + violation;
            case Decision.Redelivered again -> "again";
            case Decision.AlreadySettled settled -> "nothing";
            case Decision.Replayed(var settled) ->
                switch (settled.result()) {
                    case Result.Completed completed -> "REPLAYED Completed";
                    case Result.Failed failed -> "REPLAYED " + failed.reason();
                    case Result.DoneBefore(var kind) -> "REPLAYED done before: " + kind;
                };
        };
    }
}
