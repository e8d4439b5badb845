package io.hapax.stream.alerting;

import io.hapax.schemas.RetentionPolicy;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.Decoded;
import io.hapax.serde.WireReader;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.topics.Topic;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What is published on {@code retention-policies} now. */
public final class PublishedRetention {
    private PublishedRetention() {}

    /** The policy of every scope that has one which can be read. */
    public static Map<PolicyScope, RetentionPolicy> read(Map<String, ?> kafka, AvroFormat format) {
        WireReader<RetentionPolicy> reader = new WireReader<>(format, RetentionPolicy.class);
        Map<PolicyScope, RetentionPolicy> published = new LinkedHashMap<>();
        CompactedTopic.read(kafka, Topic.RETENTION_POLICIES).forEach((key, value) -> {
            Optional<PolicyScope> scope = PolicyScope.ofKey(key);
            if (scope.isPresent()
                    && reader.read(Topic.RETENTION_POLICIES.topicName(), value)
                            instanceof Decoded.Value<RetentionPolicy>(var policy)) {
                published.put(scope.get(), policy);
            }
        });
        return published;
    }
}
