package io.hapax.lab.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.app.settings.ProductVersion;
import io.hapax.lab.Lab;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One version everywhere: that of the parent {@code pom.xml}. */
class VersionTest {
    private static final String VERSION = first("<revision>(.*?)</revision>", "pom.xml");

    @Test
    void shouldBeToldByTheProgramsThatOperatePayments() {
        assertEquals("Hapax " + VERSION, ProductVersion.TEXT);
        for (String command :
                List.of("", "topics ", "topics create ", "reconcile ", "demo ", "bench ", "insight draw ")) {
            assertEquals("Hapax " + VERSION, told(command + "--version"), command);
        }
    }

    @Test
    void shouldStandInNoOtherPom() throws IOException {
        try (Stream<Path> files = Files.walk(Repository.ROOT, 3)) {
            List<Path> poms = files.filter(file -> file.endsWith("pom.xml"))
                    .filter(file -> !file.toString().contains("docs"))
                    .toList();
            assertTrue(poms.size() > 5, poms.toString());
            for (Path pom : poms) {
                String text = Files.readString(pom);
                assertEquals(pom.equals(Repository.ROOT.resolve("pom.xml")), text.contains(VERSION), pom.toString());
                assertTrue(text.contains("<version>${revision}</version>"), pom.toString());
            }
        }
    }

    /** They are read without Maven. */
    @ParameterizedTest
    @ValueSource(strings = {"stream-app/Dockerfile", "ledger-consumer/Dockerfile", "scripts/tools/Dockerfile"})
    void shouldBeThatOfTheArchiveOnAnImage(String dockerfile) {
        assertEquals(VERSION, first("ARG VERSION=(\\S+)", dockerfile));
    }

    @Test
    void shouldBeTheTagOfEveryImageOfOurs() {
        Matcher image = Pattern.compile("image: hapax-\\S+?:(\\S+)").matcher(Repository.text("docker-compose.yml"));
        int images = 0;
        while (image.find()) {
            assertEquals(VERSION, image.group(1));
            images++;
        }
        assertTrue(images >= 4, images + " images");
    }

    @Test
    void shouldBeThatOfTheSchemasThatAClientOfPaymentsNames() {
        assertEquals(
                VERSION,
                first(
                        "<artifactId>hapax-schemas</artifactId>\\s*<version>(.*?)</version>",
                        "docs/clients/java/pom.xml"));
        assertEquals(VERSION.replace("-SNAPSHOT", ""), first("(?m)^  version: (\\S+)", "docs/asyncapi.yaml"));
    }

    private static String told(String arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        assertEquals(0, Lab.commandLine(out, err).execute(arguments.split(" ", -1)), () -> arguments + ": " + err);
        assertFalse(out.toString().isBlank());
        return out.toString().strip();
    }

    private static String first(String pattern, String file) {
        Matcher found = Pattern.compile(pattern).matcher(Repository.text(file));
        assertTrue(found.find(), pattern + " in " + file);
        return found.group(1);
    }
}
