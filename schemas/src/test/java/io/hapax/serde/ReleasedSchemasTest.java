package io.hapax.serde;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;

/**
 * Topics and stores outlive programs: every schema must read what every released version of it wrote, and be read by
 * it. Released versions lie in {@code src/released/N}. To release a change, copy {@code src/main/avro} to the next
 * number; never change a folder that is there.
 */
class ReleasedSchemasTest {
    private static final Path CURRENT = Path.of("src/main/avro");
    private static final Path RELEASED = Path.of("src/released");

    @Test
    void shouldBeFullyCompatibleWithEveryReleasedVersion() throws IOException {
        Map<String, Schema> current = read(CURRENT);
        List<String> incompatible = new ArrayList<>();
        for (Path version : folders()) {
            read(version).forEach((name, released) -> {
                if (!current.containsKey(name)) {
                    incompatible.add(name + " of version " + version.getFileName() + " is gone");
                } else {
                    incompatible.addAll(
                            differences(name + " and version " + version.getFileName(), current.get(name), released));
                }
            });
        }
        if (!incompatible.isEmpty()) {
            fail(
                    "A released schema can only get new fields with defaults and lose such fields; what it needs beyond that is"
                            + " a new topic or a new version of the store:\n" + String.join("\n", incompatible));
        }
    }

    @Test
    void shouldBeReleasedAsItIs() throws IOException {
        List<Path> versions = folders();
        assertEquals(
                read(CURRENT),
                read(versions.getLast()),
                "the schemas differ from the last released version: copy src/main/avro to src/released/"
                        + (versions.size() + 1) + " with the release that brings them");
    }

    @Test
    void shouldRefuseChangesThatBreakReadersOrWriters() throws IOException {
        String command = Files.readString(CURRENT.resolve("PaymentCommand.avsc"));
        Schema released = new Schema.Parser().parse(command);
        String noDefault = command.replace(
                "{\"name\": \"debtorAccount\"",
                "{\"name\": \"channel\", \"type\": \"string\"}, {\"name\": \"debtorAccount\"");
        String narrower = command.replace(
                "\"name\": \"amountMinor\", \"type\": \"long\"", "\"name\": \"amountMinor\", \"type\": \"int\"");
        String renamed = command.replace("\"name\": \"currency\"", "\"name\": \"currencyCode\"");
        String thousandfold = command.replace("timestamp-millis", "timestamp-micros");
        for (String changed : List.of(noDefault, narrower, renamed, thousandfold)) {
            assertTrue(!changed.equals(command));
            assertTrue(
                    !differences("changed", new Schema.Parser().parse(changed), released)
                            .isEmpty(),
                    changed);
        }
        String optional = command.replace(
                "{\"name\": \"debtorAccount\"",
                "{\"name\": \"channel\", \"type\": [\"null\", \"string\"], \"default\": null}, {\"name\": \"debtorAccount\"");
        assertEquals(List.of(), differences("changed", new Schema.Parser().parse(optional), released));
    }

    @Test
    void shouldDocumentEveryTypeAndField() throws IOException {
        List<String> undocumented = new ArrayList<>();
        read(CURRENT).values().forEach(schema -> findUndocumented(schema, undocumented));
        assertEquals(List.of(), undocumented);
    }

    private static void findUndocumented(Schema schema, List<String> undocumented) {
        switch (schema.getType()) {
            case RECORD -> {
                if (schema.getDoc() == null) {
                    undocumented.add(schema.getFullName());
                }
                for (Schema.Field field : schema.getFields()) {
                    if (field.doc() == null) {
                        undocumented.add(schema.getFullName() + "." + field.name());
                    }
                    findUndocumented(field.schema(), undocumented);
                }
            }
            case ENUM -> {
                if (schema.getDoc() == null) {
                    undocumented.add(schema.getFullName());
                }
            }
            case UNION -> schema.getTypes().forEach(type -> findUndocumented(type, undocumented));
            case ARRAY -> findUndocumented(schema.getElementType(), undocumented);
            default -> {}
        }
    }

    private static List<String> differences(String what, Schema a, Schema b) {
        List<String> differences = new ArrayList<>();
        if (SchemaMatch.of(a, b) instanceof SchemaMatch.Mismatch(String why)) {
            differences.add(what + ": what the new one writes can't be read with the released one: " + why);
        }
        if (SchemaMatch.of(b, a) instanceof SchemaMatch.Mismatch(String why)) {
            differences.add(what + ": what the released one wrote can't be read with the new one: " + why);
        }
        Map<String, String> released = new TreeMap<>();
        findLogicalTypes(b, b.getName(), released);
        Map<String, String> now = new TreeMap<>();
        findLogicalTypes(a, a.getName(), now);
        now.forEach((field, type) -> {
            if (released.containsKey(field) && !released.get(field).equals(type)) {
                differences.add(what + ": " + field + " means " + type + ", not " + released.get(field));
            }
        });
        return differences;
    }

    /**
     * Collects the meaning of the numbers of a schema, by field. For Avro a millisecond is as good as a microsecond.
     */
    private static void findLogicalTypes(Schema schema, String path, Map<String, String> types) {
        switch (schema.getType()) {
            case RECORD ->
                schema.getFields().forEach(field -> findLogicalTypes(field.schema(), path + "." + field.name(), types));
            case UNION -> schema.getTypes().forEach(type -> findLogicalTypes(type, path, types));
            case ARRAY -> findLogicalTypes(schema.getElementType(), path, types);
            case NULL -> {}
            default ->
                types.merge(
                        path,
                        schema.getLogicalType() == null
                                ? "a plain " + schema.getName()
                                : schema.getLogicalType().getName(),
                        (one, other) -> one + " or " + other);
        }
    }

    private static Map<String, Schema> read(Path folder) throws IOException {
        Map<String, Schema> schemas = new TreeMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                schemas.put(file.getFileName().toString(), new Schema.Parser().parse(file.toFile()));
            }
        }
        return schemas;
    }

    private static List<Path> folders() throws IOException {
        try (Stream<Path> folders = Files.list(RELEASED)) {
            return folders.sorted((a, b) -> Integer.compare(number(a), number(b)))
                    .toList();
        }
    }

    private static int number(Path folder) {
        return Integer.parseInt(folder.getFileName().toString());
    }
}
