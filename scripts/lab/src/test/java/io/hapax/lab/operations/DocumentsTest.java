package io.hapax.lab.operations;

import static java.util.Locale.ROOT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks of all Markdown files: a reader finds lines of a readable length, and links that lead somewhere. */
class DocumentsTest {
    private static final int LONGEST = 120;
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```$");

    @Test
    void shouldKeepLinesOfProseShort() {
        List<String> tooLong = new ArrayList<>();
        for (Path file : markdown()) {
            // The changelog is a record of the past and is not wrapped again.
            if (!file.endsWith("CHANGELOG.md")) {
                longLines(text(file)).forEach(line -> tooLong.add(Repository.ROOT.relativize(file) + ": " + line));
            }
        }
        assertEquals(List.of(), tooLong, "lines of more than " + LONGEST + " characters");
    }

    @Test
    void shouldFindALongLineAndPassOverTablesCodeAndAddresses() {
        String words = "word ".repeat(30);
        String page = "a\n" + words + "\n```\n" + words + "\n```\n\n    " + words + "\n    " + words + "\n| " + words
                + "|\n\n- [x](http://" + "x".repeat(130) + ")\n";
        assertEquals(
                List.of("2"), longLines(page).map(line -> line.split(" ")[0]).toList());
    }

    @Test
    void shouldLinkToFilesAndHeadingsThatExist() {
        List<String> dead = new ArrayList<>();
        for (Path file : markdown()) {
            LINK.matcher(FENCE.matcher(text(file)).replaceAll(""))
                    .results()
                    .map(link -> link.group(1))
                    .filter(link -> !link.startsWith("http"))
                    .filter(link -> !leadsSomewhere(file, link))
                    .forEach(link -> dead.add(Repository.ROOT.relativize(file) + ": " + link));
        }
        assertEquals(List.of(), dead);
    }

    @Test
    void shouldFindADeadLink() {
        Path readme = Repository.ROOT.resolve("README.md");
        assertTrue(leadsSomewhere(readme, "ARCHITECTURE.md#partition-count"));
        assertFalse(leadsSomewhere(readme, "ARCHITECTURE.md#partition-counts"));
        assertFalse(leadsSomewhere(readme, "docs/no-such-page.md"));
    }

    private static List<Path> markdown() {
        return Repository.files()
                .filter(file -> file.toString().endsWith(".md"))
                .toList();
    }

    /**
     * Numbers of the lines of prose that are too long. A line that is one word, such as an address, can't be shorter.
     */
    private static Stream<String> longLines(String page) {
        List<String> found = new ArrayList<>();
        boolean fenced = false;
        boolean code = false;
        boolean blank = true;
        String[] lines = page.split("\n");
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i];
            String content = line.strip();
            boolean fence = content.startsWith("```");
            fenced ^= fence;
            code = line.startsWith("    ") && (blank || code);
            blank = content.isEmpty();
            boolean oneWord = content.replaceFirst("^(-|\\d+\\.) ", "").indexOf(' ') < 0;
            if (!fenced && !fence && !code && !content.startsWith("|") && !oneWord && line.length() > LONGEST) {
                found.add((i + 1) + " " + content.substring(0, 40));
            }
        }
        return found.stream();
    }

    private static boolean leadsSomewhere(Path file, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? file : file.resolveSibling(parts[0]).normalize();
        return Files.exists(target)
                && (parts.length == 1 || anchors(text(target)).contains(parts[1]));
    }

    /** Anchors of the headings, as GitHub makes them. */
    private static Set<String> anchors(String page) {
        return Pattern.compile("(?m)^#+ (.*)$")
                .matcher(page)
                .results()
                .map(heading -> heading.group(1)
                        .toLowerCase(ROOT)
                        .replaceAll("[^\\w\\- ]", "")
                        .replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    private static String text(Path file) {
        return Repository.text(Repository.ROOT.relativize(file).toString());
    }
}
