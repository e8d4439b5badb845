package io.hapax.tools.log;

import io.hapax.topics.Topic;
import java.time.Duration;

/** A topic can't be read to its end: an open transaction, which nobody ends, stands in between. */
public final class StalledException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    StalledException(Topic topic, long offsets, Duration patience) {
        super(topic.topicName() + " could not be read to its end for " + patience.toSeconds() + " s, " + offsets
                + " offsets are left: a transaction is open");
    }
}
