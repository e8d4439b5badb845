package io.hapax.app.settings;

import java.util.Set;

/**
 * The settings of all programs of Hapax, without those below {@code kafka.} and {@code serde.}, which all know.
 *
 * <p>One environment often serves several of them: {@code HAPAX_JDBC_PASSWORD} is meant for the ledger consumer and the
 * tools, and is no mistake of whoever starts the stream app from the same shell.
 */
public final class AllSettings {
    /** A test compares these with what the programs read. */
    public static final Set<String> NAMES = Set.of(
            "admin.address",
            "admin.port",
            "allowed.skew",
            "application.id",
            "batch.max.events",
            "clients.most",
            "commit.interval",
            "consumer.group",
            "debtors.unowned",
            "deserializer.class",
            "gateway.advertised.url",
            "gateway.api.keys",
            "gateway.body.timeout",
            "gateway.client.burst",
            "gateway.client.rate",
            "gateway.client.requests.in.flight",
            "gateway.delivery.timeout",
            "gateway.head.timeout",
            "gateway.host",
            "gateway.idle.timeout",
            "gateway.port",
            "gateway.requests.in.flight",
            "gateway.wait",
            "gateway.wait.max",
            "group.protocol",
            "guards",
            "jdbc.password",
            "jdbc.url",
            "jdbc.user",
            "metrics.clients",
            "migration.password",
            "migration.user",
            "payments.remembered",
            "pending.lease",
            "pool.size",
            "retention",
            "retention.adaptive",
            "retention.adaptive.asked.per.million",
            "retention.adaptive.longest",
            "retention.adaptive.longest.recall",
            "retention.adaptive.refused.per.million",
            "retention.max",
            "schema.registry.url",
            "serializer.class",
            "standby.replicas",
            "state.dir",
            "statement.timeout",
            "stop.within",
            "store.memory.mb",
            "threads",
            "topics.replication",
            "two.steps");

    private AllSettings() {}
}
