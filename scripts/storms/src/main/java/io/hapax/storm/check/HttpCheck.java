package io.hapax.storm.check;

import static io.hapax.storm.check.Invariant.HTTP_ANSWERS_AGREE;
import static io.hapax.storm.check.Invariant.HTTP_AS_DOCUMENTED;
import static io.hapax.storm.check.Invariant.REMEMBERED_WHEN_POSTED;

import io.hapax.storm.history.ClientEvent.Route;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The check of answers over HTTP against docs/openapi.yaml, against what was decided, and against each other. */
final class HttpCheck {
    private static final Set<Integer> TO_POST =
            Set.of(201, 202, 400, 402, 408, 409, 412, 413, 415, 422, 429, 431, 500, 503);
    private static final Set<Integer> TO_GET = Set.of(200, 400, 404, 429, 431, 500, 503);
    private static final Set<Integer> WITH_ADVICE = Set.of(202, 408, 409, 429, 500, 503);

    /** Clocks of the same machine, read by two processes: the database tells microseconds, the client milliseconds. */
    static final long CLOCKS_MS = 2;

    private final RunLog log;
    private final Findings findings;

    HttpCheck(RunLog log, Findings findings) {
        this.log = log;
        this.findings = findings;
    }

    void run() {
        for (Story story : log.stories.values()) {
            Operation original = null;
            String body = null;
            for (Operation operation : story.operations) {
                HttpAnswer answer = operation.http();
                if (answer != null) {
                    documented(story.name, operation, answer);
                    agrees(story, operation, answer);
                    remembered(story, operation, answer);
                    if (!operation.isLookUp() && answer.isSettled()) {
                        same(story, operation, answer, body);
                        body = answer.body();
                        once(story, operation, answer, original);
                        original = Boolean.FALSE.equals(answer.replayed()) ? operation : original;
                    }
                }
            }
        }
        for (Operation operation : log.nonsense) {
            HttpAnswer answer = operation.http();
            if (answer != null && operation.route == Route.HTTP) {
                documented("nonsense", operation, answer);
                findings.require(
                        HttpTruth.isRefusal(answer),
                        HTTP_ANSWERS_AGREE,
                        "nonsense",
                        "answer " + answer.status() + " to bytes that are no request: " + answer.body(),
                        operation.lookAt());
            }
        }
    }

    private void documented(Object subject, Operation operation, HttpAnswer answer) {
        String fault = null;
        if (!(operation.isLookUp() ? TO_GET : TO_POST).contains(answer.status())) {
            fault = "is no documented status";
        } else if (!answer.readable()) {
            fault = "has a body that is no JSON";
        } else if (WITH_ADVICE.contains(answer.status()) && !answer.retryAfter()) {
            fault = "lacks the advice when to retry";
        } else if (answer.status() >= 400 && answer.problem() == null) {
            fault = "is no problem document";
        }
        findings.require(
                fault == null,
                HTTP_AS_DOCUMENTED,
                subject,
                "answer " + answer.status() + " " + fault + ": " + answer.body(),
                operation.lookAt());
    }

    private void agrees(Story story, Operation operation, HttpAnswer answer) {
        String lie = HttpTruth.lieOf(story, operation, answer);
        findings.require(
                lie == null,
                HTTP_ANSWERS_AGREE,
                story.name,
                "answer " + answer.status() + " " + lie + ": " + answer.body(),
                operation.lookAt() + "; topics/payment-decisions; tables/payments");
    }

    /** Answers to requests are the same to the byte. */
    private void same(Story story, Operation operation, HttpAnswer answer, @Nullable String before) {
        findings.require(
                before == null || before.equals(answer.body()),
                HTTP_ANSWERS_AGREE,
                story.name,
                "answers differ: " + answer.body() + " and " + before,
                operation.lookAt());
    }

    private void once(Story story, Operation operation, HttpAnswer answer, @Nullable Operation original) {
        boolean holds = answer.replayed() != null && (answer.replayed() || original == null || isForgetful(story));
        findings.require(
                holds,
                HTTP_ANSWERS_AGREE,
                story.name,
                answer.replayed() == null
                        ? "a settled answer does not say whether it is a replay"
                        : "two answers say that they are no replay",
                operation.lookAt() + (original == null ? "" : "; " + original.lookAt()));
    }

    /** A key that is accepted anew after its retention has several settlements. */
    private static boolean isForgetful(Story story) {
        return story.settlements().size() > 1;
    }

    /**
     * What the ledger has recorded was committed as accepted before. So a look-up that begins later finds it, until
     * the answer is forgotten.
     */
    private void remembered(Story story, Operation operation, HttpAnswer answer) {
        Posted posted = story.payment();
        if (operation.isLookUp() && posted != null && posted.recordedMs() + CLOCKS_MS < operation.invokedMs) {
            boolean mayBeForgotten = log.forgottenMs(story) <= operation.endedMs();
            findings.require(
                    answer.status() != 404 || mayBeForgotten,
                    REMEMBERED_WHEN_POSTED,
                    story.name,
                    "not found at " + operation.instance + ", " + (operation.invokedMs - posted.recordedMs())
                            + " ms after it was posted",
                    operation.lookAt() + "; tables/payments " + posted.paymentId());
        }
    }
}
