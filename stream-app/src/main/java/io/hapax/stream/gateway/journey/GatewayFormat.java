package io.hapax.stream.gateway.journey;

import io.hapax.schemas.CancelCommand;
import io.hapax.schemas.CancelDecision;
import io.hapax.schemas.CancelRequest;
import io.hapax.schemas.CancelVerdict;
import io.hapax.schemas.CaptureCommand;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.ReservationCommand;
import io.hapax.schemas.ReservationDecision;
import io.hapax.schemas.ReservationStep;
import io.hapax.schemas.ReservationVerdict;
import io.hapax.schemas.Verdict;
import io.hapax.schemas.VoidCommand;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.WireReader;
import io.hapax.stream.decision.SwitchedOn;
import io.hapax.topics.Topic;
import java.time.Instant;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serializer;

/**
 * The format of the gateway's records. It knows the ids of their schemas from the start: no request waits for the
 * registry, nor fails because the registry is away.
 *
 * @param commands encodes what the gateway sends
 * @param decisions decodes what it waits for
 */
public record GatewayFormat(Serializer<SpecificRecord> commands, WireReader<SpecificRecord> decisions) {
    /**
     * Asks the registry for the ids.
     *
     * @param switchedOn what is switched on besides payments in one step: of the rest, nobody may have registered the
     *     schemas
     */
    public static GatewayFormat learned(AvroFormat format, SwitchedOn switchedOn) {
        GatewayFormat learning = new GatewayFormat(
                format.serializer(),
                WireReader.ofAny(
                        format, List.of(PaymentDecision.class, ReservationDecision.class, CancelDecision.class)));
        learning.learnCommand(PaymentCommand.newBuilder()
                .setClientId("")
                .setIdempotencyKey("")
                .setDebtorAccount("")
                .setCreditorAccount("")
                .setAmountMinor(0)
                .setCurrency("")
                .build());
        learning.learnDecision(PaymentDecision.newBuilder()
                .setClientId("")
                .setIdempotencyKey("")
                .setVerdict(Verdict.INVALID)
                .setDecidedAt(Instant.EPOCH)
                .setCommandPartition(0)
                .setCommandOffset(0)
                .build());
        if (switchedOn.twoSteps()) {
            learning.learnCommand(ReservationCommand.newBuilder()
                    .setClientId("")
                    .setIdempotencyKey("")
                    .setDebtorAccount("")
                    .setCreditorAccount("")
                    .setHoldMinor(0)
                    .setCurrency("")
                    .build());
            learning.learnCommand(CaptureCommand.newBuilder()
                    .setClientId("")
                    .setIdempotencyKey("")
                    .setReservationKey("")
                    .setDebtorAccount("")
                    .setAmountMinor(0)
                    .setCurrency("")
                    .build());
            learning.learnCommand(VoidCommand.newBuilder()
                    .setClientId("")
                    .setIdempotencyKey("")
                    .setReservationKey("")
                    .setDebtorAccount("")
                    .build());
            learning.learnDecision(ReservationDecision.newBuilder()
                    .setClientId("")
                    .setIdempotencyKey("")
                    .setStep(ReservationStep.VOID)
                    .setAnswer(ReservationVerdict.INVALID)
                    .setDecidedAt(Instant.EPOCH)
                    .setCommandPartition(0)
                    .setCommandOffset(0)
                    .build());
        }
        if (switchedOn.guards()) {
            learning.learnCommand(new CancelCommand(CancelRequest.CANCEL, "", ""));
            learning.learnDecision(CancelDecision.newBuilder()
                    .setCancelVerdict(CancelVerdict.INVALID)
                    .setClientId("")
                    .setIdempotencyKey("")
                    .setDecidedAt(Instant.EPOCH)
                    .setCommandPartition(0)
                    .setCommandOffset(0)
                    .build());
        }
        return learning;
    }

    private void learnCommand(SpecificRecord any) {
        commands.serialize(Topic.PAYMENT_COMMANDS.topicName(), any);
    }

    private void learnDecision(SpecificRecord any) {
        String topic = Topic.PAYMENT_DECISIONS.topicName();
        decisions.read(topic, commands.serialize(topic, any));
    }
}
