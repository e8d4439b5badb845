package io.hapax.stream.alerting;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PassingFaultsTest {
    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5);
    private final PassingFaults faults = new PassingFaults(clock::get);

    static Stream<Throwable> passing() {
        return Stream.of(
                new CommitFailedException("the coordinator is not aware of this member"),
                new ProducerFencedException("another instance has taken over"),
                new InvalidProducerEpochException("the transaction took too long"),
                new TimeoutException("no broker answers"),
                inACallback(new CommitFailedException("a rebalance while it stood still")),
                inACallback(new KafkaException("in an error state", new ProducerFencedException("taken over"))),
                new KafkaException("the registry is away", new IOException("connection refused")));
    }

    static Stream<Throwable> lasting() {
        return Stream.of(
                new TopicAuthorizationException("key-usage-state"),
                new KafkaException("in an error state", new TransactionalIdAuthorizationException("hapax-insight")),
                new SaslAuthenticationException("wrong password"),
                new KafkaException("no consumer", new ConfigException("session.timeout.ms")),
                new InterruptException("told to end"),
                inACallback(new IllegalStateException("a mistake in the program")),
                inACallback(new LinkageError("a class is missing")),
                new NullPointerException("a mistake in the program"),
                new OutOfMemoryError("heap"),
                new IOException("none of Kafka's"));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void shouldBeginAnewAfterAFaultThatPasses(Throwable fault) {
        assertEquals(Optional.of(Duration.ofSeconds(1)), faults.pauseAfter(fault));
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void shouldEndAtAFaultThatDoesNotPass(Throwable fault) {
        assertEquals(Optional.empty(), faults.pauseAfter(fault));
    }

    @Test
    void shouldWaitLongerEachTimeAndEndWhenTooManyComeWithinATime() {
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < PassingFaults.MOST; i++) {
            pauses.add(faults.pauseAfter(new TimeoutException("no broker answers"))
                    .orElseThrow()
                    .toSeconds());
            clock.addAndGet(PassingFaults.WITHIN.toNanos() / PassingFaults.MOST);
        }
        assertEquals(List.of(1L, 2L, 4L, 8L, 16L), pauses);
        assertEquals(Optional.empty(), faults.pauseAfter(new TimeoutException("still none")));
    }

    @Test
    void shouldForgetFaultsThatHavePassed() {
        for (int i = 0; i < 100; i++) {
            assertEquals(
                    Optional.of(Duration.ofSeconds(1)), faults.pauseAfter(new TimeoutException("no broker answers")));
            clock.addAndGet(PassingFaults.WITHIN.toNanos() + 1);
        }
    }

    private static KafkaException inACallback(Throwable thrown) {
        return new KafkaException("User rebalance callback throws an error", thrown);
    }
}
