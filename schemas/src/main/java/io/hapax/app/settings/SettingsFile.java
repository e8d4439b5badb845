package io.hapax.app.settings;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.TreeSet;

/** A properties file, UTF-8, in which no name stands twice: of two retentions nobody could tell which is meant. */
public final class SettingsFile {
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private SettingsFile() {}

    /** Settings by name; {@link SettingsException} if the file can't be read, or not without doubt. */
    public static Map<String, String> read(Path file) {
        if (Files.isDirectory(file)) {
            throw wrong(file + " is a folder, not a file");
        }
        Once properties = new Once();
        try {
            String text = Files.readString(file);
            properties.load(new StringReader(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text));
        } catch (NoSuchFileException e) {
            throw wrong(file + ": there is no such file");
        } catch (CharacterCodingException e) {
            throw wrong("the file " + file + " is not UTF-8");
        } catch (IOException | IllegalArgumentException e) {
            throw wrong("the file " + file + " cannot be read: " + e.getMessage());
        }
        if (!properties.doubled.isEmpty()) {
            throw new SettingsException(properties.doubled.stream()
                    .map(name -> name + " stands more than once in " + file)
                    .toList());
        }
        Map<String, String> settings = new TreeMap<>();
        properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        return settings;
    }

    private static SettingsException wrong(String why) {
        return new SettingsException(List.of(why));
    }

    /** A map of properties that notes the names that are put again. */
    private static final class Once extends Properties {
        private static final long serialVersionUID = 1L;

        private final TreeSet<String> doubled = new TreeSet<>();

        @Override
        public synchronized Object put(Object name, Object value) {
            if (containsKey(name)) {
                doubled.add(String.valueOf(name));
            }
            return super.put(name, value);
        }
    }
}
