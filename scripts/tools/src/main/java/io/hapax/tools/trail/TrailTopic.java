package io.hapax.tools.trail;

import io.hapax.schemas.ActionPhase;
import io.hapax.schemas.OperatorAction;
import io.hapax.serde.AvroFormat;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The trail on the topic {@code operator-audit}. Each record is there before the next step is taken. */
final class TrailTopic implements OperatorTrail {
    private static final String SYSTEM_USER = System.getProperty("user.name", "?") + "@" + host();

    private final Producer<String, OperatorAction> producer;
    private final Clock clock = Clock.systemUTC();

    TrailTopic(Map<String, Object> kafka, AvroFormat format) {
        // Else a broker that makes topics on demand would make one that forgets.
        TopicTail.partitionCount(kafka, Topic.OPERATOR_AUDIT);
        Map<String, Object> config = new HashMap<>(kafka);
        config.put("acks", "all");
        config.put("enable.idempotence", true);
        Serializer<OperatorAction> serializer = format.serializer();
        this.producer = new KafkaProducer<>(config, new StringSerializer(), serializer);
    }

    @Override
    public void write(UUID actionId, ActionPhase phase, Intent intent, String detail) {
        OperatorAction action = OperatorAction.newBuilder()
                .setActionId(actionId)
                .setPhase(phase)
                .setAt(clock.instant())
                .setOperator(intent.operator())
                .setSystemUser(SYSTEM_USER)
                .setThrough(intent.through())
                .setAction(intent.action())
                .setTarget(intent.target())
                .setReason(intent.reason())
                .setDetail(Intent.bounded(detail))
                .build();
        try {
            producer.send(new ProducerRecord<>(Topic.OPERATOR_AUDIT.topicName(), actionId.toString(), action))
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    phase == ActionPhase.TRIED
                            ? "nothing was done: it could not be recorded on operator-audit"
                            : "the end of " + intent.action() + " (" + phase + ") could not be recorded",
                    e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "?";
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
