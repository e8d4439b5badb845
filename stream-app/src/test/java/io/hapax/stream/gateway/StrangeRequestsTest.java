package io.hapax.stream.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.read.ListAppender;
import io.hapax.app.health.AdminServer;
import io.hapax.app.health.AdminSettings;
import io.hapax.app.health.Check;
import io.hapax.app.health.Health;
import io.hapax.app.http.HttpListener;
import io.hapax.stream.gateway.credentials.ApiKey;
import io.hapax.stream.gateway.credentials.ApiKeys;
import io.hapax.stream.gateway.credentials.Scope;
import io.hapax.stream.gateway.journey.Submission;
import io.hapax.stream.settings.GatewaySettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/**
 * Tests of hostile requests: they are answered, and neither a key nor a control character that a terminal obeys is
 * logged.
 */
class StrangeRequestsTest {
    private static final String SECRET = "SECRET-KEY";
    private static final String C1 = "\u0085\u009b31m";

    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final ApiKey.Issued client =
            ApiKey.issue("acme", EnumSet.allOf(Scope.class), Instant.EPOCH, new SecureRandom());
    private final HttpListener gateway;
    private final AdminServer admin = admin();

    StrangeRequestsTest() throws IOException {
        gateway = gateway();
    }

    @BeforeEach
    void listen() {
        logged.start();
        root().addAppender(logged);
    }

    @AfterEach
    void stop() {
        root().detachAppender(logged);
        gateway.close();
        admin.close();
    }

    static List<String> strange() {
        List<String> requests = new ArrayList<>();
        for (String line : List.of(
                "CONNECT /v1/payments/SECRET-KEY HTTP/1.1",
                "CONNECT SECRET-KEY:443 HTTP/1.1",
                "CONNECT /health/live/SECRET-KEY HTTP/1.1",
                "OPTIONS * HTTP/1.1",
                "PRI * HTTP/2.0",
                "TRACE /v1/payments/SECRET-KEY HTTP/1.1",
                "SECRET-KEY /v1/payments/SECRET-KEY HTTP/1.1",
                "GET http://SECRET-KEY/v1/payments/SECRET-KEY HTTP/1.1",
                "GET http://[SECRET-KEY/v1/payments HTTP/1.1",
                "GET //SECRET-KEY:x/v1/payments/SECRET-KEY HTTP/1.1",
                "GET SECRET-KEY HTTP/1.1",
                "GET /v1/payments/SECRET-KEY%zz HTTP/1.1",
                "GET /v1/payments/SECRET-KEY%00 HTTP/1.1",
                "GET /v1/payments/SECRET-KEY" + C1 + " HTTP/1.1",
                "GET /v1/payments/SECRET-KEY;x=%2f/../.. HTTP/1.1",
                "GET /v1/payments/SECRET-KEY",
                "GET /v1/payments/SECRET-KEY HTTP/9.9",
                "GET /v1/payments/SECRET-KEY SECRET-KEY",
                C1 + "SECRET-KEY")) {
            requests.add(line + "\r\nHost: x\r\nConnection: close\r\n\r\n");
        }
        for (String header : List.of(
                "Host: SECRET-KEY" + C1,
                "Host: SECRET-KEY:99999999",
                "Host: [SECRET-KEY",
                "Host: a\r\nHost: SECRET-KEY",
                "Host: x\r\nExpect: SECRET-KEY",
                "Host: x\r\nContent-Length: SECRET-KEY",
                "Host: x\r\nTransfer-Encoding: SECRET-KEY",
                "Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 5",
                "Host: x\r\nUpgrade: SECRET-KEY\r\nConnection: Upgrade",
                "Host: x\r\nSECRET-KEY" + C1 + ": x",
                "Host: x\r\nAuthorization: Bearer SECRET-KEY" + C1,
                "Host: x\r\nAccept: SECRET-KEY" + C1,
                "Host: x\r\nIdempotency-Key: SECRET-KEY" + C1,
                "Host: x\r\nX: " + SECRET.repeat(2_000),
                "SECRET-KEY")) {
            for (String method : List.of("GET /v1/payments/order-1", "POST /v1/payments", "GET /health/live")) {
                requests.add(method + " HTTP/1.1\r\nConnection: close\r\n" + header + "\r\n\r\nSECRET-KEY");
            }
        }
        // The look-up behind it fails as nothing should.
        requests.add("GET /v1/payments/SECRET-KEY HTTP/1.1\r\nHost: SECRET-KEY\r\nConnection: close\r\n"
                + "Authorization: Bearer API-KEY\r\n\r\n");
        return requests;
    }

    @ParameterizedTest
    @MethodSource("strange")
    void shouldAnswerAndLogNothingOfIt(String request) throws IOException {
        for (int port : new int[] {gateway.port(), admin.port()}) {
            String answer = send(port, request.replace("API-KEY", client.secret()));
            assertTrue(answer.isEmpty() || answer.matches("(?s)(HTTP/1\\.1 [245]\\d\\d .*|\\{.*)"), answer);
            assertFalse(answer.contains(SECRET), answer);
        }
        assertEquals("", revealing());
    }

    @Test
    void shouldLogAsTheAppIsDeliveredNeitherJettysWarningsNorControlCharacters() throws Exception {
        LoggerContext delivered = new LoggerContext();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(delivered);
        configurator.doConfigure(getClass().getResource("/logback.xml"));
        assertEquals(
                Level.ERROR,
                delivered.getLogger("org.eclipse.jetty.util.HostPort").getEffectiveLevel());

        var console =
                (ConsoleAppender<ILoggingEvent>) delivered.getLogger("ROOT").getAppender("STDOUT");
        LoggingEvent event = new LoggingEvent(
                "",
                delivered.getLogger("io.hapax"),
                Level.ERROR,
                "as sent: a\u001b[2Kb\rc\u009b31md\u202ee",
                new IllegalStateException("f\u001b[2K"),
                null);
        String text = new String(console.getEncoder().encode(event), UTF_8);
        assertTrue(text.contains("as sent: a?[2Kb?c?31md?e\n"), text);
        assertTrue(text.contains("IllegalStateException: f?[2K\n\tat "), text);
    }

    /** Lines of the log that hold what was sent. */
    private String revealing() {
        PatternLayout layout = new PatternLayout();
        layout.setContext(root().getLoggerContext());
        layout.setPattern("%level %logger %msg %ex%n");
        layout.start();
        return List.copyOf(logged.list).stream()
                .map(layout::doLayout)
                .filter(line -> line.contains(SECRET)
                        || line.contains(client.secret())
                        || line.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n' && c != '\t'))
                .collect(Collectors.joining());
    }

    private static String send(int port, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static Logger root() {
        return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    }

    private HttpListener gateway() throws IOException {
        GatewaySettings settings = new GatewaySettings(
                "127.0.0.1",
                0,
                URI.create("http://127.0.0.1:1"),
                Path.of("unused"),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                16,
                8,
                1_000_000,
                1_000_000);
        ApiKeys keys = new ApiKeys(List.of(client.key()));
        return Gateway.listen(
                settings,
                Gateway.handler(
                        settings,
                        () -> keys,
                        (key, command, atMost) -> new Submission.Undecided(),
                        (call, kind, key) -> {
                            throw new IllegalStateException("a fault");
                        },
                        new GatewayMetrics(new SimpleMeterRegistry(), 100)));
    }

    private static AdminServer admin() {
        Health broken = new Health() {
            @Override
            public List<Check> liveness() {
                return List.of();
            }

            @Override
            public List<Check> readiness() {
                return List.of();
            }
        };
        return AdminServer.start(
                new AdminSettings("127.0.0.1", OptionalInt.of(0), Duration.ofSeconds(1)), broken, () -> "");
    }
}
