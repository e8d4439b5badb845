package io.hapax.tools.log;

import io.hapax.schemas.CancelCommand;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.VoidCommand;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.WireReader;
import io.hapax.stream.wire.Commands;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;

/** The record types of {@code payment-commands}. */
public final class AnyCommand {
    private AnyCommand() {}

    /** Reads a command of any type. */
    public static WireReader<SpecificRecord> reader(AvroFormat format) {
        return WireReader.ofAny(
                format,
                List.of(
                        PaymentCommand.class,
                        ReservationCommand.class,
                        CaptureCommand.class,
                        VoidCommand.class,
                        CancelCommand.class));
    }

    /** The key under which the command comes. */
    public static PaymentKey key(SpecificRecord command) {
        return Commands.received(command, LogPosition.NONE).key();
    }
}
