package io.hapax.tools.cli;

import io.hapax.serde.AvroFormat;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** How a command reaches the topics and what their values mean: the Kafka cluster and its schema registry. */
public final class ClusterOptions {
    @Mixin
    @SuppressWarnings("NullAway.Init")
    private KafkaOptions kafka;

    @Mixin
    @SuppressWarnings("NullAway.Init")
    private RegistryOptions registry;

    /**
     * Settings of a Kafka client, once a broker has answered.
     *
     * @throws PlainFailure if none does
     */
    public Map<String, Object> client() {
        return kafka.client();
    }

    /**
     * How values are written and read, once the registry has answered.
     *
     * @throws PlainFailure if none answers
     */
    public AvroFormat format() {
        return registry.format();
    }
}
