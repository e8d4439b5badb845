package io.hapax.lab.operations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hapax.app.settings.ProductVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests of the archives' files beside the programs: the libraries, their licences and their versions. */
class ArchiveContentTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"stream-app", "ledger-consumer", "scripts/tools"})
    void shouldNameEveryLibraryWithItsLicence(String app) throws Exception {
        Path home = Archives.unpack(app, folder);
        String notices = Files.readString(home.resolve("THIRD-PARTY.txt"));
        JsonNode bill = new ObjectMapper().readTree(home.resolve("bom.json").toFile());
        Map<String, JsonNode> billed = bill.findValue("components")
                .valueStream()
                .collect(Collectors.toMap(ArchiveContentTest::jar, component -> component));
        assertEquals(jars(home), new TreeSet<>(billed.keySet()));
        billed.forEach((jar, component) -> {
            assertTrue(component.path("hashes").size() > 0, jar);
            assertTrue(component.path("licenses").size() > 0, jar + " has no licence");
            if (!"io.hapax".equals(component.path("group").asText())) {
                String library = component.path("group").asText() + ":"
                        + component.path("name").asText() + ":"
                        + component.path("version").asText();
                assertTrue(notices.contains(library), library + " is not in THIRD-PARTY.txt");
            }
        });
        assertTrue(!notices.contains("Unknown license"), notices);
        assertTrue(Files.readString(home.resolve("LICENSE")).contains("Apache License"));
    }

    @ParameterizedTest
    @CsvSource({
        "stream-app, stream-app",
        "stream-app, insight-app",
        "ledger-consumer, ledger-consumer",
        "scripts/tools, hapax"
    })
    void shouldTellItsVersion(String app, String program) throws Exception {
        Path home = Archives.unpack(app, folder);
        ProcessBuilder asked =
                new ProcessBuilder(home.resolve("bin").resolve(program).toString(), "--version");
        asked.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = asked.start();
        assertEquals(ProductVersion.TEXT, new String(process.getInputStream().readAllBytes(), UTF_8).strip());
        assertEquals(0, process.waitFor());
        assertEquals(
                ProductVersion.number(),
                manifest(home.resolve("lib").resolve(home.getFileName() + "-" + ProductVersion.number() + ".jar"))
                        .getValue(Attributes.Name.IMPLEMENTATION_VERSION));
    }

    private static String jar(JsonNode component) {
        String classifier = component.path("purl").asText().replaceAll(".*[?&]classifier=([^&]+).*|.*", "$1");
        return component.path("name").asText() + "-" + component.path("version").asText()
                + (classifier.isEmpty() ? "" : "-" + classifier) + ".jar";
    }

    private static TreeSet<String> jars(Path home) throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("lib"))) {
            return files.map(file -> file.getFileName().toString())
                    // The program itself is what the bill is of.
                    .filter(jar -> !jar.startsWith(home.getFileName().toString()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Attributes manifest(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes();
        }
    }
}
