package io.hapax.app.health;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;

/** The registry of an app's metrics for Prometheus, with those of its JVM and process. All metrics: docs/metrics.md. */
public final class AppMeters {
    private AppMeters() {}

    /** A registry with those of the JVM and the process in it. */
    public static PrometheusMeterRegistry registry() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ClassLoaderMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        bindForLife(new JvmGcMetrics(), registry);
        return registry;
    }

    /** 1 while the app is ready, 0 while it is not. */
    public static void bindReadiness(PrometheusMeterRegistry registry, Health health) {
        // Held by the gauge: what is held weakly alone is no number any more after the next garbage collection.
        Gauge.builder("hapax.ready", () -> well(health.readiness()))
                .description("1 while the app is ready")
                .register(registry);
    }

    private static double well(List<Check> checks) {
        return checks.stream().allMatch(Check::passes) ? 1 : 0;
    }

    /** The collector is listened to for as long as the process lives. */
    @SuppressWarnings("resource")
    private static void bindForLife(JvmGcMetrics collector, PrometheusMeterRegistry registry) {
        collector.bindTo(registry);
    }
}
