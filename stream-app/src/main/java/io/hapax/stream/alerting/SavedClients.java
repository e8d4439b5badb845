package io.hapax.stream.alerting;

import io.hapax.topics.Topic;
import java.util.Map;
import java.util.function.BiConsumer;

/** What is saved of each client, on {@code key-usage-state}. */
public final class SavedClients {
    private SavedClients() {}

    /** Hands on the newest state of every client that is saved and not forgotten. */
    public static void read(Map<String, ?> kafka, BiConsumer<String, byte[]> receiver) {
        CompactedTopic.read(kafka, Topic.KEY_USAGE_STATE).forEach(receiver);
    }
}
