package io.hapax.lab.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A class of more than 300 lines says in its comment why it is one class, and no other says so. */
class LongClassesTest {
    private static final int MOST_LINES = 300;
    private static final String REASON = "<p>More than 300 lines: ";

    @Test
    void longClassesShouldSayWhyTheyAreOne() throws IOException {
        List<Path> classes = classes();
        assertTrue(classes.size() > 300, classes.size() + " classes: the search is broken");
        for (Path each : classes) {
            String text = Files.readString(each);
            boolean isLong = text.lines().count() > MOST_LINES;
            boolean hasReason = text.lines().anyMatch(line -> line.startsWith(" * " + REASON));
            assertEquals(
                    isLong,
                    hasReason,
                    Repository.ROOT.relativize(each) + ", " + text.lines().count() + " lines");
        }
    }

    private static List<Path> classes() throws IOException {
        List<Path> classes = new ArrayList<>();
        for (Path module : Repository.modules()) {
            try (Stream<Path> files = Files.walk(module.resolve("src"))) {
                files.filter(file -> file.toString().endsWith(".java")).forEach(classes::add);
            }
        }
        return classes;
    }
}
