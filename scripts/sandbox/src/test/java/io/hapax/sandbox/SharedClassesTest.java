package io.hapax.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedClassesTest {
    private static final String SHARED = "org.apache.kafka.common.Uuid source: shared objects file";

    @TempDir
    Path cache;

    @TempDir
    Path folder;

    private SharedClasses classes;

    @BeforeEach
    void open() {
        classes = new SharedClasses(cache, "java", BuildFacts.brokerJars());
    }

    @Test
    void shouldShareTheClassesThatTheFirstJvmListed() throws Exception {
        String first = java("-Xlog:class+load");
        Files.writeString(list(), "java/lang/Half", StandardOpenOption.APPEND);
        make();

        assertFalse(first.contains(SHARED), first);
        String second = java("-Xlog:class+load");
        assertTrue(second.contains(SHARED), second);
        assertFalse(Files.exists(list()));
        assertEquals(List.of(archive()), files());
    }

    /** What follows the jars may be a folder, whose classes can't be archived. */
    @Test
    void shouldShareThemWithAClassPathThatGoesOn() throws Exception {
        String unused = java();
        make();

        String printed = java("-Xshare:on");
        assertTrue(printed.contains("id " + Uuid.ZERO_UUID), printed);
    }

    @Test
    void shouldNotTryAgainAfterItCouldNotBeMade() throws Exception {
        Files.writeString(list(), "no class list\nnor this\n");
        make();

        assertEquals(List.of(), classes.options(list()));
    }

    @Test
    void shouldLeaveItToAnotherThatMakesOne() throws Exception {
        String unused = java();
        Path making = Files.createFile(Path.of(archive() + ".making"));
        make();

        assertEquals(List.of("-XX:DumpLoadedClassList=" + list()), classes.options(list()));
        assertTrue(making.toFile().setLastModified(System.currentTimeMillis() - 3_600_000));
        unused = java();
        make();
        assertEquals(List.of("-XX:SharedArchiveFile=" + archive()), classes.options(list()));
        assertEquals(List.of(archive()), files());
    }

    @Test
    void shouldMakeAnotherOneForAnotherClassPath() throws Exception {
        String unused = java();
        make();

        SharedClasses other =
                new SharedClasses(cache, "java", BuildFacts.ownLocation().toString());
        assertEquals(List.of("-XX:DumpLoadedClassList=" + list()), other.options(list()));
    }

    /** Runs a program of Kafka's, and returns what it printed. */
    private String java(String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(Java.program()));
        command.addAll(classes.options(list()));
        command.addAll(List.of(options));
        command.addAll(List.of("-cp", BuildFacts.brokerJars() + File.pathSeparator + here(), KafkaId.class.getName()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), printed);
        return printed;
    }

    /** A program in a folder that uses a class of the jars. */
    static final class KafkaId {
        private KafkaId() {}

        public static void main(String[] arguments) {
            System.out.println("id " + Uuid.ZERO_UUID);
        }
    }

    private static Path here() throws Exception {
        return Path.of(SharedClassesTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
    }

    /** Returns when nobody makes one any more. */
    private void make() throws Exception {
        classes.makeFrom(list());
        assertTrue(Wait.until(() -> !Files.exists(list()), Duration.ofSeconds(60), Duration.ofMillis(50)));
    }

    private Path archive() {
        return classes.archive();
    }

    private Path list() {
        return folder.resolve("classes.list");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(cache)) {
            return files.toList();
        }
    }
}
