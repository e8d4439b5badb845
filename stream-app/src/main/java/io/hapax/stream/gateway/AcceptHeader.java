package io.hapax.stream.gateway;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code Accept} header of RFC 9110: it says whether a client takes JSON. The most exact range that fits counts.
 */
final class AcceptHeader {
    /** The media ranges that JSON fits, the most exact first. */
    private static final List<String> RANGES = List.of("application/json", "application/*", "*/*");

    private static final Pattern NOT_AT_ALL = Pattern.compile(";\\s*q\\s*=\\s*0(?:\\.0{0,3})?\\s*(?:;|$)");

    private AcceptHeader() {}

    /** Without the header, anything is taken. */
    static boolean allowsJson(List<String> accept) {
        List<String> ranges = ListHeader.elements(accept).stream()
                .map(range -> range.toLowerCase(Locale.ROOT))
                .toList();
        return ranges.isEmpty()
                || ranges.stream()
                        .filter(range -> RANGES.contains(type(range)))
                        .min(Comparator.comparingInt(range -> RANGES.indexOf(type(range))))
                        .filter(range -> !isRuledOut(range))
                        .isPresent();
    }

    private static String type(String range) {
        return range.split(";", 2)[0].strip();
    }

    private static boolean isRuledOut(String range) {
        Matcher quality = NOT_AT_ALL.matcher(range);
        return quality.find();
    }
}
