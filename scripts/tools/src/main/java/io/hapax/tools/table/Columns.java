package io.hapax.tools.table;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.text.similarity.LevenshteinDistance;

/**
 * The columns that a table must have and those that it may have. A table has no others.
 *
 * @param needed fields that every table must have
 * @param optional fields with a default
 * @param mapping column by field, for columns with another name than the field. These columns must exist.
 * @param ignored columns that are known and not used
 */
public record Columns(List<String> needed, List<String> optional, Map<String, String> mapping, Set<String> ignored) {
    private static final int SIMILAR = 2;

    public Columns {
        needed = List.copyOf(needed);
        optional = List.copyOf(optional);
        mapping = Map.copyOf(mapping);
        ignored = Set.copyOf(ignored);
    }

    /** The column in which the field stands. */
    public String of(String field) {
        return mapping.getOrDefault(field, field);
    }

    /** Field by column. */
    Map<String, String> fields() {
        Map<String, String> fields = new LinkedHashMap<>();
        Stream.concat(needed.stream(), optional.stream()).forEach(field -> fields.put(of(field), field));
        return fields;
    }

    /** The mistake in these columns; empty if they are right. */
    Optional<String> obstacle(List<String> found) {
        Set<String> seen = new HashSet<>();
        for (String column : found) {
            if (ignored.contains(column)) {
                continue;
            }
            if (column.isEmpty()) {
                return Optional.of("a column has no name");
            }
            if (!seen.add(column)) {
                return Optional.of("column \"" + column + "\" stands there twice");
            }
            if (!fields().containsKey(column)) {
                return Optional.of("unknown column \"" + column + "\"" + suggestion(column, found));
            }
        }
        return Stream.concat(needed.stream(), mapping.keySet().stream())
                .filter(field -> !seen.contains(of(field)))
                .findFirst()
                .map(field -> "column \"" + of(field) + "\" is missing"
                        + (of(field).equals(field) ? "" : ", which --columns names for " + field)
                        + known());
    }

    private String suggestion(String column, List<String> found) {
        LevenshteinDistance distance = new LevenshteinDistance(SIMILAR);
        return fields().keySet().stream()
                .filter(known -> !found.contains(known))
                .filter(known -> known.equalsIgnoreCase(column) || distance.apply(known, column) >= 0)
                .findFirst()
                .map(known -> ", did you mean \"" + known + "\"?")
                .orElseGet(this::known);
    }

    private String known() {
        return "; known are " + String.join(", ", fields().keySet());
    }
}
