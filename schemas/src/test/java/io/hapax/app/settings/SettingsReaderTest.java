package io.hapax.app.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsReaderTest {
    @Test
    void shouldReadEachKindOfSetting() {
        SettingsReader settings = new SettingsReader(Map.of(
                "url",
                " http://x ",
                "threads",
                "3",
                "retention",
                "45d",
                "lease",
                "500ms",
                "protocol",
                "streams",
                "on",
                "true",
                "kafka.bootstrap.servers",
                "b:1"));
        assertEquals("http://x", settings.text("url"));
        assertEquals(3, settings.number("threads", 1, 1, 8));
        assertEquals(
                Duration.ofDays(45), settings.duration("retention", Duration.ZERO, Duration.ZERO, Duration.ofDays(45)));
        assertEquals(
                Duration.ofMillis(500), settings.duration("lease", Duration.ZERO, Duration.ZERO, Duration.ofDays(1)));
        assertEquals("streams", settings.oneOf("protocol", "classic", List.of("classic", "streams")));
        assertTrue(settings.flag("on", false));
        assertEquals(Map.of("bootstrap.servers", "b:1"), settings.below("kafka."));
        settings.finish();
    }

    @ParameterizedTest
    @CsvSource({"0, false", "1, true", "8, true", "9, false"})
    void shouldTakeANumberUpToItsBoundsAndNoFurther(String given, boolean taken) {
        SettingsReader settings = new SettingsReader(Map.of("threads", given));
        int threads = settings.number("threads", 4, 1, 8);
        if (taken) {
            settings.finish();
            assertEquals(Integer.parseInt(given), threads);
        } else {
            assertThrows(SettingsException.class, settings::finish);
        }
    }

    @Test
    void shouldTellEveryMistakeInOneMessage() {
        SettingsReader settings =
                new SettingsReader(Map.of("threads", "none", "lease", "2 minutes", "retension", "24h"));
        settings.text("url");
        settings.number("threads", 1, 1, 8);
        settings.duration("lease", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofHours(1));
        String message = assertThrows(SettingsException.class, settings::finish).getMessage();
        assertEquals("""
                Wrong settings:
                  - url is missing
                  - threads is "none", must be a whole number from 1 to 8
                  - lease is "2 minutes", must be a time from 1s to 1h, such as 24h
                  - retension is unknown; known are [lease, threads, url]""", message);
    }

    @Test
    void shouldPutTheEnvironmentOnTopOfTheFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("app.properties"), "threads=2\njdbc.url=from-file\n");
        assertEquals(
                Map.of("threads", "2", "jdbc.url", "from-environment"),
                SettingsSource.read(Map.of(
                        "HAPAX_CONFIG", file.toString(), "HAPAX_JDBC_URL", "from-environment", "HOME", "/nowhere")));
    }

    @Test
    void shouldShowWhatIsInEffectAndWhereItComesFrom(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("app.properties"), "threads=2\njdbc.password=from-file\n");
        SettingsReader settings = new SettingsReader(SettingsSource.given(Map.of(
                "HAPAX_CONFIG",
                file.toString(),
                "HAPAX_ADMIN_PORT",
                "0",
                "HAPAX_JAVA_OPTIONS",
                "-Xmx1g",
                "HAPAX_TOOLS_CONFIG",
                "none")));
        settings.number("threads", 1, 1, 8);
        settings.text("jdbc.password");
        settings.port("admin.port");
        settings.duration("retention", Duration.ofHours(24), Duration.ZERO, Duration.ofDays(45));
        settings.finish();
        assertEquals(
                "\n  admin.port=0 source=env\n  jdbc.password=(masked) source=file\n  retention=24h source=default"
                        + "\n  threads=2 source=file",
                settings.effectiveLines());
    }

    @Test
    void shouldMaskWhateverIsOrMayBeASecret() {
        String secret = "canary";
        Map<String, String> secrets = Map.ofEntries(
                Map.entry("jdbc.password", secret),
                Map.entry("jdbc.url", "jdbc:postgresql://db:5432/hapax?user=u&password=" + secret),
                Map.entry("schema.registry.url", "http://user:" + secret + "@registry:8080/"),
                Map.entry("kafka.sasl.jaas.config", "PlainLoginModule required password=" + secret + ";"),
                Map.entry("kafka.ssl.keystore.password", secret),
                Map.entry("kafka.ssl.keystore.key", secret),
                Map.entry("kafka.ssl.truststore.certificates", secret),
                Map.entry("kafka.producer.ssl.key.password", secret),
                Map.entry("kafka.main.consumer.sasl.jaas.config", secret),
                Map.entry("kafka.unknown.to.kafka", secret),
                Map.entry("serde.basic.auth.user.info", "user:" + secret),
                Map.entry("serde.bearer.auth.token", secret),
                Map.entry("serde.unknown", secret));
        SettingsReader settings = new SettingsReader(secrets);
        settings.text("jdbc.password");
        settings.text("jdbc.url");
        settings.text("schema.registry.url");
        settings.below("kafka.");
        settings.below("serde.");
        settings.finish();
        String shown = settings.effectiveLines();
        assertFalse(shown.contains(secret), shown);
        assertTrue(shown.contains("jdbc.url=jdbc:postgresql://db:5432/hapax?user=u&password=(masked)"), shown);
        assertTrue(shown.contains("schema.registry.url=http://(masked)@registry:8080/"), shown);
    }

    @Test
    void shouldShowWhatIsNoSecret() {
        Map<String, String> open = Map.of(
                "kafka.bootstrap.servers", "broker:9092",
                "kafka.consumer.session.timeout.ms", "6000",
                "kafka.security.protocol", "SASL_SSL",
                "kafka.ssl.truststore.location", "/etc/hapax/truststore.p12",
                "serde.auto.register.schemas", "false");
        SettingsReader settings = new SettingsReader(open);
        settings.below("kafka.");
        settings.below("serde.");
        settings.finish();
        open.forEach((name, value) ->
                assertTrue(settings.effectiveLines().contains(name + "=" + value + " "), settings.effectiveLines()));
    }

    @Test
    void shouldPassOverVariablesOfOtherProgramsAndNameThem() {
        SettingsReader settings =
                new SettingsReader(SettingsSource.given(Map.of("HAPAX_THREADS", "2", "HAPAX_JDBC_PASSWORD", "secret")));
        settings.number("threads", 1, 1, 64);
        settings.finish();
        assertTrue(settings.effectiveLines().contains("jdbc.password"), settings.effectiveLines());
        assertFalse(settings.effectiveLines().contains("secret"), settings.effectiveLines());
    }

    @Test
    void shouldRefuseAVariableThatNoProgramKnows() {
        SettingsReader settings = new SettingsReader(SettingsSource.given(Map.of("HAPAX_JDBC_PASWORD", "secret")));
        assertThrows(SettingsException.class, settings::finish);
    }

    /** A file belongs to one program. */
    @Test
    void shouldRefuseASettingOfAnotherProgramInAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("stream-app.properties"), "jdbc.password=secret");
        SettingsReader settings = new SettingsReader(SettingsSource.given(Map.of("HAPAX_CONFIG", file.toString())));
        assertThrows(SettingsException.class, settings::finish);
    }

    @Test
    void shouldNameTheVariableOrFileInWhichASettingIsWrong(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("app.properties"), "\ufeffthreads=none\n");
        SettingsReader settings = new SettingsReader(SettingsSource.given(Map.of(
                "HAPAX_CONFIG",
                file.toString(),
                "HAPAX_RETENTION",
                "24",
                "HAPAX_RETENSION",
                "24h",
                "HAPAX_LEASE",
                "PT90S")));
        settings.number("threads", 1, 1, 8);
        settings.duration("retention", Duration.ofHours(24), Duration.ZERO, Duration.ofDays(45));
        assertEquals(
                Duration.ofSeconds(90), settings.duration("lease", Duration.ZERO, Duration.ZERO, Duration.ofDays(1)));
        settings.mistake("lease must be longer than retention");
        String message = assertThrows(SettingsException.class, settings::finish).getMessage();
        assertEquals("""
                Wrong settings:
                  - threads (in %s) is "none", must be a whole number from 1 to 8
                  - retention (environment variable HAPAX_RETENTION) is "24", must be a time from 0s to 45d, such as 24h
                  - lease (environment variable HAPAX_LEASE) must be longer than retention
                  - retension (environment variable HAPAX_RETENSION) is unknown; known are [lease, retention, threads]\
                """.formatted(file), message);
    }

    @Test
    void shouldRefuseARetentionThatIsGivenTwice(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("app.properties"), "retention=24h\nthreads=2\nretention = 5m\n");
        assertEquals(
                "Wrong setting: retention stands more than once in " + file,
                refusal(Map.of("HAPAX_CONFIG", file.toString())));
        assertEquals(
                "Wrong setting: jdbc.url is given twice, by the environment variables HAPAX_JDBC_URL and HAPAX_jdbc_url",
                refusal(Map.of("HAPAX_JDBC_URL", "a", "HAPAX_jdbc_url", "b")));
    }

    @Test
    void shouldSayWhyTheFileOfSettingsCannotBeRead(@TempDir Path folder) throws IOException {
        Path missing = folder.resolve("missing.properties");
        assertEquals(
                "Wrong setting: " + missing + ": there is no such file",
                refusal(Map.of("HAPAX_CONFIG", missing.toString())));
        Path latin = Files.write(folder.resolve("latin.properties"), new byte[] {'a', '=', (byte) 0xe9});
        assertEquals(
                "Wrong setting: the file " + latin + " is not UTF-8",
                refusal(Map.of("HAPAX_CONFIG", latin.toString())));
        Path escape = Files.writeString(folder.resolve("escape.properties"), "a=\\u12");
        assertTrue(refusal(Map.of("HAPAX_CONFIG", escape.toString())).startsWith("Wrong setting: the file " + escape));
    }

    private static String refusal(Map<String, String> environment) {
        return String.valueOf(assertThrows(SettingsException.class, () -> SettingsSource.read(environment))
                .getMessage());
    }
}
