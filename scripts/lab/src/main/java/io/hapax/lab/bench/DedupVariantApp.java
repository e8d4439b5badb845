package io.hapax.lab.bench;

import io.hapax.app.settings.SettingsSource;
import io.hapax.lab.bench.DedupBench.Variant;
import io.hapax.serde.AvroFormat;
import io.hapax.stream.settings.GuaranteedConfig;
import io.hapax.stream.settings.StreamSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;

/**
 * A process that runs another deduplication topology in place of the stream app. It uses the stream app's settings
 * that affect the result. All other settings are Kafka Streams' defaults, except in the variant that is to have
 * ours.
 */
final class DedupVariantApp {
    /** Setting: name of the variant. */
    static final String VARIANT = "variant";

    private DedupVariantApp() {}

    /** Ends with exit code 0 when told to stop, 1 after a fault. */
    public static void main(String[] args) throws InterruptedException {
        Map<String, String> texts = new HashMap<>(SettingsSource.read(System.getenv()));
        Variant variant = Variant.valueOf(String.valueOf(texts.remove(VARIANT)));
        StreamSettings settings = StreamSettings.read(texts);
        CountDownLatch ended = new CountDownLatch(1);
        KafkaStreams streams = new KafkaStreams(
                topology(variant, settings),
                variant == Variant.passThroughTuned ? GuaranteedConfig.properties(settings) : properties(settings));
        streams.setStateListener((now, before) -> {
            if (now == State.ERROR || now == State.NOT_RUNNING) {
                ended.countDown();
            }
        });
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close, "shutdown"));
        streams.start();
        ended.await();
        System.exit(streams.state() == State.ERROR ? 1 : 0);
    }

    private static Topology topology(Variant variant, StreamSettings settings) {
        AvroFormat format = settings.format();
        return switch (variant) {
            case passThrough, passThroughTuned -> DedupVariants.passThrough(format);
            case recipe -> DedupVariants.recipe(format, settings.policy().retention());
            case keyValue -> DedupVariants.keyValue(format);
            case hapax, against, hapaxWithRetries, hapaxWithInsight ->
                throw new IllegalArgumentException(variant + " is the stream app itself");
        };
    }

    private static Properties properties(StreamSettings settings) {
        Properties properties = new Properties();
        properties.putAll(settings.kafka());
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, settings.applicationId());
        properties.put(StreamsConfig.STATE_DIR_CONFIG, settings.stateDir().toString());
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
        properties.put(
                StreamsConfig.COMMIT_INTERVAL_MS_CONFIG,
                settings.commitInterval().toMillis());
        properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, (int) settings.replication());
        return properties;
    }
}
