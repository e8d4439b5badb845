package io.hapax.lab.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.insight.Cause;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The full form: {@code scripts/insight evaluate}. Seeds from 1,000 on were not looked at while thresholds were
 * chosen.
 */
class InsightEvaluationTest {
    private static final int CAUSES = Cause.values().length;

    @Test
    void shouldFindEveryMisuseOfASmallWorldInTimeAndByName() {
        holds(InsightEvaluation.run(1_000, 6 * CAUSES, 12));
    }

    @Test
    @Tag("long")
    void shouldFindMisuseAmongAThousandClientsInTwoWeeks() {
        holds(InsightEvaluation.run(1_001, 1_000, 14));
    }

    @Test
    void shouldSendTheSameCommandsFromTheSameSeed() {
        assertEquals(
                InsightEvaluation.run(7, 20, 5).commands(),
                InsightEvaluation.run(7, 20, 5).commands());
    }

    private static void holds(InsightEvaluation.Report report) {
        assertTrue(report.isGoodEnough(), () -> String.join("\n", report.notes()));
        // What was not planted was not tested.
        assertEquals(
                CAUSES,
                report.rows().values().stream().filter(row -> row.reached() > 0).count());
    }
}
