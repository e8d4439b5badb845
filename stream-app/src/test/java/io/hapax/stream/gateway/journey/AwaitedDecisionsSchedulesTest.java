package io.hapax.stream.gateway.journey;

import static io.hapax.stream.gateway.journey.AwaitedDecisionsTest.decision;
import static io.hapax.stream.gateway.journey.AwaitedDecisionsTest.inFlight;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.schemas.Verdict;
import io.hapax.serde.TrustedClasses;
import io.hapax.stream.schedules.Schedules;
import io.hapax.stream.schedules.Schedules.Scenario;
import io.hapax.topics.LogPosition;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Requests under one key and the feed of decisions, under every schedule of their threads. */
class AwaitedDecisionsSchedulesTest {
    private static final String KEY = "acme/order-1";
    private static final LogPosition FIRST = new LogPosition(0, 0);
    private static final LogPosition SECOND = new LogPosition(0, 1);

    static {
        TrustedClasses.trustOurs();
    }

    /** Kafka takes the command, and its decision may be read before the request hears of that. */
    @Test
    void shouldGiveEachRequestItsDecisionHoweverEarlyItIsRead() {
        Schedules.allHold(() -> {
            AwaitedDecisions awaited = new AwaitedDecisions();
            BlockingQueue<Decided> topic = new LinkedBlockingQueue<>();
            AtomicReference<@Nullable Decided> first = new AtomicReference<>();
            AtomicReference<@Nullable Decided> second = new AtomicReference<>();
            Schedules.together(
                    request(awaited, FIRST, () -> topic.add(decision(Verdict.SETTLED, FIRST)), first),
                    request(awaited, SECOND, () -> topic.add(decision(Verdict.CONFLICT, SECOND)), second),
                    feed(awaited, topic, 2));
            assertEquals(decision(Verdict.SETTLED, FIRST), first.get());
            assertEquals(decision(Verdict.CONFLICT, SECOND), second.get());
            assertEquals(0, awaited.size());
        });
    }

    /** The second request finds the first one's payment in flight, and gets its answer as a replay. */
    @Test
    void shouldGiveTheAnswerOfTheOriginalToWhoFoundItInFlight() {
        Schedules.allHold(() -> {
            AwaitedDecisions awaited = new AwaitedDecisions();
            BlockingQueue<Decided> topic = new LinkedBlockingQueue<>();
            AtomicReference<@Nullable Decided> second = new AtomicReference<>();
            Schedules.together(
                    request(
                            awaited,
                            SECOND,
                            () -> {
                                topic.add(inFlight(SECOND, FIRST));
                                topic.add(decision(Verdict.SETTLED, FIRST));
                            },
                            second),
                    leaving(awaited),
                    feed(awaited, topic, 2));
            assertEquals(decision(Verdict.REPLAYED, FIRST), second.get());
            assertEquals(0, awaited.size());
        });
    }

    private static Scenario request(
            AwaitedDecisions awaited, LogPosition command, Runnable send, AtomicReference<@Nullable Decided> answer) {
        return () -> {
            AwaitedDecision mine = awaited.await(KEY);
            send.run();
            mine.taken(command);
            answer.set(mine.decision().get());
            awaited.leave(KEY, mine);
        };
    }

    /** A request whose client has no patience. */
    private static Scenario leaving(AwaitedDecisions awaited) {
        return () -> awaited.leave(KEY, awaited.await(KEY));
    }

    private static Scenario feed(AwaitedDecisions awaited, BlockingQueue<Decided> topic, int decisions) {
        return () -> {
            for (int read = 0; read < decisions; read++) {
                Decided decision = requireNonNull(topic.take());
                if (awaited.isAwaited(KEY)) {
                    awaited.offer(KEY, decision);
                }
            }
        };
    }
}
