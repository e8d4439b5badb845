package io.hapax.storm.check;

import io.hapax.storm.history.Payload;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The truth about answers over HTTP: what each says of a payment, held against what was decided and posted. */
final class HttpTruth {
    /** The problem of each reason for which a payment fails. */
    private static final Map<String, String> PROBLEMS = Map.of(
            "INSUFFICIENT_FUNDS", "insufficient-funds",
            "ACCOUNT_NOT_FOUND", "account-not-found",
            "ACCOUNT_CLOSED", "account-closed",
            "CURRENCY_MISMATCH", "currency-mismatch",
            "BALANCE_OVERFLOW", "balance-overflow");

    private HttpTruth() {}

    /** Why an answer is false; null if it is true. */
    static @Nullable String lieOf(Story story, Operation operation, HttpAnswer answer) {
        if (!isOfThisPayment(story, answer)) {
            return "names another payment";
        }
        return answer.isSettled() ? lieOfSettled(story, operation, answer) : lieOfOthers(story, operation, answer);
    }

    /** True if an answer tells nothing of a payment, as an answer to bytes that are no request must. */
    static boolean isRefusal(HttpAnswer answer) {
        return answer.status() >= 400 && !Set.of(402, 409, 412, 422).contains(answer.status()) && !answer.isSettled();
    }

    /** The id of a payment follows from its name: all that tell of the name tell the same. */
    private static boolean isOfThisPayment(Story story, HttpAnswer answer) {
        Set<String> ids = Stream.concat(
                        story.told.stream().map(LedgerTold::paymentId),
                        story.decisions.stream().map(Decision::paymentId).filter(Objects::nonNull))
                .collect(Collectors.toSet());
        return answer.paymentId() == null || ids.isEmpty() || ids.equals(Set.of(answer.paymentId()));
    }

    private static @Nullable String lieOfSettled(Story story, Operation operation, HttpAnswer answer) {
        Posted posted = story.payment();
        if (posted == null) {
            return "tells of a payment that the ledger does not have";
        }
        if (posted.recordedMs() > operation.endedMs() + HttpCheck.CLOCKS_MS) {
            return "came " + (posted.recordedMs() - operation.endedMs()) + " ms before the ledger had the payment";
        }
        if (!posted.result().equals(answer.result())) {
            return "tells " + answer.result() + ", the ledger has " + posted.result();
        }
        if (!posted.paymentId().equals(answer.paymentId())) {
            return "names another payment than " + posted.paymentId();
        }
        if (!posted.payload().equals(answer.payload())) {
            return "tells another content than " + posted.payload();
        }
        if (!operation.isLookUp() && !posted.payload().equals(operation.request.payload())) {
            return "answers another payment than was asked for";
        }
        if (answer.status() != status(operation, posted.result())) {
            return "has not the status of " + posted.result();
        }
        if (!operation.isLookUp()
                && !posted.result().completed()
                && !PROBLEMS.getOrDefault(String.valueOf(posted.result().reason()), "payment-failed")
                        .equals(answer.problem())) {
            return "is not the problem of " + posted.result();
        }
        return lieOfTimes(story, answer);
    }

    private static @Nullable String lieOfTimes(Story story, HttpAnswer answer) {
        Set<Long> accepted = times(story, Decision::acceptedMs);
        if (answer.firstSeenMs() == null || !accepted.contains(answer.firstSeenMs())) {
            return "was first seen at " + answer.firstSeenMs() + ", decisions say " + accepted;
        }
        Set<Long> expires = times(story, Decision::expiresMs);
        return answer.expiresMs() == null || !expires.contains(answer.expiresMs())
                ? "is kept until " + answer.expiresMs() + ", decisions say " + expires
                : null;
    }

    private static Set<Long> times(Story story, Function<Decision, @Nullable Long> time) {
        return story.settlements().stream().map(time).filter(Objects::nonNull).collect(Collectors.toSet());
    }

    private static int status(Operation operation, Result result) {
        if (operation.isLookUp()) {
            return 200;
        }
        return result.completed() ? 201 : "INSUFFICIENT_FUNDS".equals(result.reason()) ? 402 : 422;
    }

    private static @Nullable String lieOfOthers(Story story, Operation operation, HttpAnswer answer) {
        return switch (answer.status()) {
            case 200 -> lieOfPending(story, answer);
            case 409 -> story.isAccepted() ? null : "tells of a payment that was never accepted";
            case 201, 402 -> "does not tell what was paid";
            case 400, 413, 415, 431 -> isMalformed(story, operation) ? null : "refuses what breaks no rule";
            case 412 ->
                story.decisions.stream().anyMatch(decision -> decision.is("EXPIRED"))
                        ? null
                        : "calls a payment too late, and nobody decided that";
            case 422 -> lieOfConflict(story, operation, answer);
            default -> null;
        };
    }

    private static @Nullable String lieOfPending(Story story, HttpAnswer answer) {
        if (!story.isAccepted()) {
            return "tells of a payment that was never accepted";
        }
        return story.told.stream().anyMatch(told -> told.payload().equals(answer.payload()))
                ? null
                : "tells another content than was accepted";
    }

    private static @Nullable String lieOfConflict(Story story, Operation operation, HttpAnswer answer) {
        Payload asked = operation.request.payload();
        boolean differs = "key-reused".equals(answer.problem())
                && asked != null
                && story.told.stream()
                        .map(told -> Command.differences(told.payload(), asked))
                        .anyMatch(names -> !names.isEmpty() && names.equals(answer.differing()));
        return differs ? null : "calls a payment another one that is not, or names the wrong fields";
    }

    /** True if the request breaks a rule, by the check's own word or by that of the decision. */
    private static boolean isMalformed(Story story, Operation operation) {
        Payload asked = operation.request.payload();
        if (story.decisions.stream().anyMatch(decision -> decision.is("INVALID"))) {
            return true;
        }
        Payload any = asked == null ? new Payload("a", "b", 1, "EUR", null) : asked;
        List<String> broken =
                new Command(new Place(0, 0), 0, story.name, any, operation.request.sentAtMs()).brokenRules();
        return !broken.isEmpty();
    }
}
