package io.hapax.app.settings;

/**
 * One setting as the app uses it, fit to be logged.
 *
 * @param value masked where it is or may hold a secret
 * @param source {@code default}, {@code env} or {@code file}
 */
public record EffectiveSetting(String name, String value, String source) {
    @Override
    public String toString() {
        return name + "=" + value + " source=" + source;
    }
}
