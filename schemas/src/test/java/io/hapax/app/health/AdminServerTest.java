package io.hapax.app.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdminServerTest {
    private final FixedHealth health = new FixedHealth();
    private final AdminServer server = AdminServer.start(on(OptionalInt.of(0)), health, () -> "hapax_ready 1.0\n");
    private final HttpClient client = HttpClient.newHttpClient();

    private static final class FixedHealth implements Health {
        private Check readiness = Check.passed("streams", "RUNNING");
        private final CountDownLatch answers = new CountDownLatch(1);
        private boolean hangs;

        @Override
        public List<Check> liveness() {
            return List.of(Check.passed("process", "the process runs"));
        }

        @Override
        public List<Check> readiness() {
            if (hangs) {
                try {
                    answers.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return List.of(readiness);
        }
    }

    @AfterEach
    void stop() {
        health.answers.countDown();
        server.close();
    }

    @Test
    void shouldTellEachCheckAndWhyItFails() throws Exception {
        assertEquals(
                "{\"status\":\"UP\",\"checks\":[{\"name\":\"streams\",\"status\":\"UP\",\"detail\":\"RUNNING\"}]}\n",
                get("/health/ready", 200));
        health.readiness = Check.failed("streams", "REBALANCING");
        assertEquals(
                "{\"status\":\"DOWN\",\"checks\":[{\"name\":\"streams\",\"status\":\"DOWN\",\"detail\":\"REBALANCING\"}]}\n",
                get("/health/ready", 503));
        get("/health/live", 200);
    }

    @Test
    void shouldTellMetrics() throws Exception {
        assertEquals("hapax_ready 1.0\n", get("/metrics", 200));
    }

    @Test
    void shouldKnowNothingElse() throws Exception {
        get("/", 404);
        get("/metrics/more", 404);
        HttpRequest post = HttpRequest.newBuilder(uri("/metrics"))
                .POST(HttpRequest.BodyPublishers.noBody())
                .build();
        assertEquals(
                405, client.send(post, HttpResponse.BodyHandlers.ofString()).statusCode());
    }

    @Test
    void shouldTurnAwayWhoeverComesWhileTooManyAskForTheSame() throws Exception {
        health.hangs = true;
        List<Socket> waiting = new ArrayList<>();
        try {
            int turnedAway = 0;
            for (int i = 0; i < 30; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                socket.setSoTimeout(2_000);
                socket.getOutputStream().write("GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
                waiting.add(socket);
            }
            for (Socket socket : waiting.subList(25, 30)) {
                turnedAway += isTurnedAway(socket) ? 1 : 0;
            }
            assertTrue(turnedAway > 0, "requests have no bound");
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    /**
     * 40 took all threads and the queue once; 300 are more than there may be connections. A probe that had to wait for
     * the deadline of half-sent requests would find the newest of them closed.
     */
    @ParameterizedTest
    @ValueSource(ints = {40, 300})
    void shouldAnswerProbesWhileManyRequestsAreHalfSent(int halfSent) throws Exception {
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < halfSent; i++) {
                sockets.add(halfSent());
            }
            for (int i = 0; i < 3; i++) {
                Socket newest = halfSent();
                sockets.add(newest);
                HttpRequest request = HttpRequest.newBuilder(uri("/health/live"))
                        .timeout(Duration.ofSeconds(20))
                        .build();
                try (HttpClient probe = HttpClient.newHttpClient()) {
                    assertEquals(
                            200,
                            probe.send(request, HttpResponse.BodyHandlers.ofString())
                                    .statusCode());
                }
                newest.setSoTimeout(1);
                assertThrows(
                        SocketTimeoutException.class,
                        () -> newest.getInputStream().read());
            }
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }

    private Socket halfSent() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.getOutputStream().write("GET /health/live HTTP/1.1\r\nHo".getBytes());
        return socket;
    }

    @Test
    void shouldAnswerLivenessWhileReadinessHangs() throws Exception {
        health.hangs = true;
        List<Socket> waiting = new ArrayList<>();
        try {
            for (int i = 0; i < 30; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                socket.getOutputStream().write("GET /health/ready HTTP/1.1\r\nHost: x\r\n\r\n".getBytes());
                waiting.add(socket);
            }
            get("/health/live", 200);
        } finally {
            for (Socket socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void shouldListenToNobodyUnlessThereIsAPort() {
        try (AdminServer off = AdminServer.start(on(OptionalInt.empty()), health, () -> "")) {
            assertTrue(off.port() <= 0, "listens on " + off.port());
        }
    }

    @Test
    void shouldSayWhichPortIsTaken() {
        AdminSettings same = on(OptionalInt.of(server.port()));
        String message = assertThrows(UncheckedIOException.class, () -> AdminServer.start(same, health, () -> ""))
                .getMessage();
        assertTrue(message.contains("admin.port " + server.port()), message);
    }

    private static boolean isTurnedAway(Socket socket) throws IOException {
        try {
            byte[] start = socket.getInputStream().readNBytes(12);
            return new String(start).equals("HTTP/1.1 503");
        } catch (SocketTimeoutException stillWaiting) {
            return false;
        }
    }

    private String get(String path, int status) throws Exception {
        HttpResponse<String> response =
                client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(status, response.statusCode(), response.body());
        return response.body();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    private static AdminSettings on(OptionalInt port) {
        return new AdminSettings("127.0.0.1", port, Duration.ofSeconds(1));
    }
}
