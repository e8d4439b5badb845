package io.hapax.serde;

import io.hapax.schemas.CancelCommand;
import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.CancelEvent;
import io.hapax.schemas.CancelOutcome;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.GuardedEvent;
import io.hapax.schemas.LedgerTime;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationOutcome;
import io.hapax.schemas.VoidCommand;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;

/**
 * The name of the subject under which the registry keeps a schema. The first type of a topic has {@code TOPIC-value}.
 * A type that joined the topic later has {@code TOPIC-NAME}, with its full name: the registry compares the versions of
 * a subject with each other, and two types never fit.
 */
public final class SubjectName {
    private static final Set<String> JOINED_LATER = Stream.of(
                    ReservationCommand.getClassSchema(),
                    CaptureCommand.getClassSchema(),
                    VoidCommand.getClassSchema(),
                    ReservationEvent.getClassSchema(),
                    LedgerTime.getClassSchema(),
                    ReservationOutcome.getClassSchema(),
                    ReservationDecision.getClassSchema(),
                    CancelCommand.getClassSchema(),
                    CancelEvent.getClassSchema(),
                    CancelOutcome.getClassSchema(),
                    CancelDecision.getClassSchema(),
                    GuardedEvent.getClassSchema())
            .map(Schema::getFullName)
            .collect(Collectors.toUnmodifiableSet());

    private SubjectName() {}

    /** The subject of the values of that schema on the topic. */
    public static String of(String topic, Schema schema) {
        return topic + "-" + (JOINED_LATER.contains(schema.getFullName()) ? schema.getFullName() : "value");
    }
}
