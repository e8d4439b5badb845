package io.hapax.stream.gateway.journey;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.ReservationVerdict;
import io.hapax.schemas.Verdict;
import io.hapax.schemas.VoidCommand;
import io.hapax.serde.AvroDeserializer;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.AvroSerializer;
import io.hapax.serde.Decoded;
import io.hapax.serde.RegistryUnavailableException;
import io.hapax.stream.decision.SwitchedOn;
import io.hapax.topics.Topic;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Tests of a gateway whose registry goes away as soon as the gateway has started. */
class GatewayFormatTest {
    private static final String COMMANDS = Topic.PAYMENT_COMMANDS.topicName();
    private static final String DECISIONS = Topic.PAYMENT_DECISIONS.topicName();
    private static final PaymentCommand PAY = PaymentCommand.newBuilder()
            .setClientId("acme")
            .setIdempotencyKey("order-1")
            .setDebtorAccount("alice")
            .setCreditorAccount("bob")
            .setAmountMinor(100)
            .setCurrency("EUR")
            .build();
    private static final List<SpecificRecord> STEPS = List.of(
            new ReservationCommand("acme", "hold-1", "alice", "bob", 100L, "EUR", null, null, 60_000L, false),
            new CaptureCommand("acme", "capture-1", "hold-1", "alice", 100L, "EUR", false, null, null),
            new VoidCommand("acme", "void-1", "hold-1", "alice", null));
    private static final PaymentDecision PAID = PaymentDecision.newBuilder()
            .setClientId("acme")
            .setIdempotencyKey("order-1")
            .setVerdict(Verdict.SETTLED)
            .setDecidedAt(Instant.EPOCH)
            .setCommandPartition(0)
            .setCommandOffset(0)
            .build();
    private static final ReservationDecision HELD = ReservationDecision.newBuilder()
            .setClientId("acme")
            .setIdempotencyKey("hold-1")
            .setStep(ReservationStep.RESERVE)
            .setAnswer(ReservationVerdict.SETTLED)
            .setDecidedAt(Instant.EPOCH)
            .setCommandPartition(0)
            .setCommandOffset(0)
            .build();

    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final AvroFormat format = new AvroFormat(
            AvroSerializer.class.getName(),
            AvroDeserializer.class.getName(),
            Map.of(AvroFormat.REGISTRY_URL, registry.url(), AvroFormat.REGISTRY_RETRIES, "0"));
    // Of the stream app, which has answered others.
    private final byte[] paid = format.<SpecificRecord>serializer().serialize(DECISIONS, PAID);
    private final byte[] held = format.<SpecificRecord>serializer().serialize(DECISIONS, HELD);

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void shouldTakeReservationsAndReadTheirAnswersThoughTheRegistryIsAway() {
        GatewayFormat gateway = GatewayFormat.learned(format, SwitchedOn.ALL);
        registry.close();
        gateway.commands().serialize(COMMANDS, PAY);
        STEPS.forEach(step -> gateway.commands().serialize(COMMANDS, step));
        assertEquals(
                new Decoded.Value<SpecificRecord>(PAID), gateway.decisions().read(DECISIONS, paid));
        assertEquals(
                new Decoded.Value<SpecificRecord>(HELD), gateway.decisions().read(DECISIONS, held));
    }

    @Test
    void shouldNotAskForSchemasOfReservationsThatNobodyMayHaveRegistered() {
        GatewayFormat gateway = GatewayFormat.learned(format, SwitchedOn.NOTHING);
        registry.close();
        gateway.commands().serialize(COMMANDS, PAY);
        assertEquals(
                new Decoded.Value<SpecificRecord>(PAID), gateway.decisions().read(DECISIONS, paid));
        for (SpecificRecord step : STEPS) {
            assertThrows(
                    RegistryUnavailableException.class, () -> gateway.commands().serialize(COMMANDS, step));
        }
    }
}
