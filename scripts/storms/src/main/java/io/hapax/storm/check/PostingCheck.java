package io.hapax.storm.check;

import static io.hapax.storm.check.Invariant.LEDGER_ANSWERS_EACH;
import static io.hapax.storm.check.Invariant.NOTHING_PENDING;
import static io.hapax.storm.check.Invariant.POSTED_ONCE;
import static io.hapax.storm.check.Invariant.SETTLED_AS_POSTED;
import static io.hapax.storm.check.Invariant.TOLD_ONCE;

import io.hapax.storm.history.Payload;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** The check of what the ledger was told, what it did, and what it said. */
final class PostingCheck {
    private final RunLog log;
    private final Findings findings;
    private final Set<String> paymentIds = new HashSet<>();

    PostingCheck(RunLog log, Findings findings) {
        this.log = log;
        this.findings = findings;
    }

    void run() {
        for (Story story : log.stories.values()) {
            toldOnce(story);
            answeredByTheLedger(story);
            postedOnce(story);
            settledAsPosted(story);
            nothingPending(story);
        }
    }

    private record Attempt(Place command, int number) {}

    private void toldOnce(Story story) {
        Set<Attempt> posts = new HashSet<>();
        for (LedgerTold told : story.told) {
            Command command = log.commands.get(told.command());
            boolean ofCommand = command != null
                    && log.isKeyed(told.at(), told.key(), told.payload().debtorAccount())
                    && command.name().equals(story.name)
                    && command.payload().equals(told.payload());
            boolean due = !told.isPost()
                    || (posts.add(new Attempt(told.command(), told.attempt())) && isAllowed(story, told));
            findings.require(
                    ofCommand && due,
                    TOLD_ONCE,
                    story.name,
                    (told.isPost() ? "POST" : "INQUIRE") + " attempt " + told.attempt() + " of " + told.command()
                            + (ofCommand
                                    ? " came before, or follows from nothing"
                                    : " is not what the command says, or lies in the wrong place or under another key"),
                    "topics/ledger-events " + told.at());
        }
    }

    /** A POST is repeated only when the ledger never saw the one before; an old key is asked about first. */
    private static boolean isAllowed(Story story, LedgerTold told) {
        boolean first = told.attempt() == 1
                && story.told.stream()
                        .noneMatch(other -> !other.isPost()
                                && other.attempt() == 0
                                && other.command().equals(told.command()));
        return first
                || story.said.stream()
                        .anyMatch(said -> said.status().equals("NOT_FOUND")
                                && said.attempt() == told.attempt() - 1
                                && said.command().equals(told.command()));
    }

    /**
     * Outcomes may be published again. So there may be more of them than events, and never fewer. Each is of something
     * that the ledger was told.
     */
    private void answeredByTheLedger(Story story) {
        for (LedgerSaid said : story.said) {
            boolean asked = story.told.stream()
                    .anyMatch(told -> told.command().equals(said.command())
                            && told.attempt() == said.attempt()
                            && told.paymentId().equals(said.paymentId()));
            findings.require(
                    asked && log.isKeyed(said.at(), said.key(), story.name),
                    LEDGER_ANSWERS_EACH,
                    story.name,
                    said.status() + " for attempt " + said.attempt() + " of " + said.command()
                            + (asked ? " lies in the wrong place, or under another key" : ", which was never made"),
                    "topics/ledger-outcomes " + said.at());
        }
        Map<Attempt, Integer> answers = new HashMap<>();
        story.said.forEach(said -> answers.merge(new Attempt(said.command(), said.attempt()), 1, Integer::sum));
        for (LedgerTold told : story.told) {
            Integer left = answers.computeIfPresent(
                    new Attempt(told.command(), told.attempt()), (attempt, count) -> count - 1);
            findings.require(
                    left != null && left >= 0,
                    LEDGER_ANSWERS_EACH,
                    story.name,
                    (told.isPost() ? "POST" : "INQUIRE") + " attempt " + told.attempt() + " of " + told.command()
                            + " has no outcome of its own",
                    "topics/ledger-events " + told.at() + "; topics/ledger-outcomes");
        }
    }

    private void postedOnce(Story story) {
        for (Posted posted : story.posted) {
            boolean accepted = posted.isOpening()
                    ? isAgreed(posted)
                    : story.told.stream()
                            .anyMatch(told -> told.isPost()
                                    && told.paymentId().equals(posted.paymentId())
                                    && told.payload().equals(posted.payload()));
            findings.require(
                    accepted && story.posted.size() == 1 && paymentIds.add(posted.paymentId()),
                    POSTED_ONCE,
                    story.name,
                    accepted ? "posted " + story.posted.size() + " times" : "posted, and never accepted so",
                    "tables/payments " + posted.paymentId());
        }
        boolean due = story.told.stream().anyMatch(LedgerTold::isPost);
        findings.require(
                !due || !story.posted.isEmpty(),
                POSTED_ONCE,
                story.name,
                "the ledger was told to post it and has not",
                "topics/ledger-events; tables/payments");
    }

    /** An opening balance comes from the system's account, and is what the account was to be opened with. */
    private boolean isAgreed(Posted opening) {
        Payload paid = opening.payload();
        return paid.debtorAccount().equals("system:" + paid.currency())
                && opening.name().equals(new Name("hapax/opening", paid.creditorAccount()))
                && log.facts.accounts().stream()
                        .anyMatch(account -> account.id().equals(paid.creditorAccount())
                                && account.currency().equals(paid.currency())
                                && account.openingMinor() == paid.amountMinor());
    }

    private void settledAsPosted(Story story) {
        Posted posted = story.payment();
        for (Decision settled : story.settlements()) {
            findings.require(
                    posted != null
                            && posted.result().equals(settled.result())
                            && posted.paymentId().equals(settled.paymentId()),
                    SETTLED_AS_POSTED,
                    story.name,
                    "settled as " + settled.result() + ", the ledger has "
                            + (posted == null ? "nothing" : posted.result()),
                    AnswersCheck.lookAt(settled) + "; tables/payments");
        }
        for (LedgerSaid said : story.said) {
            boolean right = said.isResult()
                    ? posted != null && posted.result().equals(said.result())
                    : said.status().equals("CONFLICT")
                            || (said.status().equals("NOT_FOUND") && !isSaidBefore(story, said));
            findings.require(
                    right,
                    SETTLED_AS_POSTED,
                    story.name,
                    "the ledger said " + said.status() + " and has " + (posted == null ? "nothing" : posted.result()),
                    "topics/ledger-outcomes " + said.at() + "; tables/payments");
        }
    }

    /** True if the ledger had said before what became of the payment: then it has it. */
    private static boolean isSaidBefore(Story story, LedgerSaid said) {
        return story.said.stream()
                .anyMatch(other -> other.isResult()
                        && other.at().partition() == said.at().partition()
                        && other.at().offset() < said.at().offset());
    }

    private void nothingPending(Story story) {
        for (Place command : story.acceptances().keySet()) {
            findings.require(
                    story.endOf(command) != null,
                    NOTHING_PENDING,
                    story.name,
                    "the command " + command + " was accepted and is not settled",
                    "topics/ledger-events; topics/payment-decisions");
        }
    }
}
