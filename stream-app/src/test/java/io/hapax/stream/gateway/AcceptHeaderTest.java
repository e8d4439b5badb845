package io.hapax.stream.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcceptHeaderTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "*/* | true",
                "application/json | true",
                "Application/JSON; charset=utf-8 | true",
                "text/html, application/xhtml+xml, */*;q=0.8 | true",
                "text/html, application/*;q=0.1 | true",
                "application/json;q=0.001 | true",
                "'' | true",
                "text/html | false",
                "application/xml | false",
                "application/problem+json | false",
                "application/json;q=0, */* | false",
                "application/json; q=0.000 | false",
                "*/*;q=0 | false",
                "text/x;a=\",application/json,\" | false",
            })
    void shouldTakeTheMostExactRange(String accept, boolean allowed) {
        assertEquals(allowed, AcceptHeader.allowsJson(List.of(accept)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "application/json | true",
                "application/json; | true",
                "application/json ; ;charset=utf-8; | true",
                "APPLICATION/JSON;Charset=\"UTF-8\" | true",
                "application/json; charset=iso-8859-1 | false",
                "application/json; charset=\"utf-8 | false",
                "application/json charset=utf-8 | false",
                "application/jsonp; | false",
                "text/plain; | false",
            })
    void shouldTellTheMediaTypeOfABodyWhateverItsParametersLookLike(String value, boolean json) {
        assertEquals(json, ContentType.isJson(value));
    }

    @Test
    void shouldAllowWhatIsNotSaid() {
        assertTrue(AcceptHeader.allowsJson(List.of()));
        assertTrue(AcceptHeader.allowsJson(List.of("text/html", "application/json")));
    }
}
