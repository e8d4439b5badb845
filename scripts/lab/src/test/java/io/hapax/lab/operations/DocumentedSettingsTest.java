package io.hapax.lab.operations;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.app.acls.AppRights;
import io.hapax.app.acls.Right;
import io.hapax.app.settings.AllSettings;
import io.hapax.app.settings.PassedToKafka;
import io.hapax.app.settings.SettingsReader;
import io.hapax.ledger.consume.KafkaSettings;
import io.hapax.stream.alerting.InsightSettings;
import io.hapax.stream.settings.GuaranteedConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Settings, rights and what may be passed on to Kafka are documented as the code has them. */
class DocumentedSettingsTest {
    @ParameterizedTest
    @CsvSource({"stream-app", "ledger-consumer", "insight-app"})
    void confShouldShowEachSettingWithItsDefault(String app) {
        Map<String, String> known = new TreeMap<>(new DeployedApp(app).knownSettings());
        Map<String, String> shown = new TreeMap<>();
        Set<String> active = new TreeSet<>();
        Matcher line = Pattern.compile("(?m)^(#?)([a-z][a-z.]*)=(.*)$").matcher(new DeployedApp(app).conf());
        while (line.find()) {
            shown.put(line.group(2), line.group(3));
            if (line.group(1).isEmpty()) {
                active.add(line.group(2));
            }
        }
        assertEquals(known.keySet(), shown.keySet());
        shown.forEach((name, value) -> {
            if (!active.contains(name)) {
                assertEquals(known.get(name), value, name);
            }
        });
        Set<String> mustBeGiven =
                known.keySet().stream().filter(active::contains).collect(toCollection(TreeSet::new));
        mustBeGiven.remove("admin.port");
        mustBeGiven.forEach(name -> assertEquals("", known.get(name), name + " has a default"));
    }

    @ParameterizedTest
    @CsvSource({"stream-app", "ledger-consumer", "insight-app"})
    void confShouldBeReadAsItIs(String app) {
        Map<String, String> settings = new HashMap<>();
        new DeployedApp(app).configured().forEach((name, value) -> settings.put((String) name, (String) value));
        new DeployedApp(app).read(new SettingsReader(settings));
    }

    @Test
    void documentedRightsShouldBeThoseOfTheCode() {
        Set<String> documented = Pattern.compile("(?m)^\\| ([A-Z_]+) \\| ([a-z -]+) `([^`]+)` \\|")
                .matcher(Repository.text("docs/operating.md"))
                .results()
                .map(row -> row.group(1) + " on " + row.group(2) + " " + row.group(3))
                .collect(toCollection(TreeSet::new));
        Set<String> needed = Stream.of(
                        AppRights.ofStreamApp("hapax-stream", true),
                        AppRights.ofLedgerConsumer("hapax-ledger"),
                        AppRights.ofAdaptingInsightApp("hapax-insight", true))
                .flatMap(rights -> rights.needed().stream())
                .map(Right::toString)
                .collect(toCollection(TreeSet::new));
        assertEquals(needed, documented);
    }

    /** Each name that an app passes on to Kafka is in the table, and each in the table is passed on by an app. */
    @Test
    void operatingShouldListWhatMayBePassedOnToKafka() {
        String page = Repository.text("docs/operating.md");
        String table = page.substring(
                page.indexOf("### What may be passed on to Kafka"), page.indexOf("For one kind of client alone:"));
        Set<String> documented = Pattern.compile("`([a-z0-9._]+)`")
                .matcher(table)
                .results()
                .map(name -> name.group(1))
                .filter(name -> !name.endsWith("."))
                .collect(toCollection(TreeSet::new));
        Set<String> passed = new TreeSet<>();
        for (PassedToKafka app :
                List.of(GuaranteedConfig.PASSED_ON, KafkaSettings.PASSED_ON, InsightSettings.PASSED_ON)) {
            app.names()
                    .forEach((prefix, names) ->
                            names.forEach(name -> passed.add(prefix.equals("topic.") ? prefix + name : name)));
        }
        assertEquals(passed, documented);
    }

    @Test
    void settingsOfAllProgramsShouldBeThoseThatTheyRead() {
        Set<String> read = new TreeSet<>();
        DeployedApp.NAMES.forEach(
                app -> read.addAll(new DeployedApp(app).knownSettings().keySet()));
        read.removeIf(name -> name.startsWith("kafka.") || name.startsWith("serde."));
        assertEquals(read, new TreeSet<>(AllSettings.NAMES));
    }
}
