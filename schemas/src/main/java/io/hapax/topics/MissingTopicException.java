package io.hapax.topics;

import org.apache.kafka.common.KafkaException;

/** The failure to read a topic that is not on the cluster. */
public final class MissingTopicException extends KafkaException {
    private static final long serialVersionUID = 1L;

    public MissingTopicException(String topic) {
        super("there is no topic " + topic + " on this cluster: --bootstrap-servers may name another one;"
                + " scripts/topics create makes the topics of a new one");
    }
}
