package io.hapax.stream.topology;

import io.hapax.schemas.RetentionPolicy;
import io.hapax.serde.Decoded;
import io.hapax.serde.RegistryUnavailableException;
import io.hapax.serde.WireReader;
import io.hapax.stream.decision.KeyForm;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.wire.Policies;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The processor that loads the published policies, all of them before the first task starts. A policy that can't be
 * read changes nothing: what was published before stays in force.
 */
final class LoadPolicies implements Processor<@Nullable String, byte @Nullable [], Void, Void> {
    private static final Logger LOG = LoggerFactory.getLogger(LoadPolicies.class);

    private static final Duration PAUSE = Duration.ofSeconds(1);

    private final WireReader<RetentionPolicy> reader;
    private final PublishedPolicies published;

    LoadPolicies(WireReader<RetentionPolicy> reader, PublishedPolicies published) {
        this.reader = reader;
        this.published = published;
    }

    @Override
    public void process(Record<@Nullable String, byte @Nullable []> incoming) {
        String key = incoming.key();
        Optional<PolicyScope> scope = key == null ? Optional.empty() : PolicyScope.ofKey(key);
        if (scope.isEmpty()) {
            LOG.warn("policy ignored, no scope has the key \"{}\"", visible(key));
        } else if (incoming.value() == null) {
            published.put(scope.get(), null);
            published.putKeyForm(scope.get(), null);
            published.putDuplicateWindow(scope.get(), null);
        } else {
            put(scope.get(), incoming.value());
        }
    }

    private void put(PolicyScope scope, byte[] value) {
        switch (readPatiently(value)) {
            case Decoded.Value<RetentionPolicy>(var policy) -> {
                KeyForm form = Policies.keyForm(policy);
                if (form == null && policy.getKeyForm() != null) {
                    LOG.warn("key form ignored scope={}, unknown: \"{}\"", scope.key(), visible(policy.getKeyForm()));
                }
                published.put(scope, Policies.terms(policy));
                published.putKeyForm(scope, form);
                published.putDuplicateWindow(scope, Policies.duplicateWindow(policy));
            }
            case Decoded.Unreadable<RetentionPolicy>(var reason, var detail) ->
                LOG.warn("policy ignored scope={} reason={}: {}", scope.key(), reason, detail);
        }
    }

    /**
     * The thread that hears policies cannot be replaced, so the registry's trouble must not end it: with it, the
     * whole instance would end. Meanwhile all other threads work, by what was published before.
     */
    private Decoded<RetentionPolicy> readPatiently(byte[] value) {
        while (true) {
            try {
                return reader.read(Topic.RETENTION_POLICIES.topicName(), value);
            } catch (RegistryUnavailableException away) {
                LOG.warn("a policy waits for the registry: {}", away.getMessage());
                pause(away);
            }
        }
    }

    private static void pause(RegistryUnavailableException away) {
        try {
            Thread.sleep(PAUSE);
        } catch (InterruptedException toStop) {
            Thread.currentThread().interrupt();
            throw away;
        }
    }

    /** A line break of somebody else would begin a line of the log that we never wrote. */
    private static String visible(@Nullable String key) {
        return String.valueOf(key).replaceAll("[^\\x20-\\x7E]", "?");
    }
}
