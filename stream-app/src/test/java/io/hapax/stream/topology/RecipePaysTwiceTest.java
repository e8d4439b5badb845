package io.hapax.stream.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.PaymentCommand;
import io.hapax.stream.decision.RetentionSchedule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Four cases in which the published window-store recipe pays twice, on the same driver beside ours. Retention 10
 * minutes.
 *
 * <p>The same table stands in docs/why-not-the-recipe.md.
 */
class RecipePaysTwiceTest {
    private static final Duration WINDOW = Duration.ofMinutes(10);
    private static final RetentionSchedule POLICY =
            new RetentionSchedule(WINDOW, Duration.ofMinutes(1), Duration.ofSeconds(30));
    private static final Instant NOON = Journey.NOON;

    /**
     * A command as it reaches the topic.
     *
     * @param stampedAt the record's time where the producer sets it, which is what the recipe goes by
     * @param appendedAt the broker's time, which is what ours goes by
     */
    private record Sent(String key, Instant stampedAt, Instant appendedAt) {}

    @Test
    void shouldNotPayARetryAfterMoreThanHalfTheWindow() {
        List<Sent> commands = List.of(sent("a", 0), sent("a", 6));
        assertEquals(2, executedByRecipe(commands));
        assertEquals(1, postedByUs(commands));
    }

    @Test
    void shouldNotPayALateCommandEachTimeItComes() {
        // A client stamps its records with the time of the business event, 20 minutes ago, and sends three times.
        List<Sent> commands = List.of(
                sent("other", 0),
                new Sent("late", minute(-20), minute(1)),
                new Sent("late", minute(-20), minute(2)),
                new Sent("late", minute(-20), minute(3)));
        assertEquals(1 + 3, executedByRecipe(commands));
        assertEquals(1 + 1, postedByUs(commands));
    }

    @Test
    void shouldNotForgetEveryKeyForOneCommandFromTheFuture() {
        Instant inThirtyDays = NOON.plus(Duration.ofDays(30));
        List<Sent> commands = List.of(new Sent("future", inThirtyDays, NOON), sent("a", 1), sent("a", 2));
        assertEquals(1 + 2, executedByRecipe(commands));
        assertEquals(1 + 1, postedByUs(commands));
    }

    @Test
    void shouldNotPayARetryAfterTheRetention() {
        List<Sent> commands = List.of(sent("a", 0), sent("a", 11));
        assertEquals(2, executedByRecipe(commands));
        assertEquals(1, postsByUs(commands, NOON).size());
    }

    @Test
    void shouldLeaveARetryAfterTheRetentionThatHidesItsAgeToTheLedger() {
        List<LedgerEvent> posts = postsByUs(List.of(sent("a", 0), sent("a", 11)), null);
        assertEquals(2, posts.size());
        // One payment id: the ledger has it from the first and answers the second from its record.
        assertEquals(posts.get(0).getPaymentId(), posts.get(1).getPaymentId());
    }

    private static int executedByRecipe(List<Sent> commands) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "recipe");
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "no-broker:1");
        try (TopologyTestDriver driver = new TopologyTestDriver(PublishedRecipe.topology(WINDOW), properties, NOON)) {
            TestInputTopic<String, String> in =
                    driver.createInputTopic(PublishedRecipe.IN, new StringSerializer(), new StringSerializer());
            TestOutputTopic<String, String> out =
                    driver.createOutputTopic(PublishedRecipe.OUT, new StringDeserializer(), new StringDeserializer());
            commands.forEach(sent -> in.pipeInput(new TestRecord<>(sent.key(), "10 EUR", sent.stampedAt())));
            return out.readKeyValuesToList().size();
        }
    }

    private static int postedByUs(List<Sent> commands) {
        return postsByUs(commands, null).size();
    }

    /** The ledger's posts when all commands say that they were first sent then, or do not say it (null). */
    private static List<LedgerEvent> postsByUs(List<Sent> commands, @Nullable Instant sentAt) {
        try (Journey journey = new Journey(POLICY)) {
            List<LedgerEvent> posts = new ArrayList<>();
            for (Sent sent : commands) {
                PaymentCommand command =
                        journey.command(sent.key()).setSentAt(sentAt).build();
                journey.at(sent.appendedAt()).send(command);
                List<LedgerEvent> events = journey.events();
                journey.ledgerCompletes(events);
                posts.addAll(events);
            }
            return posts;
        }
    }

    private static Sent sent(String key, int minute) {
        return new Sent(key, minute(minute), minute(minute));
    }

    private static Instant minute(int minute) {
        return NOON.plus(Duration.ofMinutes(minute));
    }
}
