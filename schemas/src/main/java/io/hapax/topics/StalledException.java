package io.hapax.topics;

import java.time.Duration;
import org.apache.kafka.common.KafkaException;

/** The failure to read a topic to its end: an open transaction, which nobody ends, stands in between. */
public final class StalledException extends KafkaException {
    private static final long serialVersionUID = 1L;

    StalledException(String topic, long offsets, Duration patience) {
        super(topic + " could not be read to its end for " + patience.toSeconds() + " s, " + offsets
                + " offsets are left: a transaction is open (hapax topics transactions names it)");
    }
}
