package io.hapax.stream.gateway;

import java.util.ArrayList;
import java.util.List;

/**
 * A header whose value is a list (RFC 9110, 5.6.1), in one line or several: commas in quoted strings separate
 * nothing.
 */
final class ListHeader {
    private ListHeader() {}

    /** The elements that are not empty; a quoted string that does not end goes up to the end of its line. */
    static List<String> elements(List<String> lines) {
        List<String> elements = new ArrayList<>();
        for (String line : lines) {
            int from = 0;
            boolean quoted = false;
            for (int i = 0; i < line.length(); i++) {
                char c = line.charAt(i);
                if (quoted && c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = !quoted;
                } else if (c == ',' && !quoted) {
                    add(line.substring(from, i), elements);
                    from = i + 1;
                }
            }
            add(line.substring(from), elements);
        }
        return elements;
    }

    private static void add(String element, List<String> elements) {
        if (!element.isBlank()) {
            elements.add(element.strip());
        }
    }
}
