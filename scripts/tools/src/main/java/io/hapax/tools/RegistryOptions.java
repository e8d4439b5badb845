package io.hapax.tools;

import io.hapax.serde.AvroFormat;
import picocli.CommandLine.Option;

/** How a command reaches the schema registry. */
public final class RegistryOptions {
    @Option(
            names = "--registry",
            required = true,
            paramLabel = "URL",
            description = "Confluent-compatible REST API of the schema registry.")
    @SuppressWarnings("NullAway.Init")
    private String registry;

    public AvroFormat format() {
        return AvroFormat.onRegistry(registry);
    }
}
