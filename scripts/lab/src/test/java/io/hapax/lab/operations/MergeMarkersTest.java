package io.hapax.lab.operations;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A check of all files: no merge is left half done. */
class MergeMarkersTest {
    /** A marker at the start of a line, or at the start of a comment's line, where a formatter moves it. */
    private static final Pattern MARKER = Pattern.compile("(?m)^[ \\t/*#-]*(?:(?:<{7}|>{7}|\\|{7})(?: .*)?|={7})\\r?$");

    @Test
    void shouldLeaveNoMergeHalfDone() throws IOException {
        List<Path> files = Repository.files().toList();
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            markers(Files.readString(file, ISO_8859_1))
                    .forEach(marker -> found.add(Repository.ROOT.relativize(file) + ": " + marker));
        }
        assertTrue(files.size() > 500, files.size() + " files: the search is broken");
        assertEquals(List.of(), found, "markers of a merge");
    }

    @Test
    void shouldFindTheMarkersOfAMergeAndPassOverRulesAndDrawings() {
        // Made of parts: this file is searched as well.
        String[] marks =
                Stream.of("<", "|", "=", ">").map(sign -> sign.repeat(7)).toArray(String[]::new);
        String file = String.join("\n", marks[0] + " HEAD", "a", marks[1] + " 1a2b3c4", marks[2] + "\r", marks[3]);
        assertEquals(4, markers(file).count());
        String comment =
                String.join("\n", "    /** " + marks[0] + " HEAD", "     * " + marks[2], "# " + marks[3] + " b");
        assertEquals(3, markers(comment).count());
        String drawing = String.join("\n", marks[2] + "=", "a " + marks[2], marks[3] + ">", "\"" + marks[0] + "\"");
        assertEquals(0, markers(drawing).count());
    }

    private static Stream<String> markers(String text) {
        return MARKER.matcher(text).results().map(marker -> marker.group().strip());
    }
}
