package io.hapax.lab.operations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks of comments in Java code: their lines are short, and the Javadoc of a type says first what the type is. */
class CommentsTest {
    private static final int LONGEST = 120;

    /** A sentence that begins with one of these tells a part or a purpose, and leaves open what the type is. */
    private static final Set<String> NO_NAME_OF_A_THING = Set.of(
            "As", "How", "If", "That", "What", "When", "Where", "Whether", "Which", "Who", "Whom", "Whose", "Why");

    /** A Javadoc, then annotations, which may go on over deeper or closing lines, then a type or a package. */
    private static final Pattern TYPE =
            Pattern.compile("(?m)^( *)/\\*\\*(?>([\\s\\S]*?)\\*/)\\n(?:\\1[@)}].*\\n|\\1 .*\\n)*+"
                    + "\\1((?:[a-z-]+ )*(?:class|record|interface|enum|@interface|package) [\\w.]+)");

    private static final Pattern WORD = Pattern.compile("\\w+");

    @Test
    void shouldKeepLinesOfCommentsShort() {
        List<String> tooLong = new ArrayList<>();
        for (Path file : java()) {
            longLines(text(file)).forEach(line -> tooLong.add(Repository.ROOT.relativize(file) + ":" + line));
        }
        assertEquals(List.of(), tooLong, "lines of more than " + LONGEST + " characters");
    }

    @Test
    void shouldSayFirstWhatATypeIs() {
        List<String> types = new ArrayList<>();
        List<String> unnamed = new ArrayList<>();
        for (Path file : java()) {
            if (file.toString().contains("/src/main/")) {
                described(text(file)).forEach(type -> types.add(type.group(3)));
                unnamed(text(file)).forEach(type -> unnamed.add(Repository.ROOT.relativize(file) + ": " + type));
            }
        }
        assertTrue(types.size() > 300, types.size() + " types: the search is broken");
        assertEquals(List.of(), unnamed, "types whose Javadoc begins with one of " + NO_NAME_OF_A_THING);
    }

    @Test
    void shouldLookAtEveryModule() {
        List<Path> java = java();
        assertEquals(
                List.of(),
                Repository.modules().stream()
                        .filter(module -> java.stream().noneMatch(file -> file.startsWith(module.resolve("src/main"))))
                        .toList());
    }

    @Test
    void shouldFindALongCommentAndPassOverCode() {
        String words = "word ".repeat(30);
        String code =
                "// " + words + "\n     * " + words + "\n    /** " + words + "*/\nString a = \"" + words + "\";\n";
        assertEquals(List.of(1, 2, 3), longLines(code).boxed().toList());
    }

    @Test
    void shouldFindATypeThatDoesNotSayWhatItIs() {
        String code = """
                /**
                 * How a thing
                 * is done.
                 */
                @Command(
                        name = "x",
                        description = {"y"})
                public final class Deed {
                    /** What there is. */
                    sealed interface Found {}

                    /** Where it was found. */
                    private final int place;

                    /** The place of a thing. */
                    record Place(int number) {}
                }
                """;
        assertEquals(
                List.of("public final class Deed", "sealed interface Found"),
                unnamed(code).toList());
        assertEquals(
                List.of("package io.hapax.app"),
                unnamed("/** Who asks. */\n@NullMarked\npackage io.hapax.app;\n")
                        .toList());
    }

    private static List<Path> java() {
        return Repository.files()
                .filter(file -> file.toString().endsWith(".java"))
                .toList();
    }

    /** Numbers of the comment's lines that are too long. Lines of code are the formatter's. */
    private static IntStream longLines(String code) {
        List<String> lines = code.lines().toList();
        return IntStream.rangeClosed(1, lines.size()).filter(number -> {
            String line = lines.get(number - 1);
            String content = line.strip();
            return line.length() > LONGEST && Stream.of("//", "/*", "*").anyMatch(content::startsWith);
        });
    }

    private static Stream<MatchResult> described(String code) {
        return TYPE.matcher(code).results();
    }

    private static Stream<String> unnamed(String code) {
        return described(code)
                .filter(type -> WORD.matcher(type.group(2))
                        .results()
                        .limit(1)
                        .anyMatch(word -> NO_NAME_OF_A_THING.contains(word.group())))
                .map(type -> type.group(3));
    }

    private static String text(Path file) {
        return Repository.text(Repository.ROOT.relativize(file).toString());
    }
}
