package io.hapax.stream.settings;

import io.hapax.app.health.AdminSettings;
import io.hapax.app.settings.SettingsReader;
import io.hapax.serde.AvroDeserializer;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.AvroSerializer;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.SwitchedOn;
import io.hapax.stream.metrics.JourneyMetrics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.jspecify.annotations.Nullable;

/**
 * All settings of the stream app.
 *
 * @param policy how long things are remembered, unless a policy is published
 * @param longestRetention that a published policy can have: the stores and their changelogs are made for it
 * @param format serializers, deserializers and the schema registry
 * @param applicationId name of the app on the cluster: prefix of its changelogs, group and transactional ids
 * @param stateDir folder of the RocksDB stores; keep it over restarts
 * @param threads stream threads of this process
 * @param standbys copies of each task's stores on other instances
 * @param commitInterval how often a transaction ends; decisions are visible after at most that time
 * @param groupProtocol {@code classic} or {@code streams}
 * @param replication replicas that every topic must have
 * @param storeMemoryMb bound of RocksDB's block cache and write buffers together, for all stores of this process
 * @param metricsClients clients whose answers are counted by name at most; the others are counted together
 * @param switchedOn what may be new besides payments in one step: all instances must know it
 * @param admin health, metrics, end
 * @param gateway the HTTP gateway's own; null: there is none
 * @param kafka passed on to Kafka as they are, {@code bootstrap.servers} among them
 */
public record StreamSettings(
        RetentionSchedule policy,
        Duration longestRetention,
        AvroFormat format,
        String applicationId,
        Path stateDir,
        int threads,
        int standbys,
        Duration commitInterval,
        String groupProtocol,
        short replication,
        int storeMemoryMb,
        int metricsClients,
        SwitchedOn switchedOn,
        AdminSettings admin,
        @Nullable GatewaySettings gateway,
        Map<String, String> kafka) {
    /** Kafka's own, of consumers and of groups of Streams. */
    private static final String CLASSIC = "classic";

    private static final Duration DEFAULT_SESSION = Duration.ofSeconds(45);

    /** True where the members of the group agree on who gets what, false where the broker says it. */
    public boolean isClassic() {
        return groupProtocol.equals(CLASSIC);
    }

    /** Reads all settings; throws one message with every mistake. */
    public static StreamSettings read(Map<String, String> texts) {
        return read(new SettingsReader(texts));
    }

    /** The same; the reader knows afterwards what is in effect. */
    public static StreamSettings read(SettingsReader settings) {
        Duration retention = settings.duration(
                "retention", Duration.ofHours(24), RetentionSchedule.MIN_RETENTION, RetentionSchedule.MAX_RETENTION);
        Duration skew = settings.duration("allowed.skew", Duration.ofMinutes(1), Duration.ZERO, Duration.ofHours(1));
        Duration lease =
                settings.duration("pending.lease", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofHours(1));
        StreamSettings read = new StreamSettings(
                policy(settings, retention, skew, lease),
                settings.duration("retention.max", retention, retention, RetentionSchedule.MAX_RETENTION),
                format(settings),
                settings.text("application.id", "hapax-stream"),
                Path.of(settings.text("state.dir", "state")),
                settings.number("threads", 2, 1, 64),
                settings.number("standby.replicas", 0, 0, 3),
                settings.duration(
                        "commit.interval", Duration.ofMillis(50), Duration.ofMillis(5), Duration.ofSeconds(10)),
                settings.oneOf("group.protocol", CLASSIC, List.of(CLASSIC, "streams")),
                (short) settings.number("topics.replication", 3, 1, 10),
                settings.number("store.memory.mb", 256, 32, 65_536),
                settings.number("metrics.clients", JourneyMetrics.MOST_CLIENTS, 0, 10_000),
                new SwitchedOn(settings.flag("two.steps", false), settings.flag("guards", false)),
                AdminSettings.read(settings),
                GatewaySettings.read(settings),
                settings.below("kafka."));
        if (!read.kafka.containsKey("bootstrap.servers")) {
            settings.mistake("kafka.bootstrap.servers is missing");
        }
        GuaranteedConfig.PASSED_ON.refused(read.kafka).forEach(settings::mistake);
        settings.finish();
        return read;
    }

    /** The time that the group waits for an instance that died before it hands over its tasks. */
    public Duration sessionTimeout() {
        return Stream.of("main.consumer.", "consumer.", "")
                .map(prefix -> kafka.get(prefix + ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG))
                // What is no number, Kafka refuses.
                .filter(set -> set != null && set.matches("\\d{1,9}"))
                .map(set -> Duration.ofMillis(Long.parseLong(set)))
                .findFirst()
                .orElse(DEFAULT_SESSION);
    }

    private static RetentionSchedule policy(
            SettingsReader settings, Duration retention, Duration skew, Duration lease) {
        if (retention.compareTo(skew) > 0) {
            return new RetentionSchedule(retention, skew, lease);
        }
        settings.mistake("retention must be longer than allowed.skew");
        return new RetentionSchedule(skew.plusMillis(1), skew, lease);
    }

    private static AvroFormat format(SettingsReader settings) {
        Map<String, Object> config = new HashMap<>(settings.below("serde."));
        config.put(AvroFormat.REGISTRY_URL, settings.text("schema.registry.url"));
        return new AvroFormat(
                settings.text("serializer.class", AvroSerializer.class.getName()),
                settings.text("deserializer.class", AvroDeserializer.class.getName()),
                config);
    }
}
