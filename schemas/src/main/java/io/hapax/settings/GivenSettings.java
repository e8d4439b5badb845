package io.hapax.settings;

import java.util.Map;
import java.util.TreeMap;

/**
 * Settings as they were given.
 *
 * @param texts by name
 * @param origins where each comes from, such as {@code env} or {@code file}
 */
public record GivenSettings(Map<String, String> texts, Map<String, String> origins) {
    static final String BY_CALLER = "given";

    public GivenSettings {
        texts = new TreeMap<>(texts);
        origins = Map.copyOf(origins);
    }

    String origin(String name) {
        return origins.getOrDefault(name, BY_CALLER);
    }
}
