package io.hapax.tools.console;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files of the front end, as they lie in the archive. */
final class Site {
    private static final Map<String, String> TYPES = Map.of(
            "index.html", "text/html; charset=utf-8",
            "console.js", "text/javascript; charset=utf-8",
            "console.css", "text/css; charset=utf-8",
            "preact-htm.js", "text/javascript; charset=utf-8",
            "LICENSES.txt", "text/plain; charset=utf-8");

    private final Map<String, Content> byPath = new LinkedHashMap<>();

    /** The bytes of an answer, with their type. */
    @SuppressWarnings("ArrayRecordComponent") // Sent, never compared.
    record Content(String type, byte[] bytes) {}

    Site() {
        TYPES.forEach((name, type) -> byPath.put("/" + name, new Content(type, bytes(name))));
        byPath.put("/", requireNonNull(byPath.get("/index.html")));
    }

    Optional<Content> at(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    private static byte[] bytes(String name) {
        try (InputStream file = Site.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IllegalStateException("the archive lacks " + name);
            }
            return file.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
