package io.hapax.storm.check;

import static io.hapax.storm.check.Invariant.ACKNOWLEDGED_IS_KEPT;

import io.hapax.storm.history.RunFolder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The check of a storm's run: every {@link Invariant}, from the run's folder and nothing else. It starts nothing and
 * asks nobody, so that a run can be looked at again years later.
 */
public final class StormCheck {
    private StormCheck() {}

    /**
     * Checks a run.
     *
     * @throws BrokenHistoryException if the folder lacks something, or says what can't be
     * @throws java.io.UncheckedIOException if a file of it can't be read
     */
    public static StormVerdict of(RunFolder folder) {
        RunLog log = LogReader.read(folder);
        Findings findings = new Findings();
        uncommitted(log, findings);
        new CommandsCheck(log, findings).run();
        new AnswersCheck(log, findings).run();
        new PostingCheck(log, findings).run();
        new MoneyCheck(log, findings).run();
        new HttpCheck(log, findings).run();
        new CalmCheck(folder, log, findings).run();
        new LinearizabilityCheck(log, findings).run();
        new EndCheck(folder, log, findings).run();
        new HealthCheck(folder, log, findings).run();
        return new StormVerdict(findings.lines(), lacks(folder, log));
    }

    /** What a run must have had so that a promise could be broken at all. */
    private static List<String> lacks(RunFolder folder, RunLog log) {
        long[] faults = {0};
        folder.readFaults(fault -> faults[0] += fault.happened() ? 1 : 0);
        Map<String, Boolean> needed = new LinkedHashMap<>();
        needed.put("No fault was made.", faults[0] > 0);
        needed.put("No payment was settled.", log.decided("SETTLED"));
        needed.put("No payment was replayed.", log.decided("REPLAYED"));
        needed.put(
                "No request over HTTP got the end of a payment.",
                log.stories.values().stream()
                        .flatMap(story -> story.operations.stream())
                        .map(Operation::http)
                        .anyMatch(answer -> answer != null && answer.isSettled()));
        return needed.entrySet().stream()
                .filter(each -> !each.getValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** A reader of what is committed never sees more than a reader of everything. */
    private static void uncommitted(RunLog log, Findings findings) {
        log.end
                .uncommitted()
                .forEach((topic, all) -> findings.require(
                        log.counts.getOrDefault(topic, 0L) <= all,
                        ACKNOWLEDGED_IS_KEPT,
                        topic,
                        log.counts.get(topic) + " records are committed, and only " + all + " are there",
                        "final.json; topics/" + topic));
    }
}
