package io.hapax.stream.alerting;

import io.hapax.app.acls.AppRights;
import io.hapax.app.health.AdminSettings;
import io.hapax.app.settings.PassedToKafka;
import io.hapax.app.settings.SettingsReader;
import io.hapax.insight.RetentionAdvisor;
import io.hapax.serde.AvroDeserializer;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.AvroSerializer;
import io.hapax.stream.decision.RetentionSchedule;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * All settings of the insight app.
 *
 * @param format serializers, deserializers and the schema registry
 * @param applicationId name of the app on the cluster: group and transactional id
 * @param mostClients clients that are watched at the same time; {@code scripts/insight size} measures what they take
 * @param rememberedPayments payments held to find the same one under another key; a power of two
 * @param commitInterval how often alerts are published and what is known is saved
 * @param adaptive whether retentions follow how late commands come
 * @param advisor how
 * @param admin where health and metrics are told
 * @param kafka passed on to Kafka as they are, {@code bootstrap.servers} among them
 */
public record InsightSettings(
        AvroFormat format,
        String applicationId,
        int mostClients,
        int rememberedPayments,
        Duration commitInterval,
        Adaptive adaptive,
        RetentionAdvisor advisor,
        AdminSettings admin,
        Map<String, String> kafka) {

    /** The mode of adaptive retention. */
    public enum Adaptive {
        OFF,
        /**
         * Policies are only advised. They are kept with the state of each client, for {@code scripts/insight advice}.
         */
        ADVISE,
        ON
    }

    /** The rights that the app needs on the cluster, and no more. */
    AppRights rights() {
        return switch (adaptive) {
            case OFF -> AppRights.ofInsightApp(applicationId);
            case ADVISE -> AppRights.ofAdaptingInsightApp(applicationId, false);
            case ON -> AppRights.ofAdaptingInsightApp(applicationId, true);
        };
    }

    /** The Kafka settings that an operator may pass on. The others are fixed: one alert per incident rests on them. */
    public static final PassedToKafka PASSED_ON = PassedToKafka.toClients()
            .and("", Set.of(ConsumerConfig.MAX_POLL_RECORDS_CONFIG))
            .not(
                    Set.of(
                            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                            ConsumerConfig.GROUP_PROTOCOL_CONFIG,
                            ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                            ProducerConfig.TRANSACTIONAL_ID_CONFIG),
                    "one alert per incident rests on it")
            .not(Set.of(ConsumerConfig.GROUP_ID_CONFIG), "application.id is the setting for it");

    /** Reads all settings; throws one message with every mistake. */
    public static InsightSettings read(SettingsReader settings) {
        Map<String, Object> serde = new HashMap<>(settings.below("serde."));
        serde.put(AvroFormat.REGISTRY_URL, settings.text("schema.registry.url"));
        InsightSettings read = new InsightSettings(
                new AvroFormat(
                        settings.text("serializer.class", AvroSerializer.class.getName()),
                        settings.text("deserializer.class", AvroDeserializer.class.getName()),
                        serde),
                settings.text("application.id", "hapax-insight"),
                settings.number("clients.most", 100_000, 1, 10_000_000),
                Integer.highestOneBit(settings.number("payments.remembered", 1 << 20, 1 << 10, 1 << 26)),
                settings.duration(
                        "commit.interval", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1)),
                Adaptive.valueOf(settings.oneOf("retention.adaptive", "off", List.of("off", "advise", "on"))
                        .toUpperCase(Locale.ROOT)),
                advisor(settings),
                AdminSettings.read(settings),
                settings.below("kafka."));
        if (!read.kafka.containsKey("bootstrap.servers")) {
            settings.mistake("kafka.bootstrap.servers is missing");
        }
        PASSED_ON.refused(read.kafka).forEach(settings::mistake);
        settings.finish();
        return read;
    }

    private static RetentionAdvisor advisor(SettingsReader settings) {
        RetentionAdvisor advisor = new RetentionAdvisor(
                RetentionAdvisor.SHORTEST,
                settings.duration(
                        "retention.adaptive.longest",
                        Duration.ofHours(24),
                        RetentionAdvisor.SHORTEST,
                        RetentionSchedule.MAX_RETENTION),
                settings.number("retention.adaptive.refused.per.million", 1, 1, 10_000) / 1e6,
                settings.number("retention.adaptive.asked.per.million", 1_000, 1, 1_000_000) / 1e6,
                settings.duration(
                        "retention.adaptive.longest.recall",
                        RetentionSchedule.MAX_RECALL,
                        Duration.ZERO,
                        RetentionSchedule.MAX_RECALL));
        if (!advisor.recall().isZero() && advisor.recall().compareTo(advisor.longest()) < 0) {
            settings.mistake("retention.adaptive.longest.recall is 0s, or not shorter than retention.adaptive.longest");
        }
        return advisor;
    }
}
