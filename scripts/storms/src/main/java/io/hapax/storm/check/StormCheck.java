package io.hapax.storm.check;

import static io.hapax.storm.check.Invariant.ACKNOWLEDGED_IS_KEPT;

import io.hapax.storm.history.RunFolder;

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
        return new StormVerdict(findings.lines());
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
