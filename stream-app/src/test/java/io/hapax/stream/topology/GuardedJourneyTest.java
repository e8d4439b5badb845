package io.hapax.stream.topology;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.hapax.schemas.GuardedEvent;
import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.PayRequest;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.PaymentStatus;
import io.hapax.schemas.Verdict;
import io.hapax.stream.decision.PolicyScope;
import io.hapax.topics.PaymentKey;
import io.hapax.topics.Topic;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Payments of clients with a window for suspected duplicates, on their way through the topology. */
class GuardedJourneyTest {
    private static final PolicyScope ACME = PolicyScope.ofClient("acme");
    private static final Duration WINDOW = Duration.ofMinutes(10);

    private final Journey journey = new Journey(Journey.POLICY, Journey.POLICY.retention(), 1, true);

    @AfterEach
    void close() {
        journey.close();
    }

    @Test
    void shouldWriteTheWindowInForceAndTheConfirmationOnTheEvent() {
        journey.publishWindow(ACME, WINDOW);
        PaymentCommand command = confirming("order-1", "order-0");
        journey.send(command);
        assertEquals(
                new GuardedEvent(
                        PayRequest.POST,
                        new PaymentKey("acme", "order-1").paymentId(),
                        "acme",
                        "order-1",
                        command.getDebtorAccount(),
                        command.getCreditorAccount(),
                        command.getAmountMinor(),
                        command.getCurrency(),
                        command.getReference(),
                        1,
                        Journey.NOON,
                        0,
                        0L,
                        WINDOW.toMillis(),
                        "order-0",
                        null),
                onlyGuarded());
    }

    @ParameterizedTest(name = "all {0}, client {1}, operation {2}")
    @CsvSource({
        ", , , 0",
        "10, , , 10",
        "10, 0, , 0",
        "0, 10, , 10",
        "10, 20, 30, 30",
        "10, 20, 0, 0",
        ", , 30, 30",
        "10, , 0, 0"
    })
    void shouldFollowTheNarrowestScopeThatSaysAWindow(
            @Nullable Long all, @Nullable Long client, @Nullable Long operation, long expected) {
        publish(PolicyScope.ALL, all);
        publish(ACME, client);
        publish(PolicyScope.ofOperation("acme", "till"), operation);
        // Says nothing of windows.
        journey.publish(PolicyScope.ofOperation("acme", "refund"), Journey.POLICY.retention());
        journey.send(journey.command("till:1").build());
        assertWindow(Duration.ofMinutes(expected).toMillis());
    }

    @ParameterizedTest
    @CsvSource({"1, 60000", "60000, 60000", "86400000, 86400000", "86400001, 86400000", "-1, 0", "0, 0"})
    void shouldBoundAWindowThatOurToolsWouldNotPublish(long publishedMs, long followedMs) {
        journey.publishWindow(ACME, Duration.ofMillis(publishedMs));
        journey.send(journey.command("order-1").build());
        assertWindow(followedMs);
    }

    /** What was accepted under a window is posted under it, however often, and whatever was published since. */
    @Test
    void shouldPostAgainUnderTheGuardOfTheFirstCommand() {
        journey.publishWindow(ACME, WINDOW);
        journey.send(confirming("order-1", "order-0"));
        onlyGuarded();
        journey.takeBack(ACME);
        journey.after(Journey.POLICY.lease().plusSeconds(1));
        journey.send(confirming("order-1", "another"));
        LedgerEvent inquiry =
                journey.sent(Topic.LEDGER_EVENTS, LedgerEvent.class).getFirst();
        assertEquals(LedgerEventKind.INQUIRE, inquiry.getKind());
        journey.ledgerAnswers(inquiry, LedgerOutcomeStatus.NOT_FOUND, null);
        GuardedEvent again = onlyGuarded();
        assertEquals(2, again.getAttempt());
        assertEquals(WINDOW.toMillis(), again.getDuplicateWindowMs());
        assertEquals("order-0", again.getConfirmsDistinctFrom());
        journey.send(journey.command("order-2").build());
        assertEquals(1, journey.sent(Topic.LEDGER_EVENTS, LedgerEvent.class).size(), "a new one is not guarded");
    }

    @Test
    void shouldTellOfWhichPaymentItMayBeTheDuplicateAndReplayThat() {
        journey.publishWindow(ACME, WINDOW);
        journey.send(journey.command("order-1").build());
        GuardedEvent event = onlyGuarded();
        journey.publish(LedgerOutcome.newBuilder()
                .setPaymentId(event.getPaymentId())
                .setClientId("acme")
                .setIdempotencyKey("order-1")
                .setStatus(LedgerOutcomeStatus.FAILED)
                .setFailureReason("SUSPECTED_DUPLICATE")
                .setDuplicateOf("order-0")
                .setAttempt(1)
                .setAcceptedAt(event.getAcceptedAt())
                .setCommandPartition(event.getCommandPartition())
                .setCommandOffset(event.getCommandOffset())
                .build());
        assertSuspected(Verdict.SETTLED);
        journey.after(Duration.ofMinutes(1));
        journey.send(journey.command("order-1").build());
        assertSuspected(Verdict.REPLAYED);
        journey.send(confirming("order-1", "order-0"));
        assertSuspected(Verdict.REPLAYED);
        assertEquals(List.of(), journey.sentBytes(Topic.LEDGER_EVENTS));
    }

    @Test
    void shouldNotChangeAByteForClientsWithoutAWindow() {
        journey.publishWindow(PolicyScope.ofClient("globex"), WINDOW);
        journey.send(confirming("order-1", "order-0"));
        try (Journey without = new Journey(Journey.POLICY, Journey.POLICY.retention(), 1, true)) {
            without.send(without.command("order-1").build());
            assertArrayEquals(behindTheSchemaId(without), behindTheSchemaId(journey));
        }
    }

    @Test
    void shouldGuardNothingUntilItIsSwitchedOn() {
        try (Journey off = new Journey(Journey.POLICY, Journey.POLICY.retention(), 1, false)) {
            off.publishWindow(ACME, WINDOW);
            off.send(off.command("order-1").build());
            assertEquals(1, off.sent(Topic.LEDGER_EVENTS, LedgerEvent.class).size());
        }
    }

    private static byte[] behindTheSchemaId(Journey from) {
        byte[] event = from.sentBytes(Topic.LEDGER_EVENTS).getFirst();
        return Arrays.copyOfRange(event, 5, event.length);
    }

    /** @param windowMs 0: the event is one like all others */
    private void assertWindow(long windowMs) {
        if (windowMs == 0) {
            assertEquals(1, journey.sent(Topic.LEDGER_EVENTS, LedgerEvent.class).size());
        } else {
            assertEquals(windowMs, onlyGuarded().getDuplicateWindowMs());
        }
    }

    private void assertSuspected(Verdict verdict) {
        List<PaymentDecision> decisions = journey.sent(Topic.PAYMENT_DECISIONS, PaymentDecision.class);
        assertEquals(1, decisions.size());
        PaymentDecision decision = decisions.getFirst();
        assertEquals(verdict, decision.getVerdict());
        assertEquals(PaymentStatus.FAILED, decision.getStatus());
        assertEquals("SUSPECTED_DUPLICATE", decision.getFailureReason());
        assertEquals("order-0", decision.getDuplicateOf());
        assertNull(decision.getFailedAccount());
    }

    private void publish(PolicyScope scope, @Nullable Long minutes) {
        if (minutes != null) journey.publishWindow(scope, Duration.ofMinutes(minutes));
    }

    private PaymentCommand confirming(String key, String confirmed) {
        return journey.command(key).setConfirmsDistinctFrom(confirmed).build();
    }

    private GuardedEvent onlyGuarded() {
        List<GuardedEvent> events = journey.sent(Topic.LEDGER_EVENTS, GuardedEvent.class);
        assertEquals(1, events.size());
        return events.getFirst();
    }
}
