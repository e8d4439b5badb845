package io.hapax.stream.topology;

import static io.hapax.schemas.LedgerOutcomeStatus.COMPLETED;
import static io.hapax.schemas.LedgerOutcomeStatus.CONFLICT;
import static io.hapax.schemas.LedgerOutcomeStatus.FAILED;
import static io.hapax.schemas.LedgerOutcomeStatus.NOT_FOUND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.stream.decision.RetentionSchedule;
import io.hapax.topics.PaymentKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Command → decision → ledger event → outcome → settlement.
 *
 * <p>More than 300 lines: each method is one payment's story, and the stories are read in order.
 */
class PaymentJourneyTest {
    private final Journey journey = new Journey();

    @AfterEach
    void close() {
        journey.close();
    }

    @Test
    void shouldPostAnAcceptedCommandOnceAndAnswerItWithTheSettlement() {
        journey.send(journey.command("order-1").build());
        List<LedgerEvent> events = journey.events();
        assertEquals(1, events.size());
        assertEquals(LedgerEventKind.POST, events.getFirst().getKind());
        assertEquals(
                new PaymentKey("acme", "order-1").paymentId(), events.getFirst().getPaymentId());
        assertEquals(List.of(), journey.decisions());

        journey.ledgerCompletes(events);
        PaymentDecision answer = journey.decisions().getFirst();
        assertEquals("SETTLED", answer.getVerdict().name());
        assertEquals(Journey.NOON, answer.getFirstSeenAt());
        assertEquals(Journey.NOON.plus(Duration.ofHours(1)), answer.getExpiresAt());
        assertEquals(0, answer.getCommandOffset());
    }

    @Test
    void shouldGiveEveryRetryTheAnswerOfTheOriginal() {
        PaymentCommand command = journey.command("order-1").build();
        journey.send(command).send(command);
        journey.ledgerCompletes(journey.events());
        journey.after(Duration.ofMinutes(30)).send(command).send(command);
        assertEquals(
                List.of("IN_FLIGHT", "SETTLED COMPLETED", "REPLAYED COMPLETED", "REPLAYED COMPLETED"),
                journey.verdicts());
        assertEquals(List.of(), journey.events());
    }

    /** By the original whoever waits tells its settlement from that of another payment under the same key. */
    @Test
    void shouldNameTheOriginalInEveryAnswerThatFollowsFromIt() {
        PaymentCommand command = journey.command("order-1").build();
        journey.send(journey.command("order-0").build()).send(command).send(command);
        journey.ledgerCompletes(journey.events());
        journey.send(command)
                .send(PaymentCommand.newBuilder(command).setAmountMinor(1).build());
        assertEquals(
                List.of("2 IN_FLIGHT 1", "0 SETTLED null", "1 SETTLED null", "3 REPLAYED 1", "4 CONFLICT 1"),
                journey.decisions().stream()
                        .map(d -> d.getCommandOffset() + " " + d.getVerdict() + " " + d.getOriginalOffset())
                        .toList());
    }

    @Test
    void shouldNeverTurnAFailureThatTheClientSawIntoAPayment() {
        PaymentCommand command = journey.command("order-1").build();
        journey.send(command);
        LedgerEvent post = journey.events().getFirst();
        journey.ledgerAnswers(post, FAILED, "INSUFFICIENT_FUNDS");
        journey.send(command);
        journey.ledgerAnswers(post, COMPLETED, null);
        journey.send(command);
        assertEquals(List.of("SETTLED FAILED", "REPLAYED FAILED", "REPLAYED FAILED"), journey.verdicts());
    }

    @Test
    void shouldSayInTheCodesOfIsoWhatBecameOfThePaymentAndNothingWhereNothingIsSaid() {
        PaymentCommand paid = journey.command("order-1").build();
        PaymentCommand failed = journey.command("order-2").build();
        journey.send(paid).send(paid);
        journey.ledgerCompletes(journey.events());
        journey.send(paid).send(failed);
        journey.ledgerAnswers(journey.events().getFirst(), FAILED, "INSUFFICIENT_FUNDS");
        journey.send(failed)
                .send(PaymentCommand.newBuilder(paid).setAmountMinor(1).build())
                .send(PaymentCommand.newBuilder(paid).setAmountMinor(0).build());
        assertEquals(
                List.of(
                        "IN_FLIGHT PDNG null",
                        "SETTLED ACCC null",
                        "REPLAYED ACCC null",
                        "SETTLED RJCT AM04",
                        "REPLAYED RJCT AM04",
                        "CONFLICT null null",
                        "INVALID null null"),
                journey.decisions().stream()
                        .map(answer -> answer.getVerdict() + " " + answer.getIsoStatus() + " " + answer.getIsoReason())
                        .toList());
    }

    @Test
    void shouldAnswerConflictWhenTheKeyIsReusedForAnotherAmount() {
        journey.complete(journey.command("order-1").build());
        journey.send(journey.command("order-1").setAmountMinor(2000).build());
        PaymentDecision answer = journey.decisions().getFirst();
        assertEquals("CONFLICT", answer.getVerdict().name());
        assertEquals(List.of("amountMinor"), answer.getDifferingFields());
        assertEquals(List.of(), journey.events());
    }

    @Test
    void shouldKeepTheKeysOfTwoClientsApart() {
        journey.send(journey.command("order-1").build());
        journey.send(journey.command("order-1").setClientId("globex").build());
        assertEquals(2, journey.events().size());
    }

    @Test
    void shouldAskTheLedgerWhenTheSweepFindsAPaymentPendingForTooLong() {
        PaymentCommand command = journey.command("order-1").build();
        journey.send(command);
        LedgerEvent post = journey.events().getFirst();
        journey.after(Duration.ofSeconds(29));
        assertEquals(List.of(), journey.events());
        journey.after(Duration.ofSeconds(1));
        LedgerEvent inquiry = journey.events().getFirst();
        assertEquals(LedgerEventKind.INQUIRE, inquiry.getKind());
        assertEquals(post.getPaymentId(), inquiry.getPaymentId());
        assertEquals(post.getDebtorAccount(), inquiry.getDebtorAccount());
        journey.send(command);
        assertEquals(List.of(), journey.events(), "a new lease runs");
    }

    @Test
    void shouldAskTheLedgerWhenARetryFindsThePaymentPendingForTooLong() {
        LedgerEvent inquiry = inquiryByARetry();
        // The outcome of the POST was lost.
        journey.ledgerAnswers(inquiry, COMPLETED, null);
        assertEquals(List.of("IN_FLIGHT", "SETTLED COMPLETED"), journey.verdicts());
        assertEquals(List.of(), journey.events());
    }

    @Test
    void shouldPostAgainWhenTheInquiryOfARetryFindsNothing() {
        journey.ledgerAnswers(inquiryByARetry(), NOT_FOUND, null);
        LedgerEvent again = journey.events().getFirst();
        assertEquals(LedgerEventKind.POST, again.getKind());
        assertEquals(2, again.getAttempt());
        journey.ledgerCompletes(List.of(again));
        assertEquals(List.of("IN_FLIGHT", "SETTLED COMPLETED"), journey.verdicts());
    }

    /**
     * The sweep comes by every 10 s: at 33 s while the lease runs, which ends at 35 s, and not again before the
     * retry.
     */
    private LedgerEvent inquiryByARetry() {
        journey.after(Duration.ofSeconds(5));
        PaymentCommand command = journey.command("order-1").build();
        journey.send(command);
        LedgerEvent post = journey.events().getFirst();
        journey.after(Duration.ofSeconds(28)).after(Duration.ofSeconds(3));
        assertEquals(List.of(), journey.events(), "asked by nobody so far");
        journey.send(command);
        List<LedgerEvent> inquiries = journey.events();
        assertEquals(1, inquiries.size());
        assertEquals(LedgerEventKind.INQUIRE, inquiries.getFirst().getKind());
        assertEquals(post.getPaymentId(), inquiries.getFirst().getPaymentId());
        assertEquals(post.getDebtorAccount(), inquiries.getFirst().getDebtorAccount());
        return inquiries.getFirst();
    }

    @Test
    void shouldPostAgainUnderTheSameIdOnceTheLedgerHasSeenNothing() {
        journey.send(journey.command("order-1").build());
        LedgerEvent post = journey.events().getFirst();
        journey.after(Duration.ofSeconds(30));
        LedgerEvent inquiry = journey.events().getFirst();
        LedgerOutcome nothing = journey.outcome(inquiry, NOT_FOUND, null);
        journey.publish(nothing);
        journey.publish(nothing);
        List<LedgerEvent> again = journey.events();
        assertEquals(1, again.size());
        assertEquals(LedgerEventKind.POST, again.getFirst().getKind());
        assertEquals(post.getPaymentId(), again.getFirst().getPaymentId());
        assertEquals(2, again.getFirst().getAttempt());
        journey.ledgerCompletes(again);
        assertEquals(List.of("SETTLED COMPLETED"), journey.verdicts());
    }

    @Test
    void shouldSettleByInquiryWhenTheOutcomeGotLost() {
        journey.send(journey.command("order-1").build());
        journey.events();
        journey.after(Duration.ofSeconds(30));
        journey.ledgerCompletes(journey.events());
        assertEquals(List.of("SETTLED COMPLETED"), journey.verdicts());
        assertEquals(List.of(), journey.events());
    }

    @Test
    void shouldKeepAPendingPaymentAtAnyAgeAndItsAnswerForTheRetentionAfterwards() {
        PaymentCommand command = journey.command("order-1").build();
        journey.send(command);
        LedgerEvent post = journey.events().getFirst();
        journey.after(Duration.ofDays(3)).send(command);
        journey.send(journey.command("order-2").build());
        assertEquals(List.of("IN_FLIGHT"), journey.verdicts());
        journey.ledgerAnswers(post, COMPLETED, null);
        journey.after(Duration.ofMinutes(59)).send(command);
        assertEquals(List.of("SETTLED COMPLETED", "REPLAYED COMPLETED"), journey.verdicts());
    }

    @Test
    void shouldRefuseAForgottenKeyAndLetTheLedgerCatchOneThatHidesItsAge() {
        PaymentCommand command = journey.command("order-1").build();
        journey.complete(command);
        journey.after(Duration.ofHours(2)).send(command);
        assertEquals(List.of("EXPIRED"), journey.verdicts());

        journey.send(PaymentCommand.newBuilder(command).setSentAt(journey.now()).build());
        LedgerEvent second = journey.events().getFirst();
        assertEquals(new PaymentKey("acme", "order-1").paymentId(), second.getPaymentId());
        // The ledger knows the id for ever: the same payload gets the first outcome.
        journey.ledgerAnswers(second, COMPLETED, null);
        assertEquals(List.of("SETTLED COMPLETED"), journey.verdicts());
    }

    @Test
    void shouldAnswerConflictWhenTheLedgerKnowsAForgottenKeyWithAnotherPayload() {
        PaymentCommand original = journey.command("order-1").build();
        journey.complete(original);
        journey.after(Duration.ofHours(2));
        journey.send(journey.command("order-1").setAmountMinor(1).build());
        LedgerOutcome taken = LedgerOutcome.newBuilder(
                        journey.outcome(journey.events().getFirst(), CONFLICT, null))
                .setDifferingFields(List.of("amountMinor"))
                .build();
        journey.publish(taken);
        journey.publish(taken);
        List<PaymentDecision> answers = journey.decisions();
        assertEquals(1, answers.size());
        assertEquals("CONFLICT", answers.getFirst().getVerdict().name());
        assertEquals(List.of("amountMinor"), answers.getFirst().getDifferingFields());

        journey.send(
                PaymentCommand.newBuilder(original).setSentAt(journey.now()).build());
        assertEquals(1, journey.events().size(), "the stranger's payload is not held against the owner");
    }

    @Test
    void shouldAnswerOnceThoughTheLedgerPublishesAnOutcomeTwice() {
        journey.send(journey.command("order-1").build());
        LedgerEvent post = journey.events().getFirst();
        journey.ledgerAnswers(post, COMPLETED, null);
        journey.ledgerAnswers(post, COMPLETED, null);
        assertEquals(List.of("SETTLED COMPLETED"), journey.verdicts());
        assertEquals(1, journey.metric("hapax.outcomes.ignored"));
    }

    @Test
    void shouldNotLetTheClockRunAheadWhenTheLedgerIsLate() {
        // A backlog: three commands of yesterday, worked off now. The outcome of the first comes before the others.
        var yesterday = Journey.NOON.minus(Duration.ofDays(1));
        journey.sendStamped(journey.command("a").setSentAt(yesterday).build(), yesterday);
        journey.ledgerCompletes(journey.events());
        journey.sendStamped(journey.command("b").setSentAt(yesterday).build(), yesterday.plusSeconds(1));
        assertEquals(1, journey.events().size(), "judged by when it reached us, not by when we got round to it");
    }

    @Test
    void shouldNameEveryBrokenRuleAndCutWhatNoValidCommandCouldHold() {
        journey.send(journey.command("k".repeat(100_000))
                .setClientId("no/slash")
                .setAmountMinor(-1)
                .setCurrency("eur")
                .build());
        PaymentDecision answer = journey.decisions().getFirst();
        assertEquals(
                List.of("CLIENT_ID_MALFORMED", "IDEMPOTENCY_KEY_MALFORMED", "AMOUNT_NOT_POSITIVE", "CURRENCY_UNKNOWN"),
                answer.getViolations());
        assertEquals(255, answer.getIdempotencyKey().length());
        assertNull(answer.getPaymentId());
        assertEquals(List.of(), journey.events());
    }

    @Test
    void shouldCutBetweenCharacters() {
        journey.send(journey.command("k".repeat(254) + "😀").build());
        assertEquals("k".repeat(254), journey.decisions().getFirst().getIdempotencyKey());
    }

    /** The time of a look is in PendingSweepTest. */
    @Test
    void shouldAskAboutEveryPendingPaymentThoughOneLookCannotHoldThemAll() {
        int payments = 10_500;
        for (int i = 0; i < payments; i++) {
            journey.send(journey.command("order-" + i).build());
        }
        assertEquals(payments, journey.events().size());
        journey.after(Duration.ofSeconds(30));
        Set<UUID> asked = new HashSet<>();
        for (int look = 0; look < 3 && asked.size() < payments; look++) {
            journey.events().forEach(inquiry -> asked.add(inquiry.getPaymentId()));
            journey.after(Duration.ofMillis(10_000));
        }
        assertEquals(payments, asked.size(), "payments that the ledger was asked about");
    }

    /** Those before it are not due. A look must go on where the one before it stopped. */
    @Test
    void shouldAskAboutADuePaymentThatLiesBehindMoreThanOneLookHolds() {
        RetentionSchedule longLease =
                new RetentionSchedule(Journey.POLICY.retention(), Journey.POLICY.allowedSkew(), Duration.ofHours(1));
        try (Journey patient = new Journey(longLease)) {
            List<String> keys = IntStream.range(0, 10_500)
                    .mapToObj(i -> "order-" + i)
                    .sorted(Comparator.comparing(
                            key -> new PaymentKey("acme", key).paymentId().toString()))
                    .toList();
            patient.send(patient.command(keys.getLast()).build());
            patient.after(Duration.ofMinutes(50));
            keys.subList(0, 10_499)
                    .forEach(key -> patient.send(patient.command(key).build()));
            patient.events();
            patient.after(Duration.ofMinutes(10));
            List<LedgerEvent> asked = patient.events();
            for (int look = 0; look < 3 && asked.isEmpty(); look++) {
                asked = patient.after(Duration.ofSeconds(10)).events();
            }
            assertEquals(
                    List.of(keys.getLast()),
                    asked.stream().map(LedgerEvent::getIdempotencyKey).toList());
        }
    }

    @Test
    void shouldTellHowManyPaymentsArePendingAndForHowLong() {
        journey.send(journey.command("order-1").build());
        journey.after(Duration.ofSeconds(10)).send(journey.command("order-2").build());
        journey.after(Duration.ofSeconds(10));
        assertEquals(2, journey.metric("hapax.pending.payments"));
        assertEquals(20, journey.metric("hapax.pending.oldest.age.seconds"));
        journey.ledgerCompletes(journey.events());
        journey.after(Duration.ofSeconds(10));
        assertEquals(0, journey.metric("hapax.pending.payments"));
    }
}
