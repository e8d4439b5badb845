package io.hapax.stream;

import io.hapax.settings.SettingsException;
import io.hapax.settings.SettingsSource;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.settings.StreamSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the stream app from its settings, and ends with it: exit code 0 when told to stop, 1 after a fault. */
public final class StreamApp {
    private static final Logger LOG = LoggerFactory.getLogger(StreamApp.class);

    private StreamApp() {}

    public static void main(String[] args) throws InterruptedException {
        try {
            StreamSettings settings = StreamSettings.read(SettingsSource.read(System.getenv()));
            System.exit(run(settings) ? 0 : 1);
        } catch (SettingsException | UnsoundTopicsException | KafkaException e) {
            LOG.error("cannot start: {}", e.getMessage(), e.getCause());
            System.exit(1);
        }
    }

    private static boolean run(StreamSettings settings) throws InterruptedException {
        JourneyMetrics metrics = new JourneyMetrics(new SimpleMeterRegistry());
        try (PaymentStreams payments = PaymentStreams.start(settings, metrics)) {
            Runtime.getRuntime().addShutdownHook(new Thread(payments::close, "shutdown"));
            return payments.awaitEnd();
        }
    }
}
