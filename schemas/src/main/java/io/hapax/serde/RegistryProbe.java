package io.hapax.serde;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks whether the schema registry is there. Any answer will do that is no failure of its own. */
public final class RegistryProbe {
    private final URI uri;
    private final Duration timeout;
    private final HttpClient http;

    public RegistryProbe(AvroFormat format, Duration timeout) {
        String url = String.valueOf(format.config().get(AvroFormat.REGISTRY_URL));
        this.uri = URI.create(url.endsWith("/") ? url : url + "/").resolve("schemas/types");
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /** Says that it is there; throws if it is not. */
    public String ask() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(uri).timeout(timeout).build();
        try {
            int status =
                    http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status < 500) {
                return "answers";
            }
            throw new IOException("HTTP " + status);
        } catch (IOException e) {
            throw new IOException("the schema registry does not answer: " + e, e);
        }
    }
}
