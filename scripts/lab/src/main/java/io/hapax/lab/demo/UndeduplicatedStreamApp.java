package io.hapax.lab.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.hapax.app.settings.SettingsSource;
import io.hapax.stream.PaymentStreams;
import io.hapax.stream.StreamVariant;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.settings.StreamSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.UUID;

/**
 * A stream app without its guarantee: every command is a payment of its own. A verification that passes with this
 * app verifies nothing. No setting of the stream app does the same.
 */
public final class UndeduplicatedStreamApp {
    private UndeduplicatedStreamApp() {}

    public static void main(String[] args) throws InterruptedException {
        StreamSettings settings = StreamSettings.read(SettingsSource.read(System.getenv()));
        JourneyMetrics metrics = new JourneyMetrics(new SimpleMeterRegistry());
        try (PaymentStreams payments = PaymentStreams.start(
                settings,
                metrics,
                StreamVariant.with(
                        (key, origin) -> UUID.nameUUIDFromBytes((key.topicKey() + origin).getBytes(UTF_8))))) {
            Runtime.getRuntime().addShutdownHook(new Thread(payments::close, "shutdown"));
            payments.awaitEnd();
        }
    }
}
