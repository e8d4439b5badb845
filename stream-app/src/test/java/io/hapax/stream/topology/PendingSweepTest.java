package io.hapax.stream.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.schemas.LedgerEventKind;
import io.hapax.stream.decision.IdempotencyRecord;
import io.hapax.stream.decision.IdempotencyRecord.AcceptedCommand;
import io.hapax.stream.decision.IdempotencyRecord.Pending;
import io.hapax.stream.decision.Now;
import io.hapax.stream.decision.PayloadDigest;
import io.hapax.stream.decision.Payment;
import io.hapax.stream.decision.PaymentRules;
import io.hapax.stream.decision.PaymentTask;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.stream.decision.TaskPolicies;
import io.hapax.stream.metrics.JourneyMetrics;
import io.hapax.stream.records.BucketRows;
import io.hapax.stream.records.EndedTable;
import io.hapax.stream.records.IdempotencyRecords;
import io.hapax.stream.records.PendingTable;
import io.hapax.stream.wire.LedgerEventSerializer.Told;
import io.hapax.topics.LogPosition;
import io.hapax.topics.PaymentKey;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Test;

/** The sweep under a clock of the test's own: a look takes as long as the test says. */
class PendingSweepTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final RetentionSchedule POLICY =
            new RetentionSchedule(Duration.ofHours(1), Duration.ofMinutes(1), Duration.ofSeconds(30));

    /** A look is due every 10 seconds, and may take a hundredth of them. */
    private static final Duration BUDGET = Duration.ofMillis(100);

    private final Payments payments = new Payments();
    private final MockProcessorContext<Object, Object> context = new MockProcessorContext<>();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private long nanos;
    private Duration reading = Duration.ZERO;

    /** The clock goes on with each payment that is read or looked at, and only then. */
    private PendingSweep sweepThatTakes(Duration perPayment) {
        context.setCurrentStreamTimeMs(NOON.toEpochMilli());
        JourneyMetrics metrics = new JourneyMetrics(meters);
        IdempotencyRecords records =
                new IdempotencyRecords(payments, new NothingEnded(), new BucketRows(POLICY.retention()));
        PaymentRules slow = new PaymentRules() {
            @Override
            public Optional<Pending> inquire(Pending pending, RetentionSchedule policy, Now now) {
                nanos += perPayment.toNanos();
                return RIGHT.inquire(pending, policy, now);
            }
        };
        return new PendingSweep(
                context,
                records,
                new TaskPolicies(POLICY, new NoPolicies(), new NoPolicies()),
                new PaymentTask(slow),
                new TaskOutput(context, records, metrics),
                POLICY.lease(),
                metrics,
                () -> nanos);
    }

    /** About which payments the ledger was asked, in that order. */
    private List<UUID> askedAbout() {
        List<Told> events = context.forwarded().stream()
                .map(sent -> (Told) sent.record().value())
                .toList();
        events.forEach(event -> assertEquals(LedgerEventKind.INQUIRE, event.kind()));
        return events.stream().map(Told::paymentId).toList();
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
            assertEquals(List.of(), askedAbout());
            assertEquals(0, pendingPayments());
        }
        sweep.punctuate(NOON.toEpochMilli());
        assertEquals(List.of(last), askedAbout());
        assertEquals(10, pendingPayments());
    }

    @Test
    void shouldAskAboutOnePaymentInEachLookHoweverLongItTakes() {
        List<UUID> due = List.of(new UUID(0, 0), new UUID(0, 1), new UUID(0, 2));
        due.forEach(id -> payments.put(id, pendingUntil(NOON)));
        PendingSweep sweep = sweepThatTakes(BUDGET.multipliedBy(2));
        for (int look = 1; look <= 3; look++) {
            sweep.punctuate(NOON.toEpochMilli());
            assertEquals(due.subList(0, look), askedAbout());
        }
    }

    /** A busy machine gets through fewer payments in a look, and no look takes longer for it. */
    @Test
    void shouldAskForNoLongerThanALookMayTakeHoweverManyPaymentsAreDue() {
        List<UUID> due = putDue(250);
        PendingSweep sweep = sweepThatTakes(Duration.ofMillis(1));
        // The payment with which the time is over is the last.
        for (int asked : List.of(101, 202, 250)) {
            sweep.punctuate(NOON.toEpochMilli());
            assertEquals(due.subList(0, asked), askedAbout());
        }
        assertEquals(
                101, meters.get("hapax.pending.sweeps").timer().max(TimeUnit.MILLISECONDS), "of the longest look, ms");
    }

    @Test
    void shouldReadForHalfOfALookAtMostSoThatThereIsTimeToAsk() {
        List<UUID> due = putDue(60);
        reading = Duration.ofMillis(1);
        PendingSweep sweep = sweepThatTakes(Duration.ZERO);
        for (int asked : List.of(50, 60)) {
            sweep.punctuate(NOON.toEpochMilli());
            assertEquals(due.subList(0, asked), askedAbout());
        }
    }

    /** So that what a look sends fits into a transaction, on the fastest machine. */
    @Test
    void shouldAskAboutTenThousandPaymentsInALookAtMost() {
        List<UUID> due = putDue(10_001);
        PendingSweep sweep = sweepThatTakes(Duration.ZERO);
        for (int asked : List.of(10_000, 10_001)) {
            sweep.punctuate(NOON.toEpochMilli());
            assertEquals(due.subList(0, asked), askedAbout());
        }
    }

    private List<UUID> putDue(int number) {
        List<UUID> due =
                IntStream.range(0, number).mapToObj(i -> new UUID(0, i)).toList();
        due.forEach(id -> payments.put(id, pendingUntil(NOON)));
        return due;
    }

    private double pendingPayments() {
        return meters.find("hapax.pending.payments").gauges().stream()
                .mapToDouble(gauge -> gauge.value())
                .sum();
    }

    private static Pending pendingUntil(Instant lease) {
        Payment payment = new Payment("alice", "bob", 1000, "EUR", null);
        return new Pending(
                new AcceptedCommand(PayloadDigest.of(payment), NOON, new LogPosition(0, 0), 1),
                new PaymentKey("acme", "order"),
                payment,
                lease);
    }

    private final class Payments implements PendingTable {
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

    private final class Entries implements KeyValueIterator<UUID, IdempotencyRecord> {
        private final Iterator<Map.Entry<UUID, IdempotencyRecord>> left;

        Entries(Iterator<Map.Entry<UUID, IdempotencyRecord>> left) {
            this.left = left;
        }

        @Override
        public boolean hasNext() {
            return left.hasNext();
        }

        @Override
        public KeyValue<UUID, IdempotencyRecord> next() {
            nanos += reading.toNanos();
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

    private static final class NoPolicies implements TaskPolicies.Published, TaskPolicies.Followed {
        @Override
        public boolean isNone() {
            return true;
        }

        @Override
        public RetentionSchedule.Terms termsOf(PolicyScope scope) {
            return null;
        }

        @Override
        public RetentionSchedule get(PolicyScope scope) {
            return null;
        }

        @Override
        public void put(PolicyScope scope, RetentionSchedule policy) {
            throw new AssertionError("a sweep adopts nothing");
        }
    }
}
