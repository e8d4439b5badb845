package io.hapax.stream.alerting;

import io.hapax.app.acls.AppRights;
import io.hapax.app.acls.MissingRightsException;
import io.hapax.app.acls.RightsCheck;
import io.hapax.app.health.AdminServer;
import io.hapax.app.health.AppMeters;
import io.hapax.app.health.ShutdownSequence;
import io.hapax.app.health.ShutdownSequence.Step;
import io.hapax.app.settings.ProductVersion;
import io.hapax.app.settings.SettingsException;
import io.hapax.app.settings.SettingsReader;
import io.hapax.app.settings.SettingsSource;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.HashMap;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The main class of the insight app. The exit code is 0 when it is told to stop, and 1 after a fault. */
public final class InsightApp {
    private static final Logger LOG = LoggerFactory.getLogger(InsightApp.class);

    private InsightApp() {}

    public static void main(String[] args) {
        if (ProductVersion.printedFor(args, System.out)) {
            return;
        }
        try {
            SettingsReader reader = new SettingsReader(SettingsSource.given(System.getenv()));
            InsightSettings settings = InsightSettings.read(reader);
            LOG.info("settings in effect:{}", reader.effectiveLines());
            run(settings);
        } catch (SettingsException | MissingRightsException | KafkaException e) {
            LOG.error("cannot start: {}", e.getMessage(), e.getCause());
            System.exit(1);
        } catch (RuntimeException | Error e) { // Told, and ends the process: other threads would keep a dead app alive.
            LOG.error("cannot start", e);
            System.exit(1);
        }
    }

    @SuppressWarnings("resource") // Closed by the steps of the end, which the end of the process takes.
    private static void run(InsightSettings settings) {
        PrometheusMeterRegistry meters = AppMeters.registry();
        requireRights(settings);
        InsightLoop loop = new InsightLoop(settings, new InsightMetrics(meters));
        AppMeters.bindReadiness(meters, loop);
        AdminServer admin = AdminServer.start(settings.admin(), loop, meters::scrape);
        ShutdownSequence end = ShutdownSequence.by(
                settings.admin().stopWithin(), new Step("loop", loop::close), new Step("admin", admin::close));
        end.exit(worked(loop, settings.rights()) ? 0 : 1);
    }

    private static void requireRights(InsightSettings settings) {
        try (Admin admin = Admin.create(new HashMap<>(settings.kafka()))) {
            RightsCheck.require(admin, settings.rights(), List.of());
        }
    }

    /** False after a fault; the next instance goes on from the last commit. */
    private static boolean worked(InsightLoop loop, AppRights rights) {
        try {
            loop.run();
            return true;
        } catch (RuntimeException | Error e) { // Told, and ends the process: main is the last that could.
            rights.missingIn(e).ifPresent(LOG::error);
            LOG.error("ended by a fault", e);
            return false;
        }
    }
}
