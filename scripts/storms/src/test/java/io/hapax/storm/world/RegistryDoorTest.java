package io.hapax.storm.world;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.hapax.sandbox.InMemoryRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

class RegistryDoorTest {
    private final HttpClient http = HttpClient.newHttpClient();

    @Test
    void shouldPassSchemasOnWhileOpenAndKnowNothingWhileShut() throws Exception {
        InMemoryRegistry registry = InMemoryRegistry.start();
        int id = registry.register("\"string\"");
        try (RegistryDoor door = RegistryDoor.before(registry.url())) {
            String schema = door.url() + "/schemas/ids/" + id;
            assertEquals("{\"schema\":\"\\\"string\\\"\"}", get(schema).body());
            door.shut();
            assertEquals(404, get(schema).statusCode());
            door.open();
            assertEquals(200, get(schema).statusCode());
            registry.close();
            assertThrows(IOException.class, () -> get(schema));
        }
    }

    private HttpResponse<String> get(String url) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString());
    }
}
