package io.hapax.app.settings;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A reader that takes typed values out of named texts. It remembers every mistake, so that one start names all of
 * them.
 *
 * <p>Call a method per setting, then {@link #finish()}, which throws when something was wrong or a name was never asked
 * for (a misspelt setting must not be ignored in silence).
 */
public final class SettingsReader {
    private static final String OFF = "off";

    private final GivenSettings given;
    private final Map<String, String> texts;
    private final Map<String, String> asked = new TreeMap<>();
    private final List<String> mistakes = new ArrayList<>();

    public SettingsReader(Map<String, String> texts) {
        this(new GivenSettings(texts, Map.of(), Map.of()));
    }

    public SettingsReader(GivenSettings given) {
        this.given = given;
        this.texts = given.texts();
    }

    /** A text that must be given. */
    public String text(String name) {
        asked.put(name, "");
        String text = texts.get(name);
        if (text == null || text.isBlank()) {
            mistakes.add(name + " is missing");
            return "";
        }
        return text.strip();
    }

    /** A text, or the default. */
    public String text(String name, String byDefault) {
        asked.put(name, byDefault);
        String text = texts.get(name);
        return text == null ? byDefault : text.strip();
    }

    /** A whole number within the bounds, both included. */
    public int number(String name, int byDefault, int min, int max) {
        return parse(name, byDefault, String.valueOf(byDefault), "a whole number from " + min + " to " + max, text -> {
            int number = Integer.parseInt(text);
            return number >= min && number <= max ? number : null;
        });
    }

    /** A time as {@link DurationText} has it, within the bounds, both included. */
    public Duration duration(String name, Duration byDefault, Duration min, Duration max) {
        return parse(
                name,
                byDefault,
                DurationText.of(byDefault),
                "a time from " + DurationText.of(min) + " to " + DurationText.of(max) + ", such as 24h",
                text -> {
                    Duration duration = DurationText.parse(text);
                    return duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0 ? duration : null;
                });
    }

    /** One of the texts given. */
    public String oneOf(String name, String byDefault, List<String> choices) {
        return parse(name, byDefault, byDefault, "one of " + choices, text -> choices.contains(text) ? text : null);
    }

    /** A port to listen on, 0 for any that is free; empty, and by default, {@code off}. */
    public OptionalInt port(String name) {
        return parse(name, OptionalInt.empty(), OFF, "off or a whole number from 0 to 65535", text -> {
            if (text.equals(OFF)) {
                return OptionalInt.empty();
            }
            int port = Integer.parseInt(text);
            return port >= 0 && port <= 65_535 ? OptionalInt.of(port) : null;
        });
    }

    /** {@code true} or {@code false}. */
    public boolean flag(String name, boolean byDefault) {
        return oneOf(name, String.valueOf(byDefault), List.of("true", "false")).equals("true");
    }

    /** All settings whose names start with the prefix, without it: passed through to a library. */
    public Map<String, String> below(String prefix) {
        Map<String, String> found = new TreeMap<>();
        texts.forEach((name, text) -> {
            if (name.startsWith(prefix)) {
                asked.put(name, "");
                found.put(name.substring(prefix.length()), text);
            }
        });
        return found;
    }

    /** Notes a mistake that the caller found, such as two settings that contradict each other. */
    public void mistake(String mistake) {
        mistakes.add(mistake);
    }

    /** Ends the reading: throws when anything was wrong. */
    public void finish() {
        List<String> ofOthers = ofOtherPrograms();
        for (String name : texts.keySet()) {
            if (!asked.containsKey(name) && !ofOthers.contains(name)) {
                mistakes.add(name + " is unknown; known are " + asked.keySet());
            }
        }
        if (!mistakes.isEmpty()) {
            throw new SettingsException(mistakes.stream().map(given::withPlace).toList());
        }
    }

    /** Settings in the environment that this program does not know and another program of Hapax does: passed over. */
    public List<String> ofOtherPrograms() {
        return texts.keySet().stream()
                .filter(name -> !asked.containsKey(name)
                        && given.origin(name).equals(SettingsSource.ENVIRONMENT)
                        && AllSettings.NAMES.contains(name))
                .toList();
    }

    /** All settings in use, fit to be logged: secrets are masked. */
    public List<EffectiveSetting> effective() {
        return asked.keySet().stream()
                .map(name -> texts.containsKey(name)
                        ? new EffectiveSetting(
                                name, Secrets.shown(name, texts.getOrDefault(name, "")), given.origin(name))
                        : new EffectiveSetting(name, Secrets.shown(name, asked.getOrDefault(name, "")), "default"))
                .toList();
    }

    /** The same as text, each on a line of its own, and the names of those that are passed over. */
    public String effectiveLines() {
        List<String> ofOthers = ofOtherPrograms();
        return effective().stream().map(setting -> "\n  " + setting).collect(joining())
                + (ofOthers.isEmpty() ? "" : "\n  passed over, of other programs: " + String.join(" ", ofOthers));
    }

    /** Names of all settings that were asked for, with their defaults as texts; empty where there is none. */
    public Map<String, String> known() {
        return new TreeMap<>(asked);
    }

    private <T> T parse(
            String name, T byDefault, String defaultText, String expected, Function<String, @Nullable T> parser) {
        asked.put(name, defaultText);
        String text = texts.get(name);
        if (text == null) {
            return byDefault;
        }
        try {
            T value = parser.apply(text.strip());
            if (value != null) {
                return value;
            }
        } catch (IllegalArgumentException e) {
            // Said below, with what was expected.
        }
        mistakes.add(name + " is \"" + text + "\", must be " + expected);
        return byDefault;
    }
}
