package io.hapax.stream.broker;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A ledger that posts each payment id once and remembers it in memory. Payments of odd amounts have no funds. The
 * real one is tested with the real app by the demo's tests.
 */
final class FakeLedger implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FakeLedger.class);

    private final Map<UUID, LedgerEvent> posted = new ConcurrentHashMap<>();
    private final KafkaConsumer<String, LedgerEvent> consumer;
    private final KafkaProducer<String, LedgerOutcome> producer;
    private final Predicate<LedgerEvent> losesOutcome;
    private final Thread thread;

    /** @param losesOutcome the events whose outcomes never arrive */
    FakeLedger(BrokerJourney journey, Predicate<LedgerEvent> losesOutcome) {
        this.losesOutcome = losesOutcome;
        Deserializer<LedgerEvent> events = journey.format().deserializer(LedgerEvent.class);
        Map<String, Object> config = new HashMap<>();
        config.put("bootstrap.servers", journey.bootstrapServers());
        config.put("group.id", "fake-ledger");
        config.put("auto.offset.reset", "earliest");
        config.put("isolation.level", "read_committed");
        consumer = new KafkaConsumer<>(config, new StringDeserializer(), events);
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", journey.bootstrapServers(), "linger.ms", "2"),
                new StringSerializer(),
                journey.format().serializer());
        thread = Thread.ofPlatform().name("fake-ledger").start(this::run);
    }

    FakeLedger(BrokerJourney journey) {
        this(journey, event -> false);
    }

    int payments() {
        return posted.size();
    }

    private void run() {
        consumer.subscribe(List.of(Topic.LEDGER_EVENTS.topicName()));
        try {
            while (true) {
                consumer.poll(Duration.ofMillis(100)).forEach(this::answer);
            }
        } catch (WakeupException e) {
            consumer.close();
        } catch (RuntimeException e) {
            LOG.error("the ledger died", e);
        }
    }

    private void answer(ConsumerRecord<String, LedgerEvent> found) {
        LedgerEvent event = found.value();
        LedgerEvent first = event.getKind() == LedgerEventKind.POST
                ? posted.computeIfAbsent(event.getPaymentId(), id -> event)
                : posted.get(event.getPaymentId());
        if (losesOutcome.test(event)) {
            return;
        }
        String key = new PaymentKey(event.getClientId(), event.getIdempotencyKey()).topicKey();
        producer.send(new ProducerRecord<>(
                Topic.LEDGER_OUTCOMES.topicName(), null, found.timestamp(), key, outcome(event, first)));
    }

    private static LedgerOutcome outcome(LedgerEvent event, LedgerEvent first) {
        LedgerOutcome.Builder outcome = LedgerOutcome.newBuilder()
                .setPaymentId(event.getPaymentId())
                .setClientId(event.getClientId())
                .setIdempotencyKey(event.getIdempotencyKey())
                .setAttempt(event.getAttempt())
                .setAcceptedAt(event.getAcceptedAt())
                .setCommandPartition(event.getCommandPartition())
                .setCommandOffset(event.getCommandOffset());
        if (first == null) {
            return outcome.setStatus(LedgerOutcomeStatus.NOT_FOUND).build();
        }
        return event.getAmountMinor() % 2 == 0
                ? outcome.setStatus(LedgerOutcomeStatus.COMPLETED).build()
                : outcome.setStatus(LedgerOutcomeStatus.FAILED)
                        .setFailureReason("INSUFFICIENT_FUNDS")
                        .setFailedAccount(event.getDebtorAccount())
                        .build();
    }

    @Override
    public void close() {
        consumer.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(5));
    }
}
