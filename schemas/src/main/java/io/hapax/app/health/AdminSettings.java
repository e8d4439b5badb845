package io.hapax.app.health;

import io.hapax.app.settings.SettingsReader;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * The settings of an app's admin server and of its shutdown.
 *
 * @param address where health and metrics are told; only this machine unless an operator says else
 * @param port port of its own for that, so that it can be kept from clients; empty: nothing is told
 * @param stopWithin after a signal to stop, the process ends within that time. By default less than the 30 s that
 *     Kubernetes waits before it kills
 */
public record AdminSettings(String address, OptionalInt port, Duration stopWithin) {
    public static AdminSettings read(SettingsReader settings) {
        return new AdminSettings(
                settings.text("admin.address", "127.0.0.1"),
                settings.port("admin.port"),
                settings.duration(
                        "stop.within", Duration.ofSeconds(25), Duration.ofSeconds(1), Duration.ofMinutes(10)));
    }
}
