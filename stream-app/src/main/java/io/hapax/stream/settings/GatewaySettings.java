package io.hapax.stream.settings;

import io.hapax.app.settings.SettingsReader;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the HTTP gateway.
 *
 * @param host address to listen on
 * @param port port to listen on
 * @param advertisedUrl where the other instances reach this one
 * @param apiKeys file of the clients' API keys, read again when it changes
 * @param defaultWait how long a request waits for its settlement unless it says otherwise
 * @param longestWait the most that a request may ask for
 * @param deliveryTimeout how long Kafka may take to take a command, before the client is told to come again
 * @param headTimeout how long request line and headers may take to arrive
 * @param bodyTimeout how long the body of a request may take to arrive
 * @param idleTimeout how long a connection may do nothing; one that waits for its answer is not idle
 * @param requestsInFlight requests dealt with at once; more are sent away
 * @param clientRequestsInFlight those of one client
 * @param clientRate requests per second of one client on this instance
 * @param clientBurst requests that one client may send at once after a pause
 */
public record GatewaySettings(
        String host,
        int port,
        URI advertisedUrl,
        Path apiKeys,
        Duration defaultWait,
        Duration longestWait,
        Duration deliveryTimeout,
        Duration headTimeout,
        Duration bodyTimeout,
        Duration idleTimeout,
        int requestsInFlight,
        int clientRequestsInFlight,
        int clientRate,
        int clientBurst) {

    /** Null when {@code gateway.port} is off, the default: then there is no gateway. */
    static @Nullable GatewaySettings read(SettingsReader settings) {
        OptionalInt given = settings.port("gateway.port");
        int port = given.orElse(0);
        if (given.isPresent() && port == 0) {
            settings.mistake("gateway.port is 0, must be a port that the other instances are told");
        }
        String host = settings.text("gateway.host", "127.0.0.1");
        String apiKeys = settings.text("gateway.api.keys", "");
        if (port != 0 && apiKeys.isBlank()) {
            settings.mistake("gateway.api.keys is missing: the file that scripts/api-keys writes");
        }
        Duration longestWait =
                settings.duration("gateway.wait.max", Duration.ofSeconds(30), Duration.ZERO, Duration.ofMinutes(5));
        int requestsInFlight = settings.number("gateway.requests.in.flight", 1024, 1, 100_000);
        GatewaySettings read = new GatewaySettings(
                host,
                port,
                advertisedUrl(settings, host, port),
                Path.of(apiKeys),
                settings.duration("gateway.wait", min(Duration.ofSeconds(10), longestWait), Duration.ZERO, longestWait),
                longestWait,
                settings.duration(
                        "gateway.delivery.timeout",
                        Duration.ofSeconds(10),
                        Duration.ofMillis(500),
                        Duration.ofMinutes(2)),
                settings.duration(
                        "gateway.head.timeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1)),
                settings.duration(
                        "gateway.body.timeout", Duration.ofSeconds(5), Duration.ofMillis(100), Duration.ofMinutes(1)),
                settings.duration(
                        "gateway.idle.timeout", Duration.ofSeconds(30), Duration.ofSeconds(1), Duration.ofMinutes(10)),
                requestsInFlight,
                settings.number("gateway.client.requests.in.flight", (requestsInFlight + 1) / 2, 1, requestsInFlight),
                settings.number("gateway.client.rate", 500, 1, 1_000_000),
                settings.number("gateway.client.burst", 1000, 1, 1_000_000));
        return given.isPresent() ? read : null;
    }

    /** The address that Kafka Streams tells to the other instances. */
    public String hostAndPort() {
        return advertisedUrl.getHost() + ":" + advertisedUrl.getPort();
    }

    private static URI advertisedUrl(SettingsReader settings, String host, int port) {
        String byDefault = "http://" + host + ":" + port;
        String text = settings.text("gateway.advertised.url", byDefault);
        try {
            URI url = URI.create(text);
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (http && url.getHost() != null && url.getPort() > 0 && "".equals(url.getPath())) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Said below, with what was expected.
        }
        if (port != 0) {
            settings.mistake("gateway.advertised.url is \"" + text + "\", must be like http://host:port");
        }
        return URI.create("http://127.0.0.1:1");
    }

    private static Duration min(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
