package io.hapax.stream.alerting;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.sandbox.InMemoryRegistry;
import io.hapax.schemas.RetentionPolicy;
import io.hapax.serde.AvroFormat;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.topics.Topic;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PublishedRetentionTest {
    private static final byte[] ACME = PolicyScope.ofClient("acme").key().getBytes(UTF_8);

    private final InMemoryRegistry registry = InMemoryRegistry.start();
    private final AvroFormat format = AvroFormat.onRegistry(registry.url());
    private final PublishedRetention published = new PublishedRetention(format);

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void shouldKeepThePolicyInForceWhenANewerOneCannotBeRead() {
        published.take(ACME, policy(3_600_000));
        published.take(ACME, "no policy".getBytes(UTF_8));

        assertEquals(Set.of(PolicyScope.ofClient("acme")), published.byScope().keySet());
        assertEquals(3_600_000, retentionOfAcme());
    }

    @Test
    void shouldKnowTheNewestPolicyUntilItIsTakenBack() {
        published.take(ACME, policy(3_600_000));
        published.take(ACME, policy(7_200_000));
        assertEquals(7_200_000, retentionOfAcme());

        published.take(ACME, null);
        assertEquals(Set.of(), published.byKey().keySet());
    }

    @Test
    void shouldKnowNothingOfRecordsThatAreAboutNobody() {
        published.take(null, policy(3_600_000));
        published.take(new byte[0], policy(3_600_000));
        assertEquals(Set.of(), published.byKey().keySet());

        published.take("no scope".getBytes(UTF_8), policy(3_600_000));
        assertEquals(Set.of("no scope"), published.byKey().keySet());
        assertEquals(Set.of(), published.byScope().keySet());
    }

    private long retentionOfAcme() {
        return published.byScope().get(PolicyScope.ofClient("acme")).getRetentionMs();
    }

    private byte[] policy(long retentionMs) {
        return format.<RetentionPolicy>serializer()
                .serialize(
                        Topic.RETENTION_POLICIES.topicName(),
                        RetentionPolicy.newBuilder()
                                .setRetentionMs(retentionMs)
                                .setPublishedAt(Instant.EPOCH)
                                .setPublishedBy("OPERATOR")
                                .build());
    }
}
