package io.hapax.stream;

import io.hapax.app.acls.MissingRightsException;
import io.hapax.app.health.AdminServer;
import io.hapax.app.health.AppMeters;
import io.hapax.app.health.ShutdownSequence;
import io.hapax.app.health.ShutdownSequence.Step;
import io.hapax.app.settings.ProductVersion;
import io.hapax.app.settings.SettingsException;
import io.hapax.app.settings.SettingsReader;
import io.hapax.app.settings.SettingsSource;
import io.hapax.stream.gateway.Gateway;
import io.hapax.stream.gateway.credentials.ApiKeyFile;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.settings.StreamSettings;
import io.hapax.topics.UnsoundClusterException;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The main class of the stream app. The exit code is 0 when it is told to stop, and 1 after a fault. */
public final class StreamApp {
    private static final Logger LOG = LoggerFactory.getLogger(StreamApp.class);

    /**
     * The time that the gateway gets to finish open requests at shutdown. A request that is not settled by then gets
     * no answer over its connection. Its client asks again with the same key.
     */
    private static final Duration DRAIN_WITHIN = Duration.ofSeconds(10);

    private StreamApp() {}

    public static void main(String[] args) throws InterruptedException {
        if (!ProductVersion.printedFor(args, System.out)) {
            start(StreamVariant.RIGHT);
        }
    }

    /**
     * Starts the app and waits for its end, which ends the process.
     *
     * @param variant for harnesses that must show that they notice when something is broken
     */
    public static void start(StreamVariant variant) throws InterruptedException {
        try {
            SettingsReader reader = new SettingsReader(SettingsSource.given(System.getenv()));
            StreamSettings settings = StreamSettings.read(reader);
            LOG.info("settings in effect:{}", reader.effectiveLines());
            run(settings, variant);
        } catch (SettingsException
                | UnsoundClusterException
                | ApiKeyFile.BrokenException
                | MissingRightsException
                | KafkaException
                | UncheckedIOException e) {
            LOG.error("cannot start: {}", e.getMessage(), e.getCause());
            System.exit(1);
        } catch (RuntimeException
                | Error e) { // Told, and ends the process: its other threads would keep half an app alive.
            LOG.error("cannot start", e);
            System.exit(1);
        }
    }

    @SuppressWarnings("resource") // Closed by the steps of the end, which the end of the process takes.
    private static void run(StreamSettings settings, StreamVariant variant) throws InterruptedException {
        PrometheusMeterRegistry meters = AppMeters.registry();
        StreamHealth health = StreamHealth.of(settings);
        AppMeters.bindReadiness(meters, health);
        AdminServer admin = AdminServer.start(settings.admin(), health, meters::scrape);
        PaymentStreams payments =
                PaymentStreams.start(settings, new JourneyMetrics(meters, settings.metricsClients()), variant);
        health.started(payments);
        UndecidedCommands undecided = UndecidedCommands.watch(settings, payments.commandPartitions(), meters);
        StreamMeters streamMeters = StreamMeters.bind(meters, payments, settings.stateDir());
        Optional<Gateway> gateway = Gateway.start(settings, payments::lookup, meters);
        gateway.ifPresent(health::listening);
        ShutdownSequence end = ShutdownSequence.by(
                settings.admin().stopWithin(),
                new Step("readiness", health::stopping),
                // What the gateway has taken is settled while the topology still runs.
                new Step("gateway", () -> gateway.ifPresent(running -> running.stop(DRAIN_WITHIN))),
                new Step("streams", payments::close),
                new Step("metrics", streamMeters::close),
                new Step("undecided", undecided::close),
                new Step("checks", health::close),
                new Step("admin", admin::close));
        end.exit(payments.awaitEnd() ? 0 : 1);
    }
}
