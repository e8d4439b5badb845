package io.hapax.stream.alerting;

import io.hapax.operations.AdminServer;
import io.hapax.operations.AppMeters;
import io.hapax.operations.OrderlyEnd;
import io.hapax.operations.OrderlyEnd.Step;
import io.hapax.settings.SettingsException;
import io.hapax.settings.SettingsReader;
import io.hapax.settings.SettingsSource;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the insight app from its settings, and ends with it: exit code 0 when told to stop, 1 after a fault. */
public final class InsightApp {
    private static final Logger LOG = LoggerFactory.getLogger(InsightApp.class);

    private InsightApp() {}

    public static void main(String[] args) {
        try {
            SettingsReader reader = new SettingsReader(SettingsSource.given(System.getenv()));
            InsightSettings settings = InsightSettings.read(reader);
            LOG.info("settings in effect:{}", reader.effectiveLines());
            run(settings);
        } catch (SettingsException | KafkaException e) {
            LOG.error("cannot start: {}", e.getMessage(), e.getCause());
            System.exit(1);
        }
    }

    @SuppressWarnings("resource") // Closed by the steps of the end, which the end of the process takes.
    private static void run(InsightSettings settings) {
        PrometheusMeterRegistry meters = AppMeters.registry();
        InsightLoop loop = new InsightLoop(settings, new InsightMetrics(meters));
        AppMeters.bindReadiness(meters, loop);
        AdminServer admin = AdminServer.start(settings.admin(), loop, meters::scrape);
        OrderlyEnd end = OrderlyEnd.by(
                settings.admin().stopWithin(), new Step("loop", loop::close), new Step("admin", admin::close));
        end.exit(worked(loop) ? 0 : 1);
    }

    /** False after a fault; the next instance goes on from the last commit. */
    private static boolean worked(InsightLoop loop) {
        try {
            loop.run();
            return true;
        } catch (KafkaException e) {
            LOG.error("ended by a fault", e);
            return false;
        }
    }
}
