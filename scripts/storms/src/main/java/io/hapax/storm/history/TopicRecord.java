package io.hapax.storm.history;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A committed record of a topic.
 *
 * @param timestampMs the broker's or the producer's time, as the topic has it
 * @param key the key in base64
 * @param headers the headers as UTF-8
 * @param schema name of the writer's schema, where the value could be decoded
 * @param value the decoded value: numbers, texts, lists and objects by the names of the schema
 * @param bytes the value in base64, where it could not be decoded; null with {@code value} null for a record without a
 *     value
 */
public record TopicRecord(
        int partition,
        long offset,
        long timestampMs,
        @Nullable String key,
        Map<String, String> headers,
        @Nullable String schema,
        @Nullable JsonNode value,
        @Nullable String bytes) {
    public TopicRecord {
        headers = Map.copyOf(headers);
    }
}
