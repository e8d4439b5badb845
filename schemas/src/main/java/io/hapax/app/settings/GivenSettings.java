package io.hapax.app.settings;

import java.util.Map;
import java.util.TreeMap;

/**
 * Settings as they were given.
 *
 * @param texts by name
 * @param origins where each comes from, such as {@code env} or {@code file}
 * @param places the environment variable or the file that each stands in, where it is known
 */
public record GivenSettings(Map<String, String> texts, Map<String, String> origins, Map<String, String> places) {
    static final String BY_CALLER = "given";

    public GivenSettings {
        texts = new TreeMap<>(texts);
        origins = Map.copyOf(origins);
        places = Map.copyOf(places);
    }

    String origin(String name) {
        return origins.getOrDefault(name, BY_CALLER);
    }

    /** The mistake, which begins with the name of a setting, with the place where a person finds that setting. */
    String withPlace(String mistake) {
        String name = mistake.split(" ", 2)[0];
        String place = places.get(name);
        return place == null ? mistake : name + " (" + place + ")" + mistake.substring(name.length());
    }
}
