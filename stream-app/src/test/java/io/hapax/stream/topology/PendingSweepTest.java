package io.hapax.stream.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.stream.decision.Answer;
import io.hapax.stream.decision.Consequences;
import io.hapax.stream.decision.DecisionPolicy;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.FirstSighting;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.Origin;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.PaymentTask;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.records.EndedTable;
import io.hapax.stream.records.IdempotencyRecords;
import io.hapax.stream.records.PendingTable;
import io.hapax.topics.PaymentKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Test;

/** The sweep under a clock of the test's own: a look takes as long as the test says. */
class PendingSweepTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final DecisionPolicy POLICY =
            new DecisionPolicy(Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofSeconds(30));

    /** A look is due every 10 seconds, and may take a hundredth of them. */
    private static final Duration BUDGET = Duration.ofMillis(100);

    private final Payments payments = new Payments();
    private final Asked asked = new Asked();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private long nanos;

    /** The clock goes on with each payment that is looked at, and only then. */
    private PendingSweep sweepThatTakes(Duration perPayment) {
        MockProcessorContext<Object, Object> context = new MockProcessorContext<>();
        context.setCurrentStreamTimeMs(NOON.toEpochMilli());
        JourneyMetrics metrics = new JourneyMetrics(meters);
        IdempotencyRecords records = new IdempotencyRecords(payments, new NothingEnded(), ended -> 0);
        PaymentRules rules = PaymentRules.of(() -> {
            nanos += perPayment.toNanos();
            return POLICY;
        });
        return new PendingSweep(
                context,
                records,
                new PaymentTask(rules, records, asked),
                new ToTopics(context, () -> POLICY, metrics),
                POLICY.lease(),
                metrics,
                () -> nanos);
    }

    @Test
    void shouldGoOnWithThePaymentAtWhichTheTimeOfALookWasUp() {
        for (int i = 0; i < 9; i++) {
            payments.put(new UUID(0, i), pendingUntil(NOON.plusSeconds(3600)));
        }
        UUID last = new UUID(0, 9);
        payments.put(last, pendingUntil(NOON));
        PendingSweep sweep = sweepThatTakes(BUDGET.multipliedBy(2).dividedBy(5));

        // Three, three and three payments; those are not due, so nobody is asked, and the round is not at its end.
        for (int look = 0; look < 3; look++) {
            sweep.punctuate(NOON.toEpochMilli());
            assertEquals(List.of(), asked.about);
            assertEquals(0, pendingPayments());
        }
        sweep.punctuate(NOON.toEpochMilli());
        assertEquals(List.of(last), asked.about);
        assertEquals(10, pendingPayments());
    }

    @Test
    void shouldAskAboutOnePaymentInEachLookHoweverLongItTakes() {
        List<UUID> due = List.of(new UUID(0, 0), new UUID(0, 1), new UUID(0, 2));
        due.forEach(id -> payments.put(id, pendingUntil(NOON)));
        PendingSweep sweep = sweepThatTakes(BUDGET.multipliedBy(2));
        for (int look = 1; look <= 3; look++) {
            sweep.punctuate(NOON.toEpochMilli());
            assertEquals(due.subList(0, look), asked.about);
        }
    }

    private double pendingPayments() {
        return meters.find("hapax.pending.payments").gauges().stream()
                .mapToDouble(gauge -> gauge.value())
                .sum();
    }

    private static Pending pendingUntil(Instant lease) {
        Payment payment = new Payment("alice", "bob", 1000, "EUR", null);
        return new Pending(
                new FirstSighting(PayloadDigest.of(payment), NOON, new Origin(0, 0), 1),
                new PaymentKey("acme", "order"),
                payment,
                lease);
    }

    /** About which payments the ledger was asked, in that order. */
    private static final class Asked implements Consequences {
        private final List<UUID> about = new ArrayList<>();

        @Override
        public void inquire(UUID paymentId, Pending pending, InquiryReason reason) {
            about.add(paymentId);
        }

        @Override
        public void post(UUID paymentId, Pending pending, PostReason reason) {
            throw new AssertionError("a sweep posts nothing");
        }

        @Override
        public void answer(Answer answer) {
            throw new AssertionError("a sweep answers nobody");
        }

        @Override
        public void nothing(NothingReason reason) {
            throw new AssertionError("a sweep asks or is silent");
        }
    }

    private static final class Payments implements PendingTable {
        private final TreeMap<UUID, IdempotencyRecord> byId = new TreeMap<>();

        @Override
        public IdempotencyRecord get(UUID paymentId) {
            return byId.get(paymentId);
        }

        @Override
        public void put(UUID paymentId, IdempotencyRecord pending) {
            byId.put(paymentId, pending);
        }

        @Override
        public void delete(UUID paymentId) {
            byId.remove(paymentId);
        }

        @Override
        public KeyValueIterator<UUID, IdempotencyRecord> from(UUID paymentId) {
            return new Entries((paymentId == null ? byId : byId.tailMap(paymentId))
                    .entrySet()
                    .iterator());
        }
    }

    private record Entries(Iterator<Map.Entry<UUID, IdempotencyRecord>> left)
            implements KeyValueIterator<UUID, IdempotencyRecord> {
        @Override
        public boolean hasNext() {
            return left.hasNext();
        }

        @Override
        public KeyValue<UUID, IdempotencyRecord> next() {
            Map.Entry<UUID, IdempotencyRecord> entry = left.next();
            return KeyValue.pair(entry.getKey(), entry.getValue());
        }

        @Override
        public UUID peekNextKey() {
            throw new UnsupportedOperationException("nobody peeks");
        }

        @Override
        public void close() {}
    }

    private static final class NothingEnded implements EndedTable {
        @Override
        public IdempotencyRecord get(UUID paymentId) {
            return null;
        }

        @Override
        public void put(UUID paymentId, IdempotencyRecord ended, long bucket) {
            throw new AssertionError("a sweep ends nothing");
        }
    }
}
