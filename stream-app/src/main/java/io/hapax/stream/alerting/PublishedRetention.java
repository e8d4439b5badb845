package io.hapax.stream.alerting;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.schemas.RetentionPolicy;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.topics.Topic;
import io.hapax.topics.TopicTail;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The policies that are in force on {@code retention-policies}, as the stream app hears them: one that can't be read
 * changes nothing, and what was published before stays in force.
 */
public final class PublishedRetention {
    private final WireReader<RetentionPolicy> reader;
    private final Map<String, RetentionPolicy> byKey = new TreeMap<>();

    PublishedRetention(AvroFormat format) {
        this.reader = new WireReader<>(format, RetentionPolicy.class);
    }

    /** Those that are published now. */
    public static PublishedRetention read(Map<String, ?> kafka, AvroFormat format) {
        PublishedRetention published = new PublishedRetention(format);
        TopicTail.readWhole(kafka, Topic.RETENTION_POLICIES, found -> published.take(found.key(), found.value()));
        return published;
    }

    /**
     * Takes a record of the topic. One without a key was written while the topic was not compacted: it is about
     * nobody.
     */
    void take(byte @Nullable [] key, byte @Nullable [] value) {
        String name = key == null ? "" : new String(key, UTF_8);
        if (name.isEmpty()) {
            return;
        }
        if (value == null) {
            byKey.remove(name);
        } else if (reader.read(Topic.RETENTION_POLICIES.topicName(), value)
                instanceof Decoded.Value<RetentionPolicy>(var policy)) {
            byKey.put(name, policy);
        }
    }

    /** By the record's key, whether it names a scope or not. */
    public Map<String, RetentionPolicy> byKey() {
        return byKey;
    }

    /** The policy of every scope that has one. */
    Map<PolicyScope, RetentionPolicy> byScope() {
        Map<PolicyScope, RetentionPolicy> byScope = new LinkedHashMap<>();
        byKey.forEach((key, policy) -> PolicyScope.ofKey(key).ifPresent(scope -> byScope.put(scope, policy)));
        return byScope;
    }
}
