package io.hapax.storm.check;

import static io.hapax.storm.check.Invariant.ACCEPTED_ONCE;
import static io.hapax.storm.check.Invariant.ANSWERS_AGREE;
import static io.hapax.storm.check.Invariant.ANSWERS_IN_ORDER;
import static io.hapax.storm.check.Invariant.VERDICT_IS_TRUE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The check of decisions, key by key: each follows from the command, and from what was decided before it. */
final class AnswersCheck {
    private final RunLog log;
    private final Findings findings;
    private final VerdictRules rules;

    AnswersCheck(RunLog log, Findings findings) {
        this.log = log;
        this.findings = findings;
        this.rules = new VerdictRules(log);
    }

    static String lookAt(Decision decision) {
        return "topics/payment-decisions " + decision.at();
    }

    void run() {
        for (Story story : log.stories.values()) {
            acceptedOnce(story);
            for (Decision decision : story.decisions) {
                truthOf(story, decision);
                agrees(story, decision);
                inOrder(story, decision);
            }
        }
    }

    /** A key is accepted anew only when its answer is forgotten, or when the ledger has refused the one before. */
    private void acceptedOnce(Story story) {
        @Nullable Place before = null;
        for (Map.Entry<Place, LedgerTold> acceptance : story.acceptances().entrySet()) {
            LedgerTold told = acceptance.getValue();
            if (before == null) {
                findings.looked(ACCEPTED_ONCE);
            } else {
                Decision end = story.endOf(before);
                boolean forgotten = end != null
                        && (end.is("CONFLICT") || end.expiresMs() == null || end.expiresMs() <= told.acceptedMs());
                findings.require(
                        forgotten,
                        ACCEPTED_ONCE,
                        story.name,
                        "the command " + told.command() + " was accepted, though " + before + " was before",
                        "topics/ledger-events " + told.at());
            }
            before = acceptance.getKey();
            tooLate(story, told);
        }
    }

    /** An old key is asked about first, if it may be. Without policies it is known when that is. */
    private void tooLate(Story story, LedgerTold told) {
        Command command = log.commands.get(told.command());
        if (command != null && !log.policies) {
            boolean isOld = rules.mayBeForgotten(command, told.acceptedMs());
            findings.require(
                    told.isPost() ? !isOld : isOld && log.longestRecallMs > 0,
                    VERDICT_IS_TRUE,
                    story.name,
                    told.isPost() ? "accepted, though it says that it is too old" : "asked about, though it is not old",
                    "topics/ledger-events " + told.at());
        }
    }

    private void truthOf(Story story, Decision decision) {
        Command command = log.commands.get(decision.command());
        if (command != null) {
            String lie = rules.lieOf(story, decision, command);
            findings.require(
                    lie == null,
                    VERDICT_IS_TRUE,
                    story.name,
                    decision.verdict() + " for " + decision.command() + ": " + lie,
                    lookAt(decision));
        }
    }

    /**
     * An answer about a payment says of it what the acceptance said. A replay says what the settlement of its original
     * said. So does each settlement of a key, however late, and it says that the ledger knew.
     */
    private void agrees(Story story, Decision decision) {
        List<@Nullable Object> said = new ArrayList<>();
        List<@Nullable Object> due = new ArrayList<>();
        LedgerTold told = acceptanceOf(story, decision);
        if (told != null) {
            said.addAll(Arrays.asList(decision.paymentId(), decision.firstSeenMs()));
            due.addAll(List.of(told.paymentId(), told.acceptedMs()));
        }
        if (decision.result() != null) {
            Decision first =
                    story.settlements().isEmpty() ? null : story.settlements().getFirst();
            said.addAll(Arrays.asList(decision.result(), decision.paymentId()));
            due.add(first == null ? null : first.result());
            due.add(first == null ? null : first.paymentId());
            if (decision.is("SETTLED")) {
                said.add(decision.ledgerKnewSinceMs());
                due.add(decision.equals(first) || first == null ? null : first.acceptedMs());
            }
        }
        Decision settlement = decision.original() == null ? null : story.endOf(decision.original());
        if (decision.is("REPLAYED") && settlement != null) {
            said.add(decision.ledgerKnewSinceMs());
            due.add(settlement.ledgerKnewSinceMs());
            if (!log.policies) {
                said.add(decision.expiresMs());
                due.add(settlement.expiresMs());
            }
        }
        findings.require(
                said.equals(due),
                ANSWERS_AGREE,
                story.name,
                decision.verdict() + " " + said + " for " + decision.command() + ", not " + due,
                lookAt(decision));
    }

    /** What the ledger was told of the payment that a decision is about. */
    private static @Nullable LedgerTold acceptanceOf(Story story, Decision decision) {
        if (decision.original() != null) {
            return story.acceptances().get(decision.original());
        }
        return decision.is("SETTLED") ? story.acceptances().get(decision.command()) : null;
    }

    /** All decisions of a key lie on one partition, and come from one task at a time. */
    private void inOrder(Story story, Decision decision) {
        findings.require(
                log.isKeyed(decision.at(), decision.key(), story.name),
                ANSWERS_IN_ORDER,
                story.name,
                decision.verdict() + " for " + decision.command() + " lies in the wrong place, or under another key",
                lookAt(decision));
        Place original = decision.original();
        Decision end = original == null ? null : story.endOf(original);
        if (original == null) {
            return;
        }
        boolean settledBefore = end != null && end.at().offset() < decision.at().offset();
        boolean samePartition =
                end == null || end.at().partition() == decision.at().partition();
        boolean holds = switch (decision.verdict()) {
            case "IN_FLIGHT" -> samePartition && !settledBefore;
            case "REPLAYED" ->
                samePartition && settledBefore && Objects.requireNonNull(end).is("SETTLED");
            default -> samePartition;
        };
        findings.require(
                holds,
                ANSWERS_IN_ORDER,
                story.name,
                decision.verdict() + " for " + decision.command() + " " + (settledBefore ? "after" : "before")
                        + " the end of its original " + original,
                lookAt(decision) + (end == null ? "" : "; " + end.at()));
    }
}
