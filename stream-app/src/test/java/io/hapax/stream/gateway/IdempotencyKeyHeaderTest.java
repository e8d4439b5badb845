package io.hapax.stream.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.hapax.stream.decision.CommandCheck;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyHeaderTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '\0',
            delimiter = '|',
            value = {
                "order-1         | order-1",
                "\"order-1\"     | order-1",
                "\"a\\\"b\\\\c\" | a\"b\\c",
                "a\"b            | a\"b",
                "a,b;c           | a,b;c",
                "/%25?#          | /%25?#",
                "...             | ...",
                "./              | ./"
            })
    void shouldReadTheQuotedAndTheBareFormOfAKeyAsTheSame(String value, String key) {
        assertEquals(new IdempotencyKeyHeader.Key(key), IdempotencyKeyHeader.of(List.of(value)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a b",
                "\"a b\"",
                "\"open",
                "\"",
                "\"\"",
                "\"a\"b",
                "\"a\";p=1",
                "\"a\\n\"",
                "\"a\\",
                "schlüssel",
                ".",
                "..",
                "\"..\""
            })
    void shouldRefuseWhatIsNoKey(String value) {
        assertEquals(new IdempotencyKeyHeader.Malformed(), IdempotencyKeyHeader.of(List.of(value)));
    }

    @Test
    void shouldTellAMissingKeyFromTwo() {
        assertEquals(new IdempotencyKeyHeader.Missing(), IdempotencyKeyHeader.of(List.of()));
        assertEquals(new IdempotencyKeyHeader.Missing(), IdempotencyKeyHeader.of(List.of(" ")));
        assertEquals(new IdempotencyKeyHeader.Malformed(), IdempotencyKeyHeader.of(List.of("a", "a")));
    }

    @Test
    void shouldTakeAKeyOf255CharactersAndNoLongerOne() {
        assertEquals(new IdempotencyKeyHeader.Key("k".repeat(255)), IdempotencyKeyHeader.of(List.of("k".repeat(255))));
        assertEquals(new IdempotencyKeyHeader.Malformed(), IdempotencyKeyHeader.of(List.of("k".repeat(256))));
    }

    @Test
    void shouldFindAnyKeyAgainByItsPath() {
        String all = IntStream.rangeClosed(0x21, 0x7E)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
        for (String key : List.of(all, ".", "..", "a/../b", "%2F")) {
            String path = KeyInPath.encode(key);
            assertEquals(key, KeyInPath.decode(path));
            assertEquals(-1, path.indexOf('/'), path);
        }
        assertEquals("%2E%2E", KeyInPath.encode(".."));
        assertEquals("", KeyInPath.decode("broken%2"));
        assertEquals("", KeyInPath.decode("broken%zz"));
    }

    /** Cut to its low byte, the first letter is an a: another key, of another payment. */
    @Test
    void shouldFindNoKeyInAPathThatIsNotAscii() {
        for (String path : List.of("\u0161-4711", "a-4711\u0161", "\u0180", "\uFFFD", "😀", "%C5%A1-4711", "%E1")) {
            String key = KeyInPath.decode(path);
            assertFalse(CommandCheck.isIdempotencyKey(key), path + " is taken for " + key);
        }
    }
}
