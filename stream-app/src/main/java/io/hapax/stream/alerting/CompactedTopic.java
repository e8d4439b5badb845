package io.hapax.stream.alerting;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.util.HashMap;
import java.util.Map;

/** A topic of which the newest value of each key is all that counts. */
final class CompactedTopic {
    private CompactedTopic() {}

    /** The newest value of every key that has one. */
    static Map<String, byte[]> read(Map<String, ?> kafka, Topic topic) {
        Map<String, byte[]> newest = new HashMap<>();
        TopicTail.readWhole(kafka, topic, saved -> {
            if (saved.key() == null) {
                // Written while the topic was not compacted: it is about nobody.
                return;
            }
            if (saved.value() == null) {
                newest.remove(new String(saved.key(), UTF_8));
            } else {
                newest.put(new String(saved.key(), UTF_8), saved.value());
            }
        });
        return newest;
    }
}
