package io.hapax.stream.gateway;

import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.ApiKeys;
import io.hapax.stream.gateway.credentials.Scope;
import io.hapax.stream.settings.GatewaySettings;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** The gateway's API without HTTP and Kafka: bursts of 3 requests, 2 a second, 2 at the same time. */
final class ApiFixture {
    static final String PAYMENT =
            "{\"debtorAccount\":\"alice\",\"creditorAccount\":\"bob\",\"amountMinor\":1,\"currency\":\"EUR\"}";

    final AtomicLong nanos = new AtomicLong();
    private final ApiKey.Issued client =
            ApiKey.issue("acme", EnumSet.allOf(Scope.class), Instant.EPOCH, new SecureRandom());
    private final ApiKeys keys = new ApiKeys(List.of(client.key()));

    PaymentsApi api(int burst, PaymentsApi.Payments payments, PaymentsApi.LookUps lookUps) {
        GatewaySettings settings = new GatewaySettings(
                "127.0.0.1",
                1,
                URI.create("http://127.0.0.1:1"),
                Path.of("api-keys.json"),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                4,
                2,
                2,
                burst);
        return new PaymentsApi(
                new Credentials(() -> keys, new RateLimits(burst, 2, nanos::get)),
                new RequestsInFlight(4, 2),
                payments,
                lookUps,
                settings);
    }

    /** A call of the client, under the key {@code order-1}. */
    HttpCall call(String body, String... prefer) {
        Map<String, List<String>> headers = Map.of(
                "Authorization", List.of("Bearer " + client.secret()),
                "Content-Type", List.of("application/json"),
                "Idempotency-Key", List.of("order-1"),
                "Prefer", List.of(prefer));
        return new HttpCall() {
            @Override
            public List<String> headers(String name) {
                return headers.getOrDefault(name, List.of());
            }

            @Override
            public Body body() {
                return new Body.Complete(ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
            }
        };
    }
}
