package io.hapax.topics;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A cluster that does not answer is told to whoever wants to read a topic, within the time that the client has. */
class DeadBrokerTest {
    private static final int ANSWER_WITHIN_MS = 400;

    /** Far below Kafka's minute, and enough for a machine that is busy. */
    private static final Duration TOLD_WITHIN = Duration.ofSeconds(20);

    @Test
    void shouldFailWhenSomebodyListensAndNeverAnswers() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            assertToldInTime(hurried(silent.getLocalPort()));
        }
    }

    @Test
    void shouldFailWhenNobodyListens() throws IOException {
        assertToldInTime(hurried(closedPort()));
    }

    /** Kafka's own time-out is a minute. */
    @Test
    @Tag("long")
    void shouldFailInTimeWhenTheSettingsNameNone() throws IOException {
        assertToldInTime(Map.of("bootstrap.servers", "127.0.0.1:" + closedPort()));
    }

    private static Map<String, Object> hurried(int port) {
        return Map.of(
                "bootstrap.servers",
                "127.0.0.1:" + port,
                "default.api.timeout.ms",
                ANSWER_WITHIN_MS,
                "request.timeout.ms",
                ANSWER_WITHIN_MS);
    }

    private static int closedPort() throws IOException {
        try (ServerSocket closedAgain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return closedAgain.getLocalPort();
        }
    }

    private static void assertToldInTime(Map<String, Object> kafka) {
        KafkaException told = assertTimeoutPreemptively(
                TOLD_WITHIN,
                () -> assertThrows(KafkaException.class, () -> new TopicTail(kafka, Topic.PAYMENT_DECISIONS).close()));
        assertTrue(told.getMessage().contains("payment-decisions"), told::toString);
    }
}
