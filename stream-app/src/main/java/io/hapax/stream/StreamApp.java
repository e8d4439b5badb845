package io.hapax.stream;

import io.hapax.settings.SettingsException;
import io.hapax.settings.SettingsSource;
import io.hapax.stream.gateway.Gateway;
import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.settings.StreamSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the stream app from its settings, and ends with it: exit code 0 when told to stop, 1 after a fault. */
public final class StreamApp {
    private static final Logger LOG = LoggerFactory.getLogger(StreamApp.class);

    /** What is not settled by then gets no answer over its connection; the client asks again with the same key. */
    private static final Duration DRAIN_WITHIN = Duration.ofSeconds(10);

    private StreamApp() {}

    public static void main(String[] args) throws InterruptedException {
        try {
            StreamSettings settings = StreamSettings.read(SettingsSource.read(System.getenv()));
            System.exit(run(settings) ? 0 : 1);
        } catch (SettingsException
                | UnsoundTopicsException
                | ApiKeyFile.BrokenException
                | UncheckedIOException
                | KafkaException e) {
            LOG.error("cannot start: {}", e.getMessage(), e.getCause());
            System.exit(1);
        }
    }

    private static boolean run(StreamSettings settings) throws InterruptedException {
        MeterRegistry meters = new SimpleMeterRegistry();
        try (PaymentStreams payments = PaymentStreams.start(settings, new JourneyMetrics(meters))) {
            Optional<Gateway> gateway = Gateway.start(settings, payments.streams(), meters);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(gateway, payments), "shutdown"));
            boolean inOrder = payments.awaitEnd();
            gateway.ifPresent(Gateway::close);
            return inOrder;
        }
    }

    /** The gateway first: what it has taken is settled while the topology still runs. */
    private static void stop(Optional<Gateway> gateway, PaymentStreams payments) {
        gateway.ifPresent(running -> running.stop(DRAIN_WITHIN));
        payments.close();
    }
}
