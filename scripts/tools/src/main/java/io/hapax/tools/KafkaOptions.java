package io.hapax.tools;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** How a command reaches the Kafka cluster. */
public final class KafkaOptions {
    @Option(
            names = "--bootstrap-servers",
            scope = ScopeType.INHERIT,
            required = true,
            paramLabel = "HOST:PORT,...",
            description = "Brokers to ask first.")
    @SuppressWarnings("NullAway.Init")
    private String bootstrapServers;

    @Option(
            names = "--command-config",
            scope = ScopeType.INHERIT,
            paramLabel = "FILE",
            description = "Properties of the Kafka client, such as those of TLS and SASL.")
    private @Nullable Path commandConfig;

    /** Settings of a Kafka client. */
    public Map<String, Object> client() throws IOException {
        Map<String, Object> client = new HashMap<>();
        if (commandConfig != null) {
            Properties properties = new Properties();
            try (Reader reader = Files.newBufferedReader(commandConfig)) {
                properties.load(reader);
            }
            properties.stringPropertyNames().forEach(name -> client.put(name, properties.getProperty(name)));
        }
        client.put("bootstrap.servers", bootstrapServers);
        return client;
    }
}
