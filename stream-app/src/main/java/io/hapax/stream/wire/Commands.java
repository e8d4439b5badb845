package io.hapax.stream.wire;

import io.hapax.schemas.PaymentCommand;
import io.hapax.stream.decision.ReceivedCommand;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;

/** The mapping of commands from Avro. */
public final class Commands {
    private Commands() {}

    public static ReceivedCommand received(PaymentCommand wire, LogPosition origin) {
        return new ReceivedCommand(
                new PaymentKey(wire.getClientId(), wire.getIdempotencyKey()),
                wire.getDebtorAccount(),
                wire.getCreditorAccount(),
                wire.getAmountMinor(),
                wire.getCurrency(),
                wire.getReference(),
                wire.getSentAt(),
                origin);
    }
}
