package io.hapax.stream.alerting;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The faults after which the insight app begins anew: those of Kafka or the registry, as long as there are few of
 * them. When too many come within a time, they do not pass.
 *
 * <p>Missing rights, a wrong password, a wrong setting and errors of the program do not pass either.
 */
final class PassingFaults {
    /** As many as a stream thread may die of, in the same time. */
    static final int MOST = 5;

    static final Duration WITHIN = Duration.ofMinutes(10);

    /** Enough for a group to share out partitions anew. It doubles with each further fault. */
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private final LongSupplier nanoClock;
    private final Deque<Long> faults = new ArrayDeque<>();

    PassingFaults(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
    }

    /** The time to let pass before the app begins anew; empty when this fault ends it. */
    Optional<Duration> pauseAfter(Throwable fault) {
        if (!mayPass(fault)) {
            return Optional.empty();
        }
        long now = nanoClock.getAsLong();
        faults.addLast(now);
        while (now - faults.getFirst() > WITHIN.toNanos()) {
            faults.removeFirst();
        }
        return faults.size() > MOST
                ? Optional.empty()
                : Optional.of(FIRST_PAUSE.multipliedBy(1L << (faults.size() - 1)));
    }

    /** Kafka wraps what its callbacks throw. So the causes count as well. */
    private static boolean mayPass(Throwable fault) {
        for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
            boolean passes = switch (cause) {
                case AuthenticationException e -> false;
                case AuthorizationException e -> false;
                case ConfigException e -> false;
                case InterruptException e -> false;
                case KafkaException e -> true;
                case RuntimeException e -> false;
                case Error e -> false;
                default -> true;
            };
            if (!passes) {
                return false;
            }
        }
        return fault instanceof KafkaException;
    }
}
