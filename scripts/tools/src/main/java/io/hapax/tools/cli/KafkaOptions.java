package io.hapax.tools.cli;

import io.hapax.app.settings.SettingsException;
import io.hapax.app.settings.SettingsFile;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** Options that connect a command to the Kafka cluster. */
public final class KafkaOptions {
    /**
     * Timeouts with which a command reports a lost broker within 15 s. A producer needs one request more to close.
     */
    private static final Map<String, Object> PATIENCE = Map.of(
            "default.api.timeout.ms", 14_000,
            "request.timeout.ms", 6_000,
            "max.block.ms", 8_000,
            "delivery.timeout.ms", 8_000);

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--bootstrap-servers",
            scope = ScopeType.INHERIT,
            paramLabel = "HOST:PORT,...",
            description = "Brokers for the first connection, as HOST:PORT, separated by commas. Needed.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--command-config",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "File with properties of the Kafka client, such as those of TLS and SASL.")
    private @Nullable Path commandConfig;

    private @Nullable Map<String, Object> settings;

    /**
     * Settings of a Kafka client, once a broker has answered.
     *
     * @throws PlainFailure if none does, or the file can't be read
     */
    public Map<String, Object> client() {
        Map<String, Object> known = settings;
        if (known == null) {
            known = read();
            BrokerProbe.ask(known);
            settings = known;
        }
        return new HashMap<>(known);
    }

    /** True if an address of brokers was given. */
    public boolean isGiven() {
        return bootstrapServers != null;
    }

    private Map<String, Object> read() {
        Map<String, Object> client = new HashMap<>();
        if (commandConfig != null) {
            try {
                client.putAll(SettingsFile.read(commandConfig));
            } catch (SettingsException e) {
                throw new PlainFailure("--command-config: " + String.join("; ", e.mistakes()), e);
            }
        }
        client.put("bootstrap.servers", Needed.value(bootstrapServers, "--bootstrap-servers", spec));
        // They depend on each other: all of ours, or the file's.
        if (PATIENCE.keySet().stream().noneMatch(client::containsKey)) {
            client.putAll(PATIENCE);
        }
        return client;
    }
}
