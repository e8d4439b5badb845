package io.hapax.tools.trail;

import io.hapax.schemas.ActionPhase;
import io.hapax.serde.AvroFormat;
import java.util.Map;
import java.util.UUID;

/**
 * The record of what operators do. An action is done only after the record of its beginning was written:
 *
 * <pre>{@code
 * try (Attempt attempt = trail.begin(intent)) {
 *     attempt.done(doIt());
 * }
 * }</pre>
 */
public interface OperatorTrail extends AutoCloseable {
    /** A trail of nothing, where a command was given no cluster. */
    OperatorTrail NONE = new OperatorTrail() {
        @Override
        public void write(UUID actionId, ActionPhase phase, Intent intent, String detail) {}

        @Override
        public void close() {}
    };

    /** The trail on the topic {@code operator-audit}. */
    static OperatorTrail on(Map<String, Object> kafka, AvroFormat format) {
        return new TrailTopic(kafka, format);
    }

    /**
     * Writes one record, and returns when the brokers have it.
     *
     * @throws org.apache.kafka.common.KafkaException if they do not take it
     */
    void write(UUID actionId, ActionPhase phase, Intent intent, String detail);

    /** Records that the action is about to be done. Returns what must be told how it ended. */
    default Attempt begin(Intent intent) {
        UUID actionId = UUID.randomUUID();
        write(actionId, ActionPhase.TRIED, intent, intent.detail());
        return new Attempt(this, actionId, intent);
    }

    /** Records an action that is refused before it begins. */
    default void refused(Intent intent, String why) {
        write(UUID.randomUUID(), ActionPhase.REFUSED, intent, why);
    }

    @Override
    void close();
}
