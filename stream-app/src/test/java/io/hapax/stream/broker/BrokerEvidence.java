package io.hapax.stream.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hapax.schemas.LedgerEvent;
import io.hapax.schemas.LedgerEventKind;
import io.hapax.schemas.PaymentDecision;
import io.hapax.schemas.Verdict;
import io.hapax.topics.LogPosition;
import io.hapax.topics.Topic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The records that a run left on the topics. */
record BrokerEvidence(List<LedgerEvent> events, List<PaymentDecision> decisions) {
    static BrokerEvidence read(BrokerJourney journey) {
        // In this order: of what is answered, the event is there.
        List<PaymentDecision> decisions = TopicReader.read(journey, Topic.PAYMENT_DECISIONS, PaymentDecision.class);
        return new BrokerEvidence(TopicReader.read(journey, Topic.LEDGER_EVENTS, LedgerEvent.class), decisions);
    }

    long answeredCommands() {
        return answersByCommand().size();
    }

    Map<LogPosition, List<PaymentDecision>> answersByCommand() {
        return decisions.stream()
                .collect(Collectors.groupingBy(d -> new LogPosition(d.getCommandPartition(), d.getCommandOffset())));
    }

    List<LedgerEvent> firstPosts() {
        return events.stream()
                .filter(event -> event.getKind() == LedgerEventKind.POST && event.getAttempt() == 1)
                .toList();
    }

    /** Holds the run against the promise: so many commands answered once each, so many payments posted once each. */
    void verify(int commands, int payments) {
        answersByCommand()
                .forEach((command, answers) -> assertEquals(1, answers.size(), () -> command + " " + answers));
        assertEquals(commands, answersByCommand().size(), "commands answered");
        assertEquals(
                payments,
                firstPosts().size(),
                () -> "payments posted; of " + events.size() + " events "
                        + events.stream()
                                .map(LedgerEvent::getPaymentId)
                                .distinct()
                                .count() + " payments tell");
        assertEquals(
                payments,
                firstPosts().stream().map(LedgerEvent::getPaymentId).distinct().count(),
                "payments posted once");
        verifyAnswersOfOneKeyAgree();
    }

    private void verifyAnswersOfOneKeyAgree() {
        Map<Object, Object> settled = new HashMap<>();
        decisions.stream()
                .filter(d -> d.getVerdict() == Verdict.SETTLED)
                .forEach(d -> settled.put(d.getPaymentId(), answer(d)));
        decisions.stream()
                .filter(d -> d.getVerdict() == Verdict.REPLAYED)
                .forEach(d -> assertEquals(settled.get(d.getPaymentId()), answer(d)));
    }

    private static List<Object> answer(PaymentDecision d) {
        return List.of(
                d.getStatus(),
                String.valueOf(d.getFailureReason()),
                String.valueOf(d.getFailedAccount()),
                d.getFirstSeenAt(),
                d.getExpiresAt());
    }
}
