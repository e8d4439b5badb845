package io.hapax.storm.check;

import static io.hapax.storm.check.Invariant.ANSWERED_IN_CALM;

import io.hapax.storm.history.ClientEvent.Route;
import io.hapax.storm.history.Fault;
import io.hapax.storm.history.RunFolder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The check of requests in calm times: all instances have been ready for some seconds, and the next fault has not
 * begun. A service that gives nothing but advice to retry breaks no other promise.
 */
final class CalmCheck {
    /** Tasks move for some seconds after an instance is ready. */
    private static final long SETTLES_MS = 5_000;

    /** An instance of which fewer requests are known is not judged. */
    private static final int FEWEST = 20;

    /** One in so many requests may get advice: tasks move, and machines are slow. */
    private static final int ONE_IN = 4;

    private static final Set<Integer> NEVER_IN_CALM = Set.of(408, 500);
    private static final Set<Integer> ADVICE = Set.of(202, 409, 429, 503);

    private final RunFolder folder;
    private final RunLog log;
    private final Findings findings;
    private final List<Fault> faults = new ArrayList<>();

    CalmCheck(RunFolder folder, RunLog log, Findings findings) {
        this.folder = folder;
        this.log = log;
        this.findings = findings;
    }

    void run() {
        folder.readFaults(faults::add);
        Map<String, int[]> advised = new TreeMap<>();
        for (Story story : log.stories.values()) {
            for (Operation operation : story.operations) {
                if (operation.route == Route.HTTP && isCalm(operation)) {
                    answered(story, operation);
                    int[] counts = advised.computeIfAbsent(operation.instance, none -> new int[2]);
                    counts[0]++;
                    counts[1] += isAdvice(operation) ? 1 : 0;
                }
            }
        }
        advised.forEach((instance, counts) -> findings.require(
                counts[0] < FEWEST || counts[1] * ONE_IN <= counts[0],
                ANSWERED_IN_CALM,
                instance,
                counts[1] + " of " + counts[0] + " requests got nothing but advice to retry",
                "clients; faults"));
    }

    private boolean isCalm(Operation operation) {
        return operation.invokedMs >= log.facts.beganMs() + SETTLES_MS
                && faults.stream()
                        .noneMatch(fault -> fault.beganMs() <= operation.givenUpMs()
                                && operation.invokedMs <= healthyMs(fault) + SETTLES_MS);
    }

    private static long healthyMs(Fault fault) {
        Collection<Long> healthyMs = fault.healthyMs().values();
        return healthyMs.stream().mapToLong(Long::longValue).reduce(fault.endedMs(), Math::max);
    }

    private void answered(Story story, Operation operation) {
        HttpAnswer answer = operation.http();
        findings.require(
                answer != null && !NEVER_IN_CALM.contains(answer.status()),
                ANSWERED_IN_CALM,
                story.name,
                (answer == null ? "no answer" : "answer " + answer.status()) + " of " + operation.instance
                        + ", with nothing broken",
                operation.lookAt());
    }

    /** A client that does not wait for the end asks for advice. */
    private static boolean isAdvice(Operation operation) {
        HttpAnswer answer = operation.http();
        return answer != null && ADVICE.contains(answer.status()) && !answer.unwaited();
    }
}
