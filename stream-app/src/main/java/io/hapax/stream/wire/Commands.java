package io.hapax.stream.wire;

import io.hapax.schemas.PaymentCommand;
import io.hapax.stream.decision.EncodedPayment;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;

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
                encoded);
    }
}
