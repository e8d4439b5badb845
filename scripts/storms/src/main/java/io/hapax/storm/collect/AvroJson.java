package io.hapax.storm.collect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.jspecify.annotations.Nullable;

/**
 * A decoder of Avro in Confluent's wire format, by the writer's own schema and without any class. A number that is a
 * time stays a number.
 */
final class AvroJson {
    private static final int HEADER = 5;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String registryUrl;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Map<Integer, Optional<Schema>> schemas = new HashMap<>();

    AvroJson(String registryUrl) {
        this.registryUrl = registryUrl;
    }

    /**
     * A decoded value.
     *
     * @param schema name of the writer's schema
     */
    record Decoded(String schema, JsonNode value) {}

    /** Null for bytes that are no record of a schema that the registry has. */
    @Nullable Decoded decode(byte @Nullable [] bytes) {
        if (bytes == null || bytes.length < HEADER || bytes[0] != 0) {
            return null;
        }
        Schema schema = schemas.computeIfAbsent(ByteBuffer.wrap(bytes, 1, 4).getInt(), this::fetch)
                .orElse(null);
        return schema == null || schema.getType() != Schema.Type.RECORD ? null : decode(schema, bytes);
    }

    private static @Nullable Decoded decode(Schema schema, byte[] bytes) {
        try {
            BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, HEADER, bytes.length - HEADER, null);
            Object value = new GenericDatumReader<>(schema).read(null, decoder);
            return decoder.isEnd() ? new Decoded(schema.getName(), json(value)) : null;
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException broken) {
            return null;
        }
    }

    private Optional<Schema> fetch(int id) {
        try {
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(URI.create(registryUrl + "/schemas/ids/" + id))
                            .build(),
                    BodyHandlers.ofString());
            if (answer.statusCode() == 404 || id <= 0) {
                return Optional.empty();
            }
            if (answer.statusCode() != 200) {
                throw new IllegalStateException("the registry answers " + answer.statusCode() + " for schema " + id);
            }
            String text = MAPPER.readTree(answer.body()).path("schema").asText();
            return Optional.of(new Schema.Parser().parse(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private static JsonNode json(@Nullable Object value) {
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        return switch (value) {
            case null -> nodes.nullNode();
            case IndexedRecord fields -> {
                ObjectNode object = nodes.objectNode();
                for (Schema.Field field : fields.getSchema().getFields()) {
                    object.set(field.name(), json(fields.get(field.pos())));
                }
                yield object;
            }
            case Collection<?> items -> {
                ArrayNode array = nodes.arrayNode();
                items.forEach(item -> array.add(json(item)));
                yield array;
            }
            case Map<?, ?> entries -> {
                ObjectNode object = nodes.objectNode();
                entries.forEach((name, item) -> object.set(String.valueOf(name), json(item)));
                yield object;
            }
            case Integer number -> nodes.numberNode(number);
            case Long number -> nodes.numberNode(number);
            case Boolean truth -> nodes.booleanNode(truth);
            case ByteBuffer bytes -> nodes.textNode(base64(bytes.duplicate()));
            default -> nodes.textNode(value.toString());
        };
    }

    private static String base64(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return Base64.getEncoder().encodeToString(copy);
    }
}
