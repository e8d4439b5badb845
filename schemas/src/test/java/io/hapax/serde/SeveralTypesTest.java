package io.hapax.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.LedgerTime;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.ReservationEvent;
import io.hapax.schemas.ReservationEventKind;
import io.hapax.schemas.ReservationOutcomeStatus;
import io.hapax.schemas.ReservationStatus;
import io.hapax.schemas.ReservationVerdict;
import io.hapax.schemas.Verdict;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A topic that holds records of several types. */
class SeveralTypesTest {
    private static final String TOPIC = "ledger-events";

    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final AvroFormat format = AvroFormat.onRegistry(registry.url());

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void shouldReadEachRecordAsTheTypeThatItIs() {
        WireReader<SpecificRecord> reader = ofAll(format);
        Wire.all().values().forEach(record -> {
            byte[] bytes = bytes(record);
            assertEquals(new Decoded.Value<>(record), reader.read(TOPIC, bytes));
            assertTrue(reader.isInOurSchema(bytes));
        });
    }

    @Test
    void shouldRefuseWhatIsOfNoneOfTheTypes() {
        WireReader<SpecificRecord> reader =
                WireReader.ofAny(format, List.of(LedgerEvent.class, ReservationEvent.class, LedgerTime.class));
        for (String other : new String[] {
            "command",
            "reserve",
            "capture",
            "void",
            "outcome",
            "reservationOutcome",
            "cancel",
            "cancelEvent",
            "cancelOutcome",
            "guardedEvent"
        }) {
            Decoded.Unreadable<?> unreadable = assertInstanceOf(
                    Decoded.Unreadable.class,
                    reader.read(TOPIC, bytes(Wire.all().get(other))),
                    other);
            assertEquals(UnreadableReason.WRONG_SCHEMA, unreadable.reason(), other);
        }
    }

    @Test
    void shouldNameTheTypeThatTheBytesShouldHaveBeen() {
        byte[] bytes = bytes(Wire.all().get("reservationEvent"));
        Decoded.Unreadable<?> cut = assertInstanceOf(
                Decoded.Unreadable.class, ofAll(format).read(TOPIC, Arrays.copyOf(bytes, bytes.length - 3)));
        assertEquals(UnreadableReason.MALFORMED, cut.reason());
        assertTrue(cut.detail().startsWith("not a ReservationEvent: "), cut.detail());
    }

    @Test
    void shouldNameTheSubjectOfATypeThatJoinedATopicAfterTheType() {
        assertEquals("payment-commands-value", SubjectName.of("payment-commands", PaymentCommand.getClassSchema()));
        Map<String, SpecificRecord> later = new HashMap<>(Wire.reservations());
        later.putAll(Wire.cancels());
        later.put("guardedEvent", Wire.guards().get("guardedEvent"));
        later.values().forEach(record -> {
            String subject = SubjectName.of(TOPIC, record.getSchema());
            assertEquals(TOPIC + "-" + record.getClass().getName(), subject);
        });
    }

    /** Programs take one for the other by its name. */
    @Test
    void shouldTellSettlementsAndAnswersOfPaymentsAndOfStepsByTheSameNames() {
        assertEquals(names(Verdict.values()), names(ReservationVerdict.values()));
        assertEquals(names(PaymentStatus.values()), names(ReservationStatus.values()));
        assertEquals(names(LedgerOutcomeStatus.values()), names(ReservationOutcomeStatus.values()));
        assertEquals(names(LedgerEventKind.values()), names(ReservationEventKind.values()));
    }

    private static List<String> names(Enum<?>[] values) {
        return Stream.of(values).map(Enum::name).toList();
    }

    private static WireReader<SpecificRecord> ofAll(AvroFormat format) {
        List<Class<? extends SpecificRecord>> types = new ArrayList<>();
        Wire.all().values().forEach(record -> types.add(record.getClass()));
        return WireReader.ofAny(format, types);
    }

    private byte[] bytes(SpecificRecord record) {
        return format.<SpecificRecord>serializer().serialize(TOPIC, record);
    }
}
