package io.hapax.tools.cli;

import io.hapax.serde.AvroFormat;
import java.util.Map;
import picocli.CommandLine.Mixin;

/** Options that connect a command to the Kafka cluster and to its schema registry. */
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
     * The format in which values are written and read. The registry has answered before it is returned.
     *
     * @throws PlainFailure if no registry answers
     */
    public AvroFormat format() {
        return registry.format();
    }
}
