package io.hapax.serde;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A registry that answers each path as told, sense or nonsense; what nobody told it about has no schema. */
final class ScriptedRegistry implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpServer server;
    private final Map<String, Told> told = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();

    /** @param trickled sends the head, then nothing more, for ever */
    private record Told(int status, String body, boolean trickled) {}

    ScriptedRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Asked so often. */
    int asked() {
        return asked.get();
    }

    ScriptedRegistry answer(int id, int status, String body) {
        told.put("/schemas/ids/" + id, new Told(status, body, false));
        return this;
    }

    ScriptedRegistry trickle(int id) {
        told.put("/schemas/ids/" + id, new Told(200, "{", true));
        return this;
    }

    /** An Avro schema under that id; each reference is a subject, whose first version is meant. */
    ScriptedRegistry schema(int id, String text, String... references) {
        return answer(id, 200, body(text, references));
    }

    ScriptedRegistry subject(String subject, String text, String... references) {
        told.put("/subjects/" + subject + "/versions/1", new Told(200, body(text, references), false));
        return this;
    }

    static String body(String text, String... references) {
        ObjectNode body = MAPPER.createObjectNode().put("schema", text);
        for (String reference : references) {
            body.withArray("references")
                    .addObject()
                    .put("name", reference)
                    .put("subject", reference)
                    .put("version", 1);
        }
        return body.toString();
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        String path = exchange.getRequestURI().getPath();
        int code = path.startsWith("/subjects/") ? 40401 : 40403;
        Told tell = told.getOrDefault(path, new Told(404, "{\"error_code\":" + code + "}", false));
        byte[] bytes = tell.body().getBytes(UTF_8);
        exchange.sendResponseHeaders(tell.status(), tell.trickled() ? bytes.length + 1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.getResponseBody().flush();
        if (!tell.trickled()) {
            exchange.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
