package io.hapax.sandbox;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A small Confluent schema registry in the memory of this JVM: as much of its HTTP API as serdes ask for. It serves
 * tests and benchmarks of which the registry is no part. Everything else runs on the real one, see {@link Sandbox}.
 */
public final class InMemoryRegistry implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String BY_ID = "/schemas/ids/";

    private final HttpServer server;
    private final List<String> schemas = new ArrayList<>();

    private InMemoryRegistry(HttpServer server) {
        this.server = server;
    }

    public static InMemoryRegistry start() {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            InMemoryRegistry registry = new InMemoryRegistry(server);
            server.createContext("/", registry::answer);
            server.start();
            return registry;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot bind a loopback port", e);
        }
    }

    /** The value for {@code schema.registry.url}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Registers a schema, or finds it; returns its id, from 1 on. */
    public synchronized int register(String schema) {
        if (!schemas.contains(schema)) {
            schemas.add(schema);
        }
        return schemas.indexOf(schema) + 1;
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private synchronized void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        if (exchange.getRequestMethod().equals("POST")) {
            String schema =
                    MAPPER.readTree(exchange.getRequestBody()).path("schema").asText();
            send(
                    exchange,
                    200,
                    MAPPER.createObjectNode().put("id", register(schema)).toString());
        } else if (path.startsWith(BY_ID)) {
            byId(exchange, Integer.parseInt(path.substring(BY_ID.length())));
        } else if (path.equals("/schemas/types")) {
            send(exchange, 200, "[\"AVRO\"]");
        } else {
            send(exchange, 404, "{}");
        }
    }

    private void byId(HttpExchange exchange, int id) throws IOException {
        if (id < 1 || id > schemas.size()) {
            send(exchange, 404, "{\"error_code\":40403}");
            return;
        }
        String schema = schemas.get(id - 1);
        send(exchange, 200, MAPPER.createObjectNode().put("schema", schema).toString());
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }
}
