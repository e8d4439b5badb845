package io.hapax.stream.alerting;

import io.hapax.settings.SettingsException;
import io.hapax.settings.SettingsSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the insight app from its settings, and ends with it: exit code 0 when told to stop, 1 after a fault. */
public final class InsightApp {
    private static final Logger LOG = LoggerFactory.getLogger(InsightApp.class);

    private InsightApp() {}

    public static void main(String[] args) {
        try {
            InsightSettings settings = InsightSettings.read(SettingsSource.read(System.getenv()));
            InsightLoop loop = new InsightLoop(settings, new InsightMetrics(new SimpleMeterRegistry()));
            Runtime.getRuntime().addShutdownHook(new Thread(loop::close, "shutdown"));
            loop.run();
        } catch (SettingsException | KafkaException e) {
            LOG.error("ended: {}", e.getMessage(), e);
            System.exit(1);
        }
    }
}
