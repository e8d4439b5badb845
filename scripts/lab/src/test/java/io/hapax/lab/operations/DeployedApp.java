package io.hapax.lab.operations;

import static java.util.Objects.requireNonNull;

import io.hapax.app.settings.SettingsException;
import io.hapax.app.settings.SettingsReader;
import io.hapax.ledger.LedgerSettings;
import io.hapax.stream.alerting.InsightSettings;
import io.hapax.stream.settings.StreamSettings;
import java.io.IOException;
import java.io.StringReader;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** An app as it is deployed: the settings that it reads and its file in conf. */
record DeployedApp(String name) {
    private static final Map<String, Consumer<SettingsReader>> APPS = Map.of(
            "stream-app",
            StreamSettings::read,
            "ledger-consumer",
            LedgerSettings::read,
            "insight-app",
            InsightSettings::read);

    /** Apps that come with another one, in its archive and on its image. */
    static final Map<String, String> GUESTS = Map.of("insight-app", "stream-app");

    static final Set<String> NAMES = APPS.keySet();

    boolean isGuest() {
        return GUESTS.containsKey(name);
    }

    void read(SettingsReader reader) {
        requireNonNull(APPS.get(name), name).accept(reader);
    }

    Map<String, String> knownSettings() {
        SettingsReader reader = new SettingsReader(Map.of("kafka.bootstrap.servers", "broker:9092"));
        try {
            read(reader);
        } catch (SettingsException missing) {
            // What must be given is known all the same.
        }
        Map<String, String> known = new TreeMap<>(reader.known());
        if (known.containsKey("migration.user")) {
            known.put("migration.user", "");
        }
        return known;
    }

    String folder() {
        return GUESTS.getOrDefault(name, name);
    }

    String conf() {
        return Repository.text(folder() + "/src/main/dist/conf/" + name + ".properties");
    }

    Properties configured() {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(conf()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return properties;
    }
}
