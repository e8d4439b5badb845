package io.hapax.stream.topology;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.LedgerOutcome;
import io.hapax.schemas.LedgerOutcomeStatus;
import io.hapax.schemas.PaymentCommand;
import io.hapax.schemas.PaymentDecision;
import io.hapax.stream.decision.PolicyScope;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Retention policies that are published while payments flow. The settings' retention is an hour.
 *
 * <p>More than 300 lines: each method is one policy's story, and all share the same setting.
 */
class PolicyJourneyTest {
    private static final PolicyScope ACME = PolicyScope.ofClient("acme");
    private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
    private static final Duration RECALL = Duration.ofDays(2);

    private final Journey journey = new Journey(Journey.POLICY, Duration.ofDays(1));

    @AfterEach
    void close() {
        journey.close();
    }

    private PaymentDecision settle(PaymentCommand command) {
        journey.decisions();
        journey.send(command);
        journey.ledgerCompletes(journey.events());
        return journey.decisions().getLast();
    }

    @Test
    void shouldTellNoPolicyWhileNoneIsPublished() {
        assertNull(settle(journey.command("k").build()).getPolicy());
    }

    @Test
    void shouldKeepAnswersForTheClientsOwnRetentionAndTellSo() {
        journey.publish(ACME, TEN_MINUTES);
        PaymentCommand command = journey.command("k").build();
        PaymentDecision settled = settle(command);
        assertEquals(Journey.NOON.plus(TEN_MINUTES), expiryOfLaterSettlement(settled));
        assertEquals("CLIENT", settled.getPolicy().getScope());
        assertEquals(TEN_MINUTES.toMillis(), settled.getPolicy().getRetentionMs());
        assertEquals(Journey.NOON.plusMillis(1), settled.getPolicy().getSince());
    }

    /** The policy counts for what is settled after the moment in which the task heard of it. */
    private Instant expiryOfLaterSettlement(PaymentDecision settled) {
        assertEquals(Journey.NOON.plus(Journey.POLICY.retention()), settled.getExpiresAt());
        journey.after(Duration.ofMillis(1));
        return settle(journey.command("later").build()).getExpiresAt().minusMillis(1);
    }

    /** Who retries what was accepted before the policy gets its answer. */
    @Test
    void shouldRefuseNewKeysOfAnotherFormThanThePolicyAsksFor() {
        PaymentCommand known = journey.command("order-1").build();
        journey.complete(known);
        journey.publish(ACME, Duration.ofHours(1), Duration.ZERO, "UUID");
        journey.send(known).send(journey.command("order-2").build());
        PaymentDecision refused = journey.decisions().getLast();
        assertEquals(List.of("KEY_NOT_UUID"), refused.getViolations());
        assertEquals("order-2", refused.getIdempotencyKey());
        assertNull(refused.getPaymentId());
        assertEquals(List.of(), journey.events());
        journey.send(journey.command("8a562c67-ca16-48ba-b074-65581be6f011").build());
        assertEquals(1, journey.events().size());
        journey.decisions();

        // The narrowest scope that says anything of it.
        journey.publish(PolicyScope.ALL, Duration.ofHours(1), Duration.ZERO, "UUID_V7");
        journey.publish(PolicyScope.ofOperation("acme", "free"), Duration.ofHours(1), Duration.ZERO, "ANY");
        journey.publish(PolicyScope.ofOperation("acme", "silent"), Duration.ofHours(1), Duration.ZERO, null);
        journey.send(journey.command("free:1").build());
        assertEquals(1, journey.events().size());
        journey.send(journey.command("silent:1").build());
        journey.send(journey.command("order-3").setClientId("globex").build());
        assertEquals(
                List.of(List.of("KEY_NOT_UUID"), List.of("KEY_NOT_UUID_V7")),
                journey.decisions().stream().map(PaymentDecision::getViolations).toList());

        // A form that this version does not know asks for nothing, and taken back is taken back.
        journey.publish(ACME, Duration.ofHours(1), Duration.ZERO, "OF_A_LATER_VERSION");
        journey.takeBack(PolicyScope.ALL);
        journey.send(journey.command("order-4").build());
        assertEquals(1, journey.events().size());
    }

    @Test
    void shouldReplayWithinThePolicyAndRefuseAfterIt() {
        journey.publish(ACME, TEN_MINUTES);
        journey.complete(journey.command("first").build());
        journey.after(Duration.ofSeconds(1));
        PaymentCommand command = journey.command("k").build();
        journey.complete(command);
        journey.after(TEN_MINUTES.minusMillis(1)).send(command);
        journey.after(Duration.ofMillis(1)).send(command);
        assertEquals(List.of("REPLAYED COMPLETED", "EXPIRED"), journey.verdicts());
    }

    @Test
    void shouldKeepWhatWasPromisedBeforeAShorterPolicy() {
        PaymentCommand command = journey.command("k").build();
        Instant expiresAt = settle(command).getExpiresAt();
        journey.publish(ACME, TEN_MINUTES);
        journey.after(Duration.ofMinutes(50)).send(command);
        PaymentDecision replay = journey.decisions().getLast();
        assertEquals("REPLAYED", replay.getVerdict().name());
        assertEquals(expiresAt, replay.getExpiresAt());
    }

    @Test
    void shouldNotLetInUnderALongerPolicyWhatWasForgottenUnderAShorter() {
        journey.publish(ACME, TEN_MINUTES);
        journey.complete(journey.command("first").build());
        journey.after(Duration.ofSeconds(1));
        PaymentCommand command = journey.command("k").build();
        journey.complete(command);
        journey.after(Duration.ofMinutes(11)).publish(ACME, Duration.ofDays(1)).send(command);
        assertEquals(List.of("EXPIRED"), journey.verdicts());
        assertTrue(journey.events().isEmpty());
    }

    @Test
    void shouldFollowTheNarrowestPolicyThatThereIs() {
        journey.publish(PolicyScope.ALL, Duration.ofMinutes(30));
        journey.publish(PolicyScope.ofOperation("acme", "refund"), Duration.ofHours(6));
        journey.complete(journey.command("order:0").build());
        journey.complete(journey.command("refund:0").build());
        journey.after(Duration.ofSeconds(1));
        PaymentDecision order = settle(journey.command("order:1").build());
        PaymentDecision refund = settle(journey.command("refund:1").build());
        assertEquals(journey.now().plus(Duration.ofMinutes(30)), order.getExpiresAt());
        assertEquals("ALL", order.getPolicy().getScope());
        assertEquals(journey.now().plus(Duration.ofHours(6)), refund.getExpiresAt());
        assertEquals("OPERATION", refund.getPolicy().getScope());
    }

    @Test
    void shouldGoBackToTheSettingsWhenAPolicyIsTakenBack() {
        journey.publish(ACME, TEN_MINUTES);
        journey.complete(journey.command("k0").build());
        journey.takeBack(ACME).after(Duration.ofSeconds(1));
        journey.complete(journey.command("k1").build());
        journey.after(Duration.ofSeconds(1));
        PaymentDecision settled = settle(journey.command("k2").build());
        assertEquals(journey.now().plus(Journey.POLICY.retention()), settled.getExpiresAt());
        assertEquals("SETTINGS", settled.getPolicy().getScope());
    }

    @Test
    void shouldBoundAPolicyByTheSettings() {
        journey.publish(ACME, Duration.ofDays(45));
        journey.complete(journey.command("k0").build());
        journey.after(Duration.ofSeconds(1));
        PaymentDecision settled = settle(journey.command("k1").build());
        assertEquals(journey.now().plus(Duration.ofDays(1)), settled.getExpiresAt());
        journey.publish(ACME, Duration.ofSeconds(1)).after(Duration.ofSeconds(1));
        journey.complete(journey.command("k2").build());
        journey.after(Duration.ofSeconds(1));
        assertEquals(
                journey.now().plus(Duration.ofMinutes(5)),
                settle(journey.command("k3").build()).getExpiresAt());
    }

    @Test
    void shouldKeepAPolicyWhenWhatComesAfterCannotBeRead() {
        journey.publish(ACME, TEN_MINUTES);
        journey.publishBytes(ACME.key(), new byte[] {7, 7});
        journey.publishBytes("no scope at all", new byte[] {7, 7});
        journey.complete(journey.command("k0").build());
        journey.after(Duration.ofSeconds(1));
        assertEquals(
                journey.now().plus(TEN_MINUTES),
                settle(journey.command("k1").build()).getExpiresAt());
    }

    /** A payment that was settled under a short retention and is forgotten by now. */
    private PaymentCommand forgotten() {
        journey.publish(ACME, TEN_MINUTES, RECALL);
        journey.complete(journey.command("first").build());
        journey.after(Duration.ofSeconds(1));
        PaymentCommand command = journey.command("k").build();
        journey.complete(command);
        journey.after(Duration.ofHours(5));
        return command;
    }

    private LedgerEvent inquiry() {
        List<LedgerEvent> events = journey.events();
        assertEquals(1, events.size(), events.toString());
        assertEquals(LedgerEventKind.INQUIRE, events.getFirst().getKind());
        assertEquals(0, events.getFirst().getAttempt());
        return events.getFirst();
    }

    @Test
    void shouldLookUpAForgottenKeyAndGiveTheAnswerOfItsOriginal() {
        PaymentCommand command = forgotten();
        journey.send(command);
        LedgerOutcome known = LedgerOutcome.newBuilder(journey.outcome(inquiry(), LedgerOutcomeStatus.COMPLETED, null))
                .setAcceptedAt(command.getSentAt())
                .build();
        journey.publish(known);
        PaymentDecision answer = journey.decisions().getFirst();
        assertEquals("SETTLED", answer.getVerdict().name());
        assertEquals("COMPLETED", answer.getStatus().name());
        assertEquals(command.getSentAt(), answer.getLedgerKnewSince());
        assertEquals(journey.now().plus(TEN_MINUTES), answer.getExpiresAt());
        journey.send(command);
        assertEquals(List.of("REPLAYED COMPLETED"), journey.verdicts());
        assertEquals(List.of(), journey.events(), "nothing was posted");
        assertEquals(1, journey.metric("hapax.commands.recalled"));
        assertEquals(0, journey.metric("hapax.ledger.inquiries"));
    }

    @Test
    void shouldPayALateFirstCommandOnceTheLedgerHasNeverSeenIt() {
        forgotten();
        PaymentCommand late = journey.command("late")
                .setSentAt(journey.now().minus(Duration.ofHours(3)))
                .build();
        double accepted = journey.metric("hapax.commands.accepted");
        journey.send(late);
        journey.ledgerAnswers(inquiry(), LedgerOutcomeStatus.NOT_FOUND, null);
        List<LedgerEvent> posts = journey.events();
        assertEquals(1, posts.size());
        assertEquals(LedgerEventKind.POST, posts.getFirst().getKind());
        assertEquals(1, posts.getFirst().getAttempt());
        journey.ledgerCompletes(posts);
        PaymentDecision answer = journey.decisions().getFirst();
        assertEquals("SETTLED", answer.getVerdict().name());
        assertNull(answer.getLedgerKnewSince());
        assertEquals(accepted + 1, journey.metric("hapax.commands.accepted"));
        assertEquals(0, journey.metric("hapax.ledger.posted.again"), "that would tell of a lost event");
    }

    @Test
    void shouldAskTheLedgerOnThePartitionOfTheCommandsOwnDebtor() {
        PaymentCommand command = forgotten();
        journey.send(
                PaymentCommand.newBuilder(command).setDebtorAccount("carol").build());
        LedgerEvent inquiry = inquiry();
        assertEquals("carol", inquiry.getDebtorAccount());
        journey.publish(LedgerOutcome.newBuilder(journey.outcome(inquiry, LedgerOutcomeStatus.CONFLICT, null))
                .setDifferingFields(List.of("debtorAccount"))
                .build());
        assertEquals(List.of("CONFLICT"), journey.verdicts());
        assertEquals(List.of(), journey.events());
    }

    @Test
    void shouldRefuseWhatIsOlderThanTheRecall() {
        PaymentCommand command = forgotten();
        journey.at(command.getSentAt().plus(RECALL).minusMillis(1)).send(command);
        inquiry();
        journey.at(command.getSentAt().plus(RECALL))
                .send(journey.command("other").setSentAt(command.getSentAt()).build());
        assertEquals(List.of("EXPIRED"), journey.verdicts());
    }

    @Test
    void shouldRefuseAgainOnceARecallIsTakenBack() {
        PaymentCommand command = forgotten();
        journey.publish(ACME, TEN_MINUTES);
        journey.complete(journey.command("next").build());
        journey.after(Duration.ofMillis(1)).send(command);
        assertEquals(List.of("EXPIRED"), journey.verdicts());
    }

    @Test
    void shouldAskForAPendingPaymentHoweverShortThePolicy() {
        journey.publish(ACME, Duration.ofMinutes(5));
        PaymentCommand command = journey.command("k").build();
        journey.send(command);
        journey.events();
        journey.after(Duration.ofHours(5)).send(command);
        assertEquals(List.of("IN_FLIGHT"), journey.verdicts());
    }

    /** Payments of a short retention are deleted, while those of a long one beside them stay. */
    @Test
    void shouldGiveBackTheDiskOfShortRetentionsWhileOthersStay() {
        journey.publish(ACME, Duration.ofMinutes(5));
        journey.complete(journey.command("first").build());
        PaymentCommand kept = journey.command("kept").setClientId("globex").build();
        journey.complete(kept);
        journey.after(Duration.ofSeconds(1));
        double most = 0;
        for (int minute = 0; minute < 50; minute++) {
            for (int i = 0; i < 100; i++) {
                journey.complete(journey.command("k" + minute + "-" + i).build());
            }
            journey.after(Duration.ofMinutes(1));
            most = Math.max(most, journey.metric("hapax.store.keys"));
        }
        // Five minutes and a few narrow buckets, not fifty minutes.
        assertTrue(most <= 800, most + " keys");
        journey.decisions();
        journey.send(kept);
        assertEquals(List.of("REPLAYED COMPLETED"), journey.verdicts());
    }

    /**
     * The shorter policy counts from the next millisecond on: what is settled in this one is kept by the policy
     * before.
     */
    @Test
    void shouldKeepAPaymentByThePolicyInForceWhenItIsSettledInTheMomentOfAChange() {
        PaymentCommand command = journey.command("k").build();
        journey.send(command);
        List<LedgerEvent> posts = journey.events();
        journey.publish(ACME, Duration.ofMinutes(5));
        journey.ledgerCompletes(posts);
        assertEquals(
                journey.now().plus(Duration.ofHours(1)),
                journey.decisions().getLast().getExpiresAt());
        for (int minute = 0; minute < 50; minute++) {
            journey.after(Duration.ofMinutes(1))
                    .complete(journey.command("other-" + minute).build());
        }
        journey.send(command);
        assertEquals(List.of("REPLAYED COMPLETED"), journey.verdicts());
    }

    /** A key without a time, forgotten in one row of buckets and accepted anew in another: the later one answers. */
    @Test
    void shouldAnswerByTheLaterOfTwoPaymentsOfAKey() {
        journey.publish(ACME, Duration.ofMinutes(5));
        journey.complete(journey.command("first").build());
        journey.at(Journey.NOON.plus(Duration.ofMinutes(31)));
        PaymentCommand timeless = journey.command("k").setSentAt(null).build();
        journey.complete(timeless);
        journey.publish(ACME, Duration.ofHours(1)).after(Duration.ofMinutes(6));
        journey.complete(journey.command("second").build());
        journey.after(Duration.ofMillis(1));
        journey.complete(timeless);
        journey.after(Duration.ofMillis(1)).send(timeless);
        PaymentDecision replay = journey.decisions().getLast();
        assertEquals("REPLAYED", replay.getVerdict().name());
        assertEquals(journey.now().minusMillis(1), replay.getFirstSeenAt());
        assertTrue(journey.events().isEmpty());
    }
}
