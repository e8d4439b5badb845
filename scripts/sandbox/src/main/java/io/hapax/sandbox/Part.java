package io.hapax.sandbox;

import java.util.Locale;

/** One of the real parts that a sandbox runs. */
public enum Part {
    /** One Kafka broker, or several, each a KRaft controller as well. */
    KAFKA,
    /** An Apicurio registry, spoken to through its Confluent-compatible REST API. */
    REGISTRY,
    /** A PostgreSQL server with durability switched on. */
    POSTGRES;

    /** The name of the part's folder and the prefix of what the sandbox remembers of it. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
