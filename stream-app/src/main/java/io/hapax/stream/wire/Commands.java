package io.hapax.stream.wire;

import io.hapax.schemas.CancelCommand;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.VoidCommand;
import io.hapax.stream.decision.EncodedPayment;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import org.apache.avro.specific.SpecificRecord;

/** The mapping of commands from Avro. */
public final class Commands {
    private Commands() {}

    public static ReceivedCommand.Pay received(PaymentCommand wire, LogPosition origin) {
        return received(wire, origin, EncodedPayment.NONE);
    }

    /**
     * The same, with the payment as it was encoded.
     *
     * @param bytes in our schema, from which the command was read
     * @param from index of the first byte behind the header
     */
    public static ReceivedCommand.Pay received(PaymentCommand wire, LogPosition origin, byte[] bytes, int from) {
        return received(wire, origin, CommandBytes.payment(bytes, from));
    }

    /** The same of a command of any type. */
    public static ReceivedCommand received(SpecificRecord wire, LogPosition origin) {
        return switch (wire) {
            case PaymentCommand pay -> received(pay, origin);
            case ReservationCommand reserve ->
                new ReceivedCommand.Reserve(
                        new PaymentKey(reserve.getClientId(), reserve.getIdempotencyKey()),
                        reserve.getDebtorAccount(),
                        reserve.getCreditorAccount(),
                        reserve.getHoldMinor(),
                        reserve.getCurrency(),
                        reserve.getReference(),
                        reserve.getHoldMs(),
                        reserve.getMultiple(),
                        reserve.getSentAt(),
                        origin);
            case CaptureCommand capture ->
                new ReceivedCommand.Capture(
                        new PaymentKey(capture.getClientId(), capture.getIdempotencyKey()),
                        capture.getReservationKey(),
                        capture.getDebtorAccount(),
                        capture.getAmountMinor(),
                        capture.getCurrency(),
                        capture.getMoreWillFollow(),
                        capture.getReference(),
                        capture.getSentAt(),
                        origin);
            case VoidCommand voiding ->
                new ReceivedCommand.Free(
                        new PaymentKey(voiding.getClientId(), voiding.getIdempotencyKey()),
                        voiding.getReservationKey(),
                        voiding.getDebtorAccount(),
                        voiding.getSentAt(),
                        origin);
            case CancelCommand cancel ->
                new ReceivedCommand.Cancel(new PaymentKey(cancel.getClientId(), cancel.getIdempotencyKey()), origin);
            default ->
                throw new IllegalArgumentException(
                        "no command: " + wire.getSchema().getFullName());
        };
    }

    private static ReceivedCommand.Pay received(PaymentCommand wire, LogPosition origin, EncodedPayment encoded) {
        return new ReceivedCommand.Pay(
                new PaymentKey(wire.getClientId(), wire.getIdempotencyKey()),
                wire.getDebtorAccount(),
                wire.getCreditorAccount(),
                wire.getAmountMinor(),
                wire.getCurrency(),
                wire.getReference(),
                wire.getSentAt(),
                origin,
                encoded,
                wire.getConfirmsDistinctFrom());
    }
}
