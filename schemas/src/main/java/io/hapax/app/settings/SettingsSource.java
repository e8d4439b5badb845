package io.hapax.app.settings;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The source of settings: a properties file, overridden by environment variables.
 *
 * <p>{@code HAPAX_JDBC_URL} is the setting {@code jdbc.url}. The file is the one that {@code HAPAX_CONFIG} names, if
 * any.
 */
public final class SettingsSource {
    /** The origin of a setting that an environment variable gave. */
    static final String ENVIRONMENT = "env";

    private static final String PREFIX = "HAPAX_";
    private static final String CONFIG_FILE = "HAPAX_CONFIG";

    /** For the scripts that start an app. */
    private static final String JAVA_OPTIONS = "HAPAX_JAVA_OPTIONS";

    /** The file of the tools, which one shell often runs beside an app. */
    private static final String TOOLS_FILE = "HAPAX_TOOLS_CONFIG";

    private static final Set<String> NO_SETTINGS = Set.of(CONFIG_FILE, JAVA_OPTIONS, TOOLS_FILE);

    private SettingsSource() {}

    /** All settings by name, from the environment and the file that it names. */
    public static Map<String, String> read(Map<String, String> environment) {
        return given(environment).texts();
    }

    /** The same, and where each comes from. */
    public static GivenSettings given(Map<String, String> environment) {
        Map<String, String> settings = new TreeMap<>();
        Map<String, String> origins = new TreeMap<>();
        Map<String, String> places = new TreeMap<>();
        String file = environment.get(CONFIG_FILE);
        if (file != null) {
            settings.putAll(SettingsFile.read(Path.of(file)));
            settings.keySet().forEach(name -> {
                origins.put(name, "file");
                places.put(name, "in " + file);
            });
        }
        Map<String, String> variables = new TreeMap<>();
        new TreeMap<>(environment).forEach((variable, value) -> {
            if (variable.startsWith(PREFIX) && !NO_SETTINGS.contains(variable)) {
                String name = settingName(variable);
                String other = variables.put(name, variable);
                if (other != null) {
                    throw new SettingsException(List.of(
                            name + " is given twice, by the environment variables " + other + " and " + variable));
                }
                settings.put(name, value);
                origins.put(name, ENVIRONMENT);
                places.put(name, "environment variable " + variable);
            }
        });
        return new GivenSettings(settings, origins, places);
    }

    private static String settingName(String variable) {
        return variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT).replace('_', '.');
    }
}
