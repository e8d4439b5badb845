package io.hapax.lab.bench;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** The file with figures about its stores that a {@link MeasuredStreamApp} writes once a second. */
record StoreFile(Path file) {
    static final String KEYS = "hapax.store.keys";
    static final String FILTER_BYTES = "hapax.store.filter.bytes";

    /** The most there were at a time. */
    static final String MEMORY_BYTES = "hapax.store.memory.bytes";

    static final String KNOWN_MEAN_NANOS = "look.up.known.mean.nanos";
    static final String KNOWN_P99_NANOS = "look.up.known.p99.nanos";
    static final String UNKNOWN_MEAN_NANOS = "look.up.unknown.mean.nanos";

    /** Name of the number of look-ups taken. */
    static final String LOOK_UPS = "look.ups";

    /** Changelog records that its stores are behind, standbys among them. */
    static final String LAG = "lag";

    private static final TypeReference<Map<String, Double>> FIGURES = new TypeReference<>() {};

    /** Empty while the app has not told it. */
    OptionalDouble figure(String name) {
        try {
            Double value = new ObjectMapper()
                    .readValue(Files.readAllBytes(file), FIGURES)
                    .get(name);
            return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
        } catch (NoSuchFileException notYet) {
            return OptionalDouble.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks for look-ups once a second, among this number of remembered payments. */
    void askForLookUps(long known) throws IOException {
        Files.writeString(asking(), String.valueOf(known));
    }

    OptionalLong lookUpsAskedFor() {
        try {
            return OptionalLong.of(Long.parseLong(Files.readString(asking())));
        } catch (NoSuchFileException notAsked) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Forgets what a former run told and was asked. */
    void clear() throws IOException {
        Files.deleteIfExists(file);
        Files.deleteIfExists(asking());
    }

    private Path asking() {
        return file.resolveSibling("known");
    }
}
