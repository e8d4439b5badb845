package io.hapax.lab.demo;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.TreeMap;

/** An answer over HTTP. */
record GatewayAnswer(int status, Map<String, String> headers, String body) {
    static GatewayAnswer of(HttpResponse<String> response) {
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        response.headers().map().forEach((name, values) -> headers.put(name, String.join(", ", values)));
        return new GatewayAnswer(response.statusCode(), headers, response.body());
    }

    /** Sends these bytes, whatever they are, leaves the connection open, and reads until the server closes it. */
    static GatewayAnswer toBytes(String url, String bytes) throws IOException {
        URI uri = URI.create(url);
        try (Socket socket = new Socket(uri.getHost(), uri.getPort())) {
            socket.setSoTimeout(30_000);
            OutputStream out = socket.getOutputStream();
            out.write(bytes.getBytes(UTF_8));
            out.flush();
            return parse(new String(socket.getInputStream().readAllBytes(), UTF_8));
        }
    }

    private static GatewayAnswer parse(String text) {
        if (text.isEmpty()) {
            return new GatewayAnswer(0, Map.of(), "closed without an answer");
        }
        String[] parts = text.split("\r\n\r\n", 2);
        String[] lines = parts[0].split("\r\n", -1);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; i < lines.length; i++) {
            String[] header = lines[i].split(": ?", 2);
            headers.put(header[0], header[1]);
        }
        return new GatewayAnswer(Integer.parseInt(lines[0].split(" ", -1)[1]), headers, parts[1]);
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    String contentType() {
        return header("Content-Type");
    }

    /** The state of the payment or step, the advice, or the end of the problem's type: what the body is, in a word. */
    String bodyType() {
        String type = member("type");
        return type.isEmpty()
                ? member("paymentStatus") + member("stepStatus") + member("advice")
                : type.replace("urn:hapax:problem:", "");
    }

    /** What a step was answered, as {@link ReservationTopic} tells it. */
    String told() {
        return String.join(" ", member("step"), member("stepStatus"), member("failureReason"), member("heldUntil"));
    }

    private String member(String name) {
        int at = body.indexOf("\"" + name + "\":\"");
        int from = at + name.length() + 4;
        return at < 0 ? "" : body.substring(from, body.indexOf('"', from));
    }
}
