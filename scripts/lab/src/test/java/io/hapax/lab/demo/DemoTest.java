package io.hapax.lab.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hapax.lab.LabRun;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole journey on real parts, both apps as processes of their own. The long form is in docs/demo.md. */
class DemoTest {
    @TempDir
    private Path folder;

    @Test
    void shouldVerifyItsOwnSampleWithEveryKindOfAnswerThoughBothAppsAreKilled() {
        LabRun run = demo("--count", "3000", "--kill", "--two-steps", "0.2", "--seed", "3");
        assertEquals(0, run.exitCode(), run.output());
        for (String kind : new String[] {
            "SETTLED (accepted) COMPLETED",
            "INSUFFICIENT_FUNDS",
            "ACCOUNT_NOT_FOUND",
            "ACCOUNT_CLOSED",
            "CURRENCY_MISMATCH",
            "REPLAYED COMPLETED",
            "REPLAYED FAILED",
            "IN_FLIGHT",
            "CONFLICT",
            "INVALID",
            "EXPIRED",
            "dead letter",
            "RESERVE SETTLED (accepted) COMPLETED",
            "RESERVE REPLAYED COMPLETED",
            "CAPTURE SETTLED (accepted) COMPLETED",
            "VOID SETTLED (accepted) COMPLETED"
        }) {
            assertTrue(run.output().contains(kind), kind + "\n" + run.output());
        }
        assertTrue(run.output().contains("ok     reservations ended as their clients meant"), run.output());
        // Each kind is there: else the check above has looked at nothing.
        assertTrue(
                run.output().matches("(?s).* [1-9]\\d* captured, [1-9]\\d* voided, \\d+ expired, \\d+ still held, .*"),
                run.output());
        assertTrue(run.output().contains("Every payment happened once."), run.output());
    }

    @Test
    void shouldNoticeWhenPaymentsAreNotDeduplicated() {
        LabRun run = demo("--count", "300", "--retries", "0.3", "--without-deduplication");
        assertEquals(1, run.exitCode(), run.output());
        assertTrue(run.output().contains("BROKEN each client and key is accepted at most once"), run.output());
        assertTrue(run.output().contains("BROKEN each client and key is posted at most once"), run.output());
        assertTrue(run.output().contains("acme-shop/order-1 posted 4 times"), run.output());
    }

    private LabRun demo(String... options) {
        return LabRun.of("demo", "--folder", folder.resolve("demo").toString()).with(options);
    }
}
