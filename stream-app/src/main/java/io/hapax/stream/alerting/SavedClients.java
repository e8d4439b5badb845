package io.hapax.stream.alerting;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** The saved state of each client, on {@code key-usage-state}. */
public final class SavedClients {
    private SavedClients() {}

    /** Hands on the newest state of every client that is saved and not forgotten. */
    public static void read(Map<String, ?> kafka, BiConsumer<String, byte[]> receiver) {
        Map<String, byte[]> newest = new HashMap<>();
        TopicTail.readWhole(kafka, Topic.KEY_USAGE_STATE, saved -> {
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
        newest.forEach(receiver);
    }
}
