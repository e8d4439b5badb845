package io.hapax.stream.gateway;

import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.VoidCommand;
import io.hapax.stream.decision.CommandCheck;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.stream.wire.Commands;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.apache.avro.specific.SpecificRecord;

/** The body of a command of any kind: its fields, and the rules that it is held against before it is sent. */
final class CommandBody {
    static final String DEBTOR = "debtorAccount";
    static final String CREDITOR = "creditorAccount";
    static final String AMOUNT = "amountMinor";
    static final String CURRENCY = "currency";
    static final String REFERENCE = "reference";
    static final String SENT_AT = "sentAt";
    static final String CONFIRMS = "confirmsDistinctFrom";
    static final String HOLD_MS = "holdMs";
    static final String MULTIPLE = "multiple";
    static final String MORE_WILL_FOLLOW = "moreWillFollow";

    /** In the path, and not in a body. */
    static final String RESERVATION_KEY = "reservationKey";

    /** Fields of a payment; no others may be there. */
    static final Set<String> OF_PAYMENT = Set.of(DEBTOR, CREDITOR, AMOUNT, CURRENCY, REFERENCE, SENT_AT, CONFIRMS);

    /** Fields of a reservation. */
    static final Set<String> OF_RESERVATION =
            Set.of(DEBTOR, CREDITOR, AMOUNT, CURRENCY, REFERENCE, SENT_AT, HOLD_MS, MULTIPLE);

    /** Fields of a capture. */
    static final Set<String> OF_CAPTURE = Set.of(DEBTOR, AMOUNT, CURRENCY, MORE_WILL_FOLLOW, REFERENCE, SENT_AT);

    /** Fields of a voiding. */
    static final Set<String> OF_VOIDING = Set.of(DEBTOR, SENT_AT);

    /** The default of the schema. */
    private static final Duration USUAL_HOLD = Duration.ofDays(7);

    private CommandBody() {}

    /** The reader of one kind of body. */
    interface Reader {
        /** @param key of the command */
        Read read(ByteBuffer body, PaymentKey key);
    }

    /** The result of reading a body: a command, or the problem with it. */
    sealed interface Read {
        record Command(SpecificRecord command) implements Read {}

        record Refused(Problem problem, List<BrokenRule> violations) implements Read {}
    }

    static Read payment(ByteBuffer body, PaymentKey key) {
        return read(
                body,
                OF_PAYMENT,
                json -> new PaymentCommand(
                        key.clientId(),
                        key.idempotencyKey(),
                        json.requiredText(DEBTOR),
                        json.requiredText(CREDITOR),
                        json.requiredNumber(AMOUNT),
                        json.requiredText(CURRENCY),
                        json.text(REFERENCE),
                        json.time(SENT_AT),
                        json.text(CONFIRMS),
                        null));
    }

    static Read reservation(ByteBuffer body, PaymentKey key) {
        return read(
                body,
                OF_RESERVATION,
                json -> new ReservationCommand(
                        key.clientId(),
                        key.idempotencyKey(),
                        json.requiredText(DEBTOR),
                        json.requiredText(CREDITOR),
                        json.requiredNumber(AMOUNT),
                        json.requiredText(CURRENCY),
                        json.text(REFERENCE),
                        json.time(SENT_AT),
                        json.number(HOLD_MS, USUAL_HOLD.toMillis()),
                        json.flag(MULTIPLE)));
    }

    /** @param reservationKey key of the reservation, as the path has it */
    static Reader capture(String reservationKey) {
        return (body, key) -> read(
                body,
                OF_CAPTURE,
                json -> new CaptureCommand(
                        key.clientId(),
                        key.idempotencyKey(),
                        reservationKey,
                        json.requiredText(DEBTOR),
                        json.requiredNumber(AMOUNT),
                        json.requiredText(CURRENCY),
                        json.flag(MORE_WILL_FOLLOW),
                        json.text(REFERENCE),
                        json.time(SENT_AT)));
    }

    /** @param reservationKey key of the reservation, as the path has it */
    static Reader voiding(String reservationKey) {
        return (body, key) -> read(
                body,
                OF_VOIDING,
                json -> new VoidCommand(
                        key.clientId(),
                        key.idempotencyKey(),
                        reservationKey,
                        json.requiredText(DEBTOR),
                        json.time(SENT_AT)));
    }

    private static Read read(ByteBuffer body, Set<String> fields, Function<JsonBody, SpecificRecord> made) {
        JsonBody json = JsonBody.of(body);
        if (!json.isObject()) {
            return new Read.Refused(Problem.BODY_MALFORMED, json.violations());
        }
        json.allowOnly(fields);
        SpecificRecord command = made.apply(json);
        if (!json.violations().isEmpty()) {
            return new Read.Refused(Problem.BODY_MALFORMED, json.violations());
        }
        List<BrokenRule> broken = broken(received(command));
        return broken.isEmpty() ? new Read.Command(command) : new Read.Refused(Problem.PAYMENT_INVALID, broken);
    }

    /** The command as the stream app will see it. Where it will lie in Kafka has nothing to do with the rules. */
    static ReceivedCommand received(SpecificRecord command) {
        return Commands.received(command, new LogPosition(0, 0));
    }

    private static List<BrokenRule> broken(ReceivedCommand received) {
        return CommandCheck.brokenAtAnyTime(received).stream()
                .map(violation -> BrokenRule.of(violation.name()))
                .toList();
    }
}
