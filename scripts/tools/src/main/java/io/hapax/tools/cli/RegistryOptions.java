package io.hapax.tools.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.hapax.serde.AvroDeserializer;
import io.hapax.serde.AvroFormat;
import io.hapax.serde.AvroSerializer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Option;

/** Options that connect a command to the schema registry. */
public final class RegistryOptions {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** Number of retries, with pauses of 0.1, 0.4 and 1.6 s. A person can start the command again. */
    private static final int RETRIES = 3;

    @Option(
            names = "--registry",
            required = true,
            paramLabel = "URL",
            description = "URL of the schema registry's Confluent-compatible REST API.")
    @SuppressWarnings("NullAway.Init")
    private String registry;

    /**
     * The format in which values are written and read. The registry has answered before it is returned.
     *
     * @throws PlainFailure if no registry answers at the URL. Without this check, values of unknown schemas would
     *     count as unreadable.
     */
    public AvroFormat format() {
        return format(registry);
    }

    /**
     * The format on this registry, which has answered.
     *
     * @throws PlainFailure if no registry answers at the URL
     */
    public static AvroFormat format(String registry) {
        ask(registry);
        return new AvroFormat(
                AvroSerializer.class.getName(),
                AvroDeserializer.class.getName(),
                Map.of(AvroFormat.REGISTRY_URL, registry, AvroFormat.REGISTRY_RETRIES, RETRIES));
    }

    /** @throws PlainFailure if no registry answers at the URL */
    public static void ask(String registry) {
        if (!registry.matches("https?://[^/].*")) {
            throw new PlainFailure(
                    "--registry " + registry + ": it must begin with http:// or https://, such as http://HOST:8081");
        }
        try (HttpClient http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(TIMEOUT)
                .build()) {
            URI uri = URI.create(registry.endsWith("/") ? registry : registry + "/")
                    .resolve("schemas/types");
            HttpResponse<String> answer = http.send(
                    HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200 || !isList(answer.body())) {
                throw new PlainFailure(
                        "--registry " + registry + ": no schema registry answers there (HTTP " + answer.statusCode()
                                + "); does the path lack something, such as Apicurio's /apis/ccompat/v7?");
            }
        } catch (IOException | IllegalArgumentException e) {
            throw new PlainFailure("--registry " + registry + ": " + PlainReason.of(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PlainFailure("interrupted while asking " + registry, e);
        }
    }

    private static boolean isList(String body) {
        try {
            return new ObjectMapper().readTree(body).isArray();
        } catch (JsonProcessingException e) {
            return false;
        }
    }
}
